import type { Outcome } from '../../src/lifecycle/outcome.ts'

/** The value, or a failed test that says why there is none. */
export function must<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.failure.code}: ${outcome.failure.sentence}`)
  return outcome.value
}
