/** What the connection needs of the machine; `renderer/system` has the real ones. */

/** `cancel` may be called any number of times. */
export interface Timers {
  after(delayMs: number, run: () => void): { cancel(): void }
}

/** A scan that the engine has not answered. */
export interface WaitingScan {
  /** Its name on every retry. */
  readonly scan: string
  readonly text: string
  /** When it was read, in milliseconds since 1970. */
  readonly at: number
  /** It has waited so long that the screen has to say so. */
  readonly late: boolean
}

export interface World {
  readonly timers: Timers
  /** Milliseconds since 1970. */
  readonly nowMs: () => number
  readonly newScanId: () => string
  /** Told whenever the scans without an answer change. */
  readonly keepScans: (scans: readonly WaitingScan[]) => void
  readonly keptScans: () => readonly WaitingScan[]
}
