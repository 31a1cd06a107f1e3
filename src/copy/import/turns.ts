/** Reads go in the manifest's order, whatever else of the blobs runs side by side: that is how a disk reads fastest. */

export interface Turn {
  readonly ready: Promise<void>
  /** Calling again does nothing. */
  leave(): void
}

export class Turns {
  #last: Promise<void> = Promise.resolve()

  /** Turns come in the order they were taken. Each must be left. */
  take(): Turn {
    const ready = this.#last
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#last = ready.then(() => promise)
    return { ready, leave: resolve }
  }
}

/** Blobs of one name, one after the other: otherwise the manifest's order would not decide who gets the name. */
export class Names {
  #users = new Map<string, Promise<void>>()

  /** Answers when the name is free. Call what it answers to free it again. */
  async take(name: string): Promise<() => void> {
    const before = this.#users.get(name)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#users.set(name, promise)
    await before
    return () => {
      if (this.#users.get(name) === promise) this.#users.delete(name)
      resolve()
    }
  }
}
