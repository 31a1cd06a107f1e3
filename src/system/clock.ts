import type { Clock, Timers } from '../ports/clock.ts'

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** The machine's own timers. Who starts one cancels it, or waits for it. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
}
