/**
 * The memory that copied bytes pass through: a fixed number of slabs, shared with the reading threads, so that bytes are
 * never moved between threads and memory is bounded. Small reads share a slab.
 */

export const SLAB_BYTES = 4 * 1024 * 1024

export interface Slice {
  /** Number of the slab. */
  readonly slab: number
  readonly at: number
  readonly bytes: Uint8Array
  /** Call once, when nobody reads or writes the bytes any more. */
  release(): void
}

interface Slab {
  readonly number: number
  readonly memory: SharedArrayBuffer
  usedBytes: number
  users: number
}

export class Slabs {
  readonly memories: readonly SharedArrayBuffer[]
  #free: Slab[]
  /** The slab that small slices are cut from. */
  #shared: Slab | undefined
  #waiting: { readonly lengthBytes: number; readonly take: (slice: Slice) => void }[] = []

  constructor(count: number) {
    this.memories = Array.from({ length: count }, () => new SharedArrayBuffer(SLAB_BYTES))
    this.#free = this.memories.map((memory, number) => ({ number, memory, usedBytes: 0, users: 0 }))
  }

  /** Waits its turn for room. At most `SLAB_BYTES`. */
  async take(lengthBytes: number): Promise<Slice> {
    if (lengthBytes > SLAB_BYTES) throw new RangeError(`${lengthBytes} bytes do not fit into a slab`)
    const now = this.#waiting.length === 0 ? this.#cut(lengthBytes) : undefined
    return now ?? new Promise((take) => this.#waiting.push({ lengthBytes, take }))
  }

  #cut(lengthBytes: number): Slice | undefined {
    if (this.#shared !== undefined && this.#shared.usedBytes + lengthBytes <= SLAB_BYTES)
      return this.#slice(this.#shared, lengthBytes)
    const slab = this.#free.pop()
    if (slab === undefined) return undefined
    const old = this.#shared
    this.#shared = slab
    if (old?.users === 0) this.#reuse(old)
    return this.#slice(slab, lengthBytes)
  }

  #slice(slab: Slab, lengthBytes: number): Slice {
    const at = slab.usedBytes
    slab.usedBytes += lengthBytes
    slab.users++
    const bytes = new Uint8Array(slab.memory, at, lengthBytes)
    return { slab: slab.number, at, bytes, release: () => this.#release(slab) }
  }

  #release(slab: Slab): void {
    slab.users--
    if (slab.users > 0) return
    if (slab === this.#shared) slab.usedBytes = 0
    else this.#reuse(slab)
    this.#serve()
  }

  #reuse(slab: Slab): void {
    slab.usedBytes = 0
    this.#free.push(slab)
  }

  #serve(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const slice = this.#cut(next.lengthBytes)
      if (slice === undefined) return
      this.#waiting.shift()
      next.take(slice)
    }
  }
}
