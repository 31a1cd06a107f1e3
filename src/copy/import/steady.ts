/** Asks the storage again when it says that asking again may help. */
import type { BlobOutcome } from '../../ports/blob-store.ts'
import type { Timers } from '../../ports/clock.ts'

const WAITS_MS = [200, 1_000, 3_000]

export async function steady<T>(timers: Timers, ask: () => Promise<BlobOutcome<T>>): Promise<BlobOutcome<T>> {
  let answer = await ask()
  for (const waitMs of WAITS_MS) {
    if (answer.ok || answer.failure.permanent) return answer
    await new Promise<void>((resolve) => timers.after(waitMs, resolve))
    answer = await ask()
  }
  return answer
}
