/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number

/** Wall-clock time. Nothing but an adapter reads the machine's own clock. */
export interface Clock {
  now(): Instant
}

/** Things that happen later. `cancel` may be called any number of times. */
export interface Timers {
  after(delayMs: number, run: () => void): { cancel(): void }
}
