import type { TopicState } from '../../src/contract/screen.ts'
import { Button } from '../parts/button.tsx'
import type { Hands } from './practice-dock.tsx'
import { type PracticeWords, usePracticeWords } from './use-practice-words.ts'

type Lesson = NonNullable<TopicState<'practice'>['lesson']>

interface GuideProps {
  readonly lesson: Lesson | undefined
  readonly hands: Hands
  readonly open: boolean
  readonly toggle: () => void
}

/** The next step only, with the one code that does it; and the way to all codes. */
export function Guide({ lesson, hands, open, toggle }: GuideProps) {
  const words = usePracticeWords()
  const { t, speak } = words
  const hand = lesson && handOf(lesson, hands, words)
  return (
    <section className="practice-guide" aria-label={t('guide')}>
      {lesson !== undefined && (
        <p role="status">
          <span>{t('next')}</span> <b>{speak('step', lesson.step)}</b>
        </p>
      )}
      {hand !== undefined && (
        <Button kind="main" icon={hand.icon} label={hand.label} onPress={hand.press}>
          <bdi className="practice-code">{hand.shown}</bdi>
        </Button>
      )}
      <Button icon="keyboard" onPress={toggle}>
        {open ? t('hide') : t('codes')}
      </Button>
    </section>
  )
}

function handOf({ step, scan, plug, unplug }: Lesson, hands: Hands, { t, speak }: PracticeWords) {
  if (scan !== undefined)
    return {
      icon: 'scan' as const,
      shown: scan,
      label: t('scanIt', { step: speak('step', step), text: scan }),
      press: () => hands.scan(scan),
    }
  if (plug !== undefined)
    return {
      icon: 'bays' as const,
      shown: t('plug', { bay: plug.bay }),
      label: t('plugIt', plug),
      press: () => hands.plug(plug.drive, plug.bay),
    }
  if (unplug !== undefined)
    return {
      icon: 'take-out' as const,
      shown: t('unplug', { bay: unplug.bay }),
      label: t('unplug', unplug),
      press: () => hands.unplug(unplug.bay),
    }
  return undefined
}
