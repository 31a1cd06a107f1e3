import type { Clock, Timers } from '../ports/clock.ts'

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** The machine's own timers. They never keep a program alive by themselves. */
export const systemTimers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    timer.unref()
    return { cancel: () => clearTimeout(timer) }
  },
}
