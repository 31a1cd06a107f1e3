/**
 * Reads that do not come from the page cache (`O_DIRECT`), so that what is read is what the disk holds.
 *
 * Such reads need memory, offset and length in whole device blocks. Node gives no aligned memory, but the memory of a
 * WebAssembly instance always begins on a page.
 */
import { closeFile, O_DIRECT, O_NOFOLLOW, O_RDONLY, openFile, readOnce } from './files.ts'
import { errnoOf } from './folder-failure.ts'

/** The largest device block in use. */
const BLOCK_BYTES = 4096
const WASM_PAGE_BYTES = 65_536
const BUFFER_BYTES = 4 * 1024 * 1024 + WASM_PAGE_BYTES
/** How many reads run at once; each holds one buffer. */
const BUFFERS = 3

/** The one part used of a global that the compiler's settings for Node do not describe. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } }

export class DirectReader {
  #free: Uint8Array[] = []
  #made = 0
  #waiting: ((buffer: Uint8Array) => void)[] = []

  /**
   * Reads as many bytes as `into` and the file have. Undefined when this file system cannot read around its cache.
   */
  async read(path: string, offsetBytes: number, into: Uint8Array): Promise<number | undefined> {
    if (O_DIRECT === undefined) return undefined
    let fd: number
    try {
      fd = await openFile(path, O_RDONLY | O_DIRECT | O_NOFOLLOW)
    } catch (error) {
      if (errnoOf(error) === 'EINVAL') return undefined
      throw error
    }
    const buffer = await this.#take()
    try {
      return await readThrough(fd, buffer, offsetBytes, into)
    } catch (error) {
      if (errnoOf(error) === 'EINVAL') return undefined
      throw error
    } finally {
      this.#giveBack(buffer)
      await closeFile(fd)
    }
  }

  async #take(): Promise<Uint8Array> {
    const free = this.#free.pop()
    if (free !== undefined) return free
    if (this.#made < BUFFERS) {
      this.#made++
      return new Uint8Array(new WebAssembly.Memory({ initial: BUFFER_BYTES / WASM_PAGE_BYTES }).buffer)
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #giveBack(buffer: Uint8Array): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#free.push(buffer)
    else next(buffer)
  }
}

async function readThrough(
  fd: number,
  buffer: Uint8Array,
  offsetBytes: number,
  into: Uint8Array,
): Promise<number> {
  let done = 0
  while (done < into.length) {
    const at = offsetBytes + done
    const skip = at % BLOCK_BYTES
    const wanted = Math.min(into.length - done, buffer.length - BLOCK_BYTES)
    const span = Math.ceil((skip + wanted) / BLOCK_BYTES) * BLOCK_BYTES
    const read = await readOnce(fd, buffer.subarray(0, span), at - skip)
    const got = Math.min(read - skip, wanted)
    if (got <= 0) break
    into.set(buffer.subarray(skip, skip + got), done)
    done += got
    if (got < wanted) break
  }
  return done
}
