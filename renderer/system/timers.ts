/** The machine's timers, behind the shape that the rest of the window asks for. */
import type { Timers } from '../connection/world.ts'

export const timers: Timers = {
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
}
