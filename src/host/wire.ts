import type { FromEngine } from '../contract/screen.ts'

/**
 * One window's line to its engine, whatever carries it. Messages arrive whole and in order, or the wire closes. A wire
 * never throws for what the far side does.
 */
export interface Wire {
  /** Hands a message over. After the wire closed this is a no-op: `onClose` has told already. */
  send(message: FromEngine): void

  /**
   * Bytes that were handed over and that the far side has not taken yet. A carrier that cannot tell says 0; what it
   * carries is a program on the same machine that the shell watches.
   */
  backlogBytes(): number

  /** What arrives, unjudged: anything at all may come. Set once, before anything can arrive. */
  onMessage(listener: (message: unknown) => void): void

  /** Called exactly once, whichever side closed. `undefined`: the far side went away without a word. */
  onClose(listener: (reason: WireEnd | undefined) => void): void

  /** Closes and says why, where the carrier has words for it. */
  close(reason: WireEnd): void
}

/** Why an engine closes a window's wire. `again`: whether a window that connects anew can expect better. */
export const WIRE_ENDS = {
  'engine-stopping': { closeCode: 4000, again: true },
  'version-mismatch': { closeCode: 4001, again: false },
  'not-understood': { closeCode: 4002, again: false },
  'no-hello': { closeCode: 4003, again: true },
  'too-slow': { closeCode: 4004, again: true },
} as const satisfies Record<string, { readonly closeCode: number; readonly again: boolean }>

export type WireEnd = keyof typeof WIRE_ENDS

/** The end of a wire, told once, however many of its carrier's events speak of it. */
export class Ending {
  #reached = false
  #listener: (reason: WireEnd | undefined) => void = () => undefined

  get reached(): boolean {
    return this.#reached
  }

  tellTo(listener: (reason: WireEnd | undefined) => void): void {
    this.#listener = listener
  }

  reach(reason: WireEnd | undefined): void {
    if (this.#reached) return
    this.#reached = true
    this.#listener(reason)
  }
}
