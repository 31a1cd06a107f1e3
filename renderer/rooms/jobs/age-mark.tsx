import { Shape } from '../../parts/shape.tsx'
import { useWords } from '../../words/use-words.ts'
import { type Age, GOAL_MS, LIMIT_MS, SCALE_MS } from './age.ts'

/** An age in words with its shape. */
export function AgeMark({ age }: { readonly age: Age }) {
  const { formats } = useWords()
  return (
    <span className="age-mark">
      {age.stand === 'in-time' && <Shape family="received" glyph="check" />}
      {age.stand === 'past-goal' && <Shape family="attention" glyph="exclamation" />}
      {age.stand === 'past-limit' && <Shape family="stop" glyph="cross" />}
      {formats.days(age.ms)}
    </span>
  )
}

const percent = (ms: number) => `${Math.min(100, (ms / SCALE_MS) * 100)}%`

/** The same age as a bar with the goal and the limit marked. */
export function AgeBar({ age }: { readonly age: Age | undefined }) {
  return (
    <span className="age-bar" aria-hidden="true">
      {age !== undefined && <i className={`age-${age.stand}`} style={{ inlineSize: percent(age.ms) }} />}
      <u style={{ insetInlineStart: percent(GOAL_MS) }} />
      <u style={{ insetInlineStart: percent(LIMIT_MS) }} />
    </span>
  )
}
