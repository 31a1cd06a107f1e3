/** Speed over time as points of a drawing. */
const WIDE = 212
const HIGH = 64
/** Points of a full curve. */
const MOST = 60
/** Room above the fastest point. */
const HEAD = 6

interface CurveProps {
  /** Bytes per second, oldest first. */
  readonly speeds: readonly number[]
  readonly label: string
}

/** A falling line is a drive that slows down. The drawing is as wide as an hour of points, so that a young copy is short. */
export function Curve({ speeds, label }: CurveProps) {
  const top = Math.max(...speeds, 1)
  const step = WIDE / (MOST - 1)
  const points = speeds.map(
    (speed, at) => `${(at * step).toFixed(1)},${(HIGH - (speed / top) * (HIGH - HEAD)).toFixed(1)}`,
  )
  const last = ((speeds.length - 1) * step).toFixed(1)
  return (
    <svg
      className="curve"
      viewBox={`0 0 ${WIDE} ${HIGH}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {speeds.length > 1 && (
        <>
          <polygon className="curve-area" points={`0,${HIGH} ${points.join(' ')} ${last},${HIGH}`} />
          <polyline className="curve-line" points={points.join(' ')} />
        </>
      )}
      <path className="curve-base" d={`M0 ${HIGH}H${WIDE}`} />
    </svg>
  )
}
