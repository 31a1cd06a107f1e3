/** Runs work side by side and settles the results in the order the work was given, with a bound on how much is open. */

export class InOrder<T> {
  #most: number
  #settle: (result: T) => Promise<void>
  #open = 0
  #tail: Promise<void> = Promise.resolve()
  #failed = false
  #wake: (() => void) | undefined

  constructor(most: number, settle: (result: T) => Promise<void>) {
    this.#most = most
    this.#settle = settle
  }

  /** Waits until there is room for more. Rejects when settling an earlier one did. */
  async add(work: Promise<T>): Promise<void> {
    this.#open++
    // Whether it went well is judged when its turn comes, which may be later than it fails.
    work.catch(() => undefined)
    this.#tail = this.#tail.then(() => work).then((result) => this.#settle(result))
    this.#tail.then(
      () => this.#closed(),
      () => this.#fail(),
    )
    while (this.#open >= this.#most && !this.#failed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    if (this.#failed) await this.#tail
  }

  /** Waits until all is settled. */
  async drain(): Promise<void> {
    await this.#tail
  }

  #closed(): void {
    this.#open--
    this.#wake?.()
  }

  #fail(): void {
    this.#failed = true
    this.#wake?.()
  }
}
