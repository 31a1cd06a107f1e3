import type { TopicState } from '../../../src/contract/screen.ts'
import { useNow } from '../../engine.ts'
import { addressOf } from '../../frame/room.ts'
import { Code, Outside } from '../../parts/serial.tsx'
import { Shape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'
import { ageOf, type Job } from './age.ts'
import { AgeBar, AgeMark } from './age-mark.tsx'

const MINUTE_MS = 60_000

/** Jobs by what the engine puts first, each with its age against the promise. */
export function JobList({
  told,
  open,
}: {
  readonly told: TopicState<'jobs'>
  readonly open: string | undefined
}) {
  const { t } = useWords()
  return (
    <nav className="card job-list" aria-label={t('jobs.list')}>
      <p className="age-head">
        <span>{t('jobs.age')}</span>
        <span>{t('jobs.goal')}</span>
        <span>{t('jobs.limit')}</span>
      </p>
      <ul>
        {told.jobs.map((job) => (
          <JobLink key={job.id} job={job} here={job.id === open} />
        ))}
      </ul>
      {told.more > 0 && <p className="job-more">{t('jobs.more', { count: told.more })}</p>}
    </nav>
  )
}

function JobLink({ job, here }: { readonly job: Job; readonly here: boolean }) {
  const { t, formats } = useWords()
  const age = ageOf(job, useNow(MINUTE_MS))
  const ended = job.endedAt !== undefined
  return (
    <li>
      <a href={addressOf({ room: 'jobs', job: job.id })} aria-current={here ? 'true' : undefined}>
        <span className="job-top">
          <b>
            <Outside text={job.name} />
          </b>
          <b className="num">{formats.percent(job.percent)}</b>
        </span>
        <span className="job-middle">
          <Code text={job.state} />
          {job.faulted ? (
            <span className="job-faulted">
              <Shape family="attention" glyph="exclamation" />
              {t('jobs.faulted')}
            </span>
          ) : (
            <span>{t(job.cancelled ? 'jobs.cancelled' : `jobs.state.${job.state}`)}</span>
          )}
          <span className="job-age">
            {age === undefined ? t('jobs.notStarted') : ended ? t('jobs.ended') : <AgeMark age={age} />}
          </span>
        </span>
        <AgeBar age={ended ? undefined : age} />
      </a>
    </li>
  )
}
