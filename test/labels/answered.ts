import type { FakeClock } from '../fakes/clock.ts'

/** Lets time pass until an answer is there. */
export async function answered<T>(
  clock: FakeClock,
  answer: Promise<T>,
): Promise<{ value: T; afterMs: number }> {
  const began = clock.now()
  let over = false
  const done = answer.finally(() => {
    over = true
  })
  while (!over) {
    clock.advance(clock.waitsMs[0] ?? 0)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { value: await done, afterMs: clock.now() - began }
}
