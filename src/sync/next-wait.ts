/** When to exchange next. Pure: chance comes in as a number, time goes out as one. */

/** How many rounds in a row have failed. */
export interface Pace {
  readonly failures: number
}

export type RoundOutcome =
  | 'done'
  /** Worth trying again soon. */
  | 'failed'
  /** Will fail the same way until a person acts. */
  | 'hopeless'

export const FIRST_WAIT_MS = 1_000
export const LONGEST_WAIT_MS = 60_000

export const FRESH_PACE: Pace = { failures: 0 }

/**
 * After a round that worked the next one comes in `pollMs`. After failures the wait doubles from one second to a minute, of
 * which a random part of up to half is left out, so that stations that lost the service together do not all come back
 * together. `fraction` is random in [0, 1).
 */
export function nextWait(
  pace: Pace,
  outcome: RoundOutcome,
  pollMs: number,
  fraction: number,
): { readonly pace: Pace; readonly waitMs: number } {
  if (outcome === 'done') return { pace: FRESH_PACE, waitMs: pollMs }
  const failures = pace.failures + 1
  const fullMs =
    outcome === 'hopeless' ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1))
  return { pace: { failures }, waitMs: Math.round(fullMs - (fullMs / 2) * fraction) }
}
