import type { Timers } from '../ports/clock.ts'

/** Resolves after a time, or at once when nobody waits any more. */
export function pause(timers: Timers, ms: number, ending?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      timer.cancel()
      ending?.removeEventListener('abort', over)
      resolve()
    }
    const timer = timers.after(ms, over)
    if (ending?.aborted === true) over()
    else ending?.addEventListener('abort', over)
  })
}
