import { expect } from 'vitest'

/** Waits for something that happens in another thread or process; on a busy machine that takes its time. */
export function eventually<T>(look: () => T) {
  return expect.poll(look, { timeout: 30_000, interval: 5 })
}
