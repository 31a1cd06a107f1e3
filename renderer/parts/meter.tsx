interface MeterProps {
  /** 0 to 100. */
  readonly percent: number
  readonly kind?: 'work' | 'received' | 'attention' | 'stop'
}

/** How far something is. Its figure always stands beside it in words, so it is drawn only. */
export function Meter({ percent, kind = 'work' }: MeterProps) {
  return (
    <span className="meter" aria-hidden="true">
      <i className={`meter-${kind}`} style={{ inlineSize: `${Math.min(100, Math.max(0, percent))}%` }} />
    </span>
  )
}
