/** UTF-8 bytes to characters and back, across chunks that may cut a character in two. */
import { isAscii, isUtf8 } from 'node:buffer'
import { ManifestFormatError } from './manifest.ts'

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

export class ManifestText {
  #carry: Uint8Array = new Uint8Array(0)
  #chunk = ''
  #chunkBytes = 0
  #chunkStartChar = 0
  #chunkStartByte: number
  #isFirst: boolean
  #isAscii = true
  /** The last place asked for in this chunk, so that counting goes on from there. */
  #seenChar = 0
  #seenByte = 0

  /** `startByte`: where in the file the first chunk begins; only at 0 can there be a byte order mark. */
  constructor(startByte: number) {
    this.#chunkStartByte = startByte
    this.#isFirst = startByte === 0
  }

  /** Throws a ManifestFormatError on anything that is not UTF-8. */
  decode(bytes: Uint8Array): string {
    this.#chunkStartChar += this.#chunk.length
    this.#chunkStartByte += this.#chunkBytes
    let whole = this.#carry.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#carry, bytes])
    if (this.#isFirst && BYTE_ORDER_MARK.every((byte, index) => whole[index] === byte)) {
      whole = whole.subarray(BYTE_ORDER_MARK.length)
      this.#chunkStartByte += BYTE_ORDER_MARK.length
    }
    const ready = whole.subarray(0, whole.length - cutBytes(whole))
    this.#carry = whole.subarray(ready.length)
    if (!isUtf8(ready)) throw new ManifestFormatError('the manifest is not in UTF-8')
    this.#isFirst &&= ready.length === 0
    this.#isAscii = isAscii(ready)
    this.#chunk = ready.toString(this.#isAscii ? 'latin1' : 'utf8')
    this.#chunkBytes = ready.length
    this.#seenChar = 0
    this.#seenByte = 0
    return this.#chunk
  }

  end(): void {
    if (this.#carry.length > 0) throw new ManifestFormatError('the manifest ends inside a character')
  }

  /**
   * Where in the file the character of this number stands. Ask in rising order; it may lie before the current chunk only
   * where all characters in between are ASCII (the beginning of a tag).
   */
  byteOf(char: number): number {
    const inside = char - this.#chunkStartChar
    if (inside <= 0 || this.#isAscii) return this.#chunkStartByte + inside
    this.#seenByte += Buffer.byteLength(this.#chunk.slice(this.#seenChar, inside))
    this.#seenChar = inside
    return this.#chunkStartByte + this.#seenByte
  }
}

/** How many bytes at the end belong to a character that is not complete yet. */
function cutBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if ((byte & 0xc0) === 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back ? back : 0
  }
  return 0
}
