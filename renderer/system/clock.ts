/** The machine's clocks. */

/** Milliseconds since 1970 (UTC). */
export function nowMs(): number {
  return Date.now()
}

/** Milliseconds since the page was opened, on the clock that stamps events. Never goes back. */
export function monotonicMs(): number {
  return performance.now()
}

const TICK_MS = 1_000

/** Calls back once a second; returns how to stop. */
export function onTick(ticked: () => void): () => void {
  const timer = setInterval(ticked, TICK_MS)
  return () => clearInterval(timer)
}
