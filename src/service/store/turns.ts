/** One after the other: work handed in while another runs waits its turn, in order. A failed one does not stop the next. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve()

  take<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.last.then(work, work)
    this.last = mine
    return mine
  }

  /** Resolves when everything handed in so far has ended, well or badly. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.last])
  }
}
