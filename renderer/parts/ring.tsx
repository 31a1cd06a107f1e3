import { useWords } from '../words/use-words.ts'

const RADIUS = 43.5
const AROUND = 2 * Math.PI * RADIUS
const GAP = 3.2
/** With more, the gaps would eat the segments. */
const MOST_SEGMENTS = 30

interface RingProps {
  readonly received: number
  readonly expected: number
}

/** How many of how many, one segment each. */
export function Ring({ received, expected }: RingProps) {
  const { t } = useWords()
  const parts = Math.max(1, Math.min(expected, MOST_SEGMENTS))
  const filled = expected === 0 ? 0 : Math.round((Math.min(received, expected) / expected) * parts)
  const step = AROUND / parts
  const gap = parts === 1 ? 0 : GAP
  return (
    <div className="ring" role="img" aria-label={t('count.drivesOf', { received, expected })}>
      <svg viewBox="0 0 100 100" aria-hidden="true">
        {Array.from({ length: parts }, (_, part) => (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place
            key={part}
            className={part < filled ? 'ring-part ring-part-on' : 'ring-part'}
            cx="50"
            cy="50"
            r={RADIUS}
            strokeDasharray={`${step - gap} ${AROUND - step + gap}`}
            strokeDashoffset={-(part * step + gap / 2)}
          />
        ))}
      </svg>
      <span className="ring-count" aria-hidden="true">
        <b>{received}</b>
        {expected > 0 && <span>{t('count.of', { expected })}</span>}
      </span>
    </div>
  )
}
