/** The memory that exported bytes pass through: a bounded number of bytes, whoever asks. */

export const BLOCK_BYTES = 4 * 1024 * 1024

export class BlockMemory {
  #freeBytes: number
  readonly #whole: Buffer[] = []
  readonly #waiting: { readonly bytes: number; readonly take: (buffer: Buffer) => void }[] = []

  constructor(mostBytes: number) {
    this.#freeBytes = mostBytes
  }

  /** Waits its turn. At most `BLOCK_BYTES`; give it back when nobody reads or writes it any more. */
  take(bytes: number): Promise<Buffer> {
    if (this.#waiting.length === 0 && bytes <= this.#freeBytes) return Promise.resolve(this.#cut(bytes))
    return new Promise((take) => this.#waiting.push({ bytes, take }))
  }

  giveBack(buffer: Buffer): void {
    this.#freeBytes += buffer.length
    if (buffer.length === BLOCK_BYTES) this.#whole.push(buffer)
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (next.bytes > this.#freeBytes) return
      this.#waiting.shift()
      next.take(this.#cut(next.bytes))
    }
  }

  #cut(bytes: number): Buffer {
    this.#freeBytes -= bytes
    return (bytes === BLOCK_BYTES ? this.#whole.pop() : undefined) ?? Buffer.allocUnsafe(bytes)
  }
}
