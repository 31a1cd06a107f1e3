/** Pauses before the next start after one, two, three … ends in a row; the first is made at once. */
const PAUSES_MS = [0, 250, 1_000, 2_000] as const
/** An end counts for this long. */
const REMEMBERED_MS = 60_000

/**
 * Decides what follows when something that should run ended by itself: another start after a pause, or none, because it
 * ends again and again and a person has to look. Pure but for what it remembers.
 */
export class RestartRule {
  #ends: number[] = []

  /** Call at each end; milliseconds to wait before the next start, or `give-up`. */
  ended(now: number): number | 'give-up' {
    this.#ends = [...this.#ends.filter((at) => now - at < REMEMBERED_MS), now]
    return PAUSES_MS[this.#ends.length - 1] ?? 'give-up'
  }
}
