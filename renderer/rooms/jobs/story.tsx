import type { JobDetail, Sentence } from '../../../src/contract/screen.ts'
import { Outside } from '../../parts/serial.tsx'
import { useWords, type Words } from '../../words/use-words.ts'
import { visible } from '../../words/visible.ts'

const TROUBLE = /fault|missed|held|declined|refused|voided|lost|released|unanswered|overdue/

/** What happened to a job, in sentences, oldest first. */
export function Story({ story }: Pick<JobDetail, 'story'>) {
  const words = useWords()
  const { t, formats } = words
  return (
    <section
      className="card job-part"
      aria-label={t('jobs.story')}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long list is scrolled by keyboard
      tabIndex={0}
    >
      <h2>{t('jobs.story')}</h2>
      {story.length === 0 && <p>{t('jobs.storyEmpty')}</p>}
      <ol className="story">
        {story.map(({ at, actor, say }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a story only grows at its end
          <li key={place} className={TROUBLE.test(say.name) ? 'story-trouble' : undefined}>
            <time dateTime={new Date(at).toISOString()}>
              {formats.day(at)}
              <span>{formats.time(at)}</span>
            </time>
            <p>
              {tell(say, words)}
              {actor !== '' && (
                <small>
                  <Outside text={t('jobs.by', { actor })} />
                </small>
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  )
}

/** Facts that are codes are told by their words: why, how a copy moved, what an identity came to. */
function tell({ name, facts }: Sentence, { named, trouble }: Words): string {
  const { reason, move, verdict, health } = facts
  const inWords = {
    ...(typeof reason === 'string' ? { reason: trouble(reason) } : {}),
    ...(typeof move === 'string' ? { move: named('jobs.move', move) ?? move } : {}),
    ...(typeof verdict === 'string' ? { verdict: named('jobs.identity', verdict) ?? verdict } : {}),
    ...(typeof health === 'string' ? { health: named('jobs.health', health) ?? health } : {}),
  }
  return named('story', name, { ...facts, ...inWords }) ?? visible(name)
}
