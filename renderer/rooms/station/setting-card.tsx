import type { ReactNode } from 'react'
import { CheckMark } from '../../parts/check-mark.tsx'

interface SettingCardProps {
  readonly title: string
  readonly state?: { readonly mark: 'good' | 'waiting' | 'trouble'; readonly words: string }
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One thing a station depends on: what it is, whether it is well, and what can be done. */
export function SettingCard({ title, state, aside, children }: SettingCardProps) {
  return (
    <section className="card setting">
      <div className="card-head">
        <h2>{title}</h2>
        {state !== undefined && (
          <p className="card-state">
            <CheckMark state={state.mark} />
            {state.words}
          </p>
        )}
        {aside}
      </div>
      {children}
    </section>
  )
}

/** Names and values, one pair a line. */
export function Pairs({ pairs }: { readonly pairs: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="pairs">
      {pairs.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
