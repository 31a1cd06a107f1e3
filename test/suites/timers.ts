import { describe, expect, test } from 'vitest'
import type { Clock, Timers } from '../../src/ports/clock.ts'

export interface TimersRig {
  readonly clock: Clock
  readonly timers: Timers
  /** Lets time pass, by waiting or by saying so. */
  pass(ms: number): Promise<void>
}

/** What later means. */
export function timersSuite(name: string, make: () => TimersRig): void {
  describe(`${name} as clock and timers`, () => {
    test('nothing happens before its time, and everything in order after it', async () => {
      const { clock, timers, pass } = make()
      const before = clock.now()
      const happened: string[] = []
      timers.after(60, () => happened.push('later'))
      timers.after(5, () => happened.push('sooner'))
      expect(happened).toEqual([])
      await pass(200)
      expect(happened).toEqual(['sooner', 'later'])
      expect(clock.now() - before).toBeGreaterThanOrEqual(200)
    })

    test('what is cancelled never happens, and cancelling again is harmless', async () => {
      const { timers, pass } = make()
      let happened = false
      const timer = timers.after(5, () => {
        happened = true
      })
      timer.cancel()
      timer.cancel()
      await pass(50)
      expect(happened).toBe(false)
    })
  })
}
