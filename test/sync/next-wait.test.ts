import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  FIRST_WAIT_MS,
  FRESH_PACE,
  LONGEST_WAIT_MS,
  nextWait,
  type RoundOutcome,
} from '../../src/sync/next-wait.ts'

const POLL_MS = 5_000

function waits(outcomes: readonly RoundOutcome[], fraction: number): number[] {
  let pace = FRESH_PACE
  return outcomes.map((outcome) => {
    const next = nextWait(pace, outcome, POLL_MS, fraction)
    pace = next.pace
    return next.waitMs
  })
}

describe('the wait before the next round', () => {
  test('doubles with each failure from a second to a minute', () => {
    const nine = Array.from({ length: 9 }, (): RoundOutcome => 'failed')
    expect(waits(nine, 0)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60].map((seconds) => seconds * 1_000))
  })

  test('begins anew after a round that worked', () => {
    expect(waits(['failed', 'failed', 'done', 'failed'], 0)).toEqual([1_000, 2_000, POLL_MS, 1_000])
  })

  test('is a minute at once when only a person can help', () => {
    expect(waits(['hopeless', 'hopeless', 'done'], 0)).toEqual([60_000, 60_000, POLL_MS])
  })

  test('is spread over its second half by chance, and never leaves its bounds', () => {
    const outcome = fc.constantFrom<RoundOutcome>('done', 'failed', 'hopeless')
    const fraction = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 2_000 }), fraction, (outcomes, chance) => {
        const spread = waits(outcomes, chance)
        const full = waits(outcomes, 0)
        for (const [i, waitMs] of spread.entries()) {
          if (outcomes[i] === 'done') expect(waitMs).toBe(POLL_MS)
          else {
            expect(waitMs).toBeGreaterThanOrEqual(FIRST_WAIT_MS / 2)
            expect(waitMs).toBeLessThanOrEqual(LONGEST_WAIT_MS)
            expect(Math.abs(waitMs - (full[i] ?? 0) * (1 - chance / 2))).toBeLessThanOrEqual(1)
          }
        }
      }),
    )
  })
})
