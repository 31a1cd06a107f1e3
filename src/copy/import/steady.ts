/** Asks the storage again when it says that asking again may help. */
import type { BlobOutcome } from '../../ports/blob-store.ts'
import type { Timers } from '../../ports/clock.ts'

/** Together about two minutes: a storage that is started anew, or a network that was away, is waited for. */
const WAITS_MS = [200, 1_000, 3_000, 5_000, 5_000, 10_000, 10_000, 15_000, 15_000, 30_000, 30_000]

/** `isOver`: nobody waits for the answer any more. */
export async function steady<T>(
  timers: Timers,
  ask: () => Promise<BlobOutcome<T>>,
  isOver: () => boolean,
): Promise<BlobOutcome<T>> {
  let answer = await ask()
  for (const waitMs of WAITS_MS) {
    if (answer.ok || answer.failure.permanent || isOver()) return answer
    await new Promise<void>((resolve) => timers.after(waitMs, resolve))
    if (isOver()) return answer
    answer = await ask()
  }
  return answer
}
