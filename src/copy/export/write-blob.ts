/**
 * Brings the bytes of one blob into a partial file on the drive: each block is read once from the storage, hashed in memory,
 * written, and after the file's sync read back and compared. A block that comes back wrong is written once more.
 */
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { BlobFailure, BlobHead } from '../../ports/blob-store.ts'
import { BLOCK_BYTES } from './block-memory.ts'
import type { ExportContext } from './context.ts'
import type { BadStatus } from './records.ts'
import type { Trouble } from './target-drive.ts'

/** Blocks of one file under way: hides the latency of a storage that is far away. */
const BLOCKS_AT_ONCE = 8
/** So many blocks of a large file, and those under way, may have to be written again after a crash: 64 MiB together. */
const SYNC_EVERY_BLOCKS = 8
/** Blocks read back in one request. */
const PROVEN_AT_ONCE = 16
/** Files of more blocks than this fill the drive by themselves. */
const LARGE_BLOCKS = 8

export type Written =
  | { readonly kind: 'whole'; readonly md5s: readonly string[] }
  /** Some blocks did not come, or do not stay. */
  | {
      readonly kind: 'broken'
      readonly md5s: readonly string[]
      readonly bad: Readonly<Record<string, BadStatus>>
    }
  /** The blob is not what it was when its copying began. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'trouble'; readonly trouble: Trouble }
  | { readonly kind: 'refused'; readonly failure: BlobFailure }
  | { readonly kind: 'cancelled' }

export interface WriteOrder {
  readonly ordinal: number
  readonly name: string
  readonly head: BlobHead
  readonly workName: string
  /** Hashes of blocks that an earlier run wrote, from the first on. A claim: the drive is asked. */
  readonly claimed: readonly string[]
}

export class BlobWriting {
  readonly #context: ExportContext
  readonly #order: WriteOrder
  readonly #file: FileHandle
  readonly #md5s: (string | undefined)[]
  readonly #bad: Record<string, BadStatus> = {}
  #stop: Exclude<Written, { kind: 'whole' | 'broken' }> | undefined
  #countedBytes = 0
  /** Blocks from the first on that are synced and noted. */
  #notedBlocks = 0

  constructor(context: ExportContext, order: WriteOrder, file: FileHandle) {
    this.#context = context
    this.#order = order
    this.#file = file
    this.#md5s = new Array<string | undefined>(Math.ceil(order.head.sizeBytes / BLOCK_BYTES)).fill(undefined)
  }

  /** These bytes no longer count as under way. */
  uncount(): void {
    this.#count(-this.#countedBytes)
  }

  async run(): Promise<Written> {
    const turn = this.#md5s.length > LARGE_BLOCKS ? this.#context.largeFiles.take() : undefined
    await turn?.ready
    try {
      await this.#keepClaimed()
      await this.#move([...this.#md5s.keys()].filter((index) => this.#md5s[index] === undefined))
    } finally {
      turn?.leave()
    }
    if (this.#stop === undefined) await this.#checkUnchanged()
    if (this.#stop !== undefined) return this.#stop
    if (Object.keys(this.#bad).length > 0) return this.#broken()
    const synced = await this.#context.drive.try(async () => {
      await this.#file.truncate(this.#order.head.sizeBytes)
      await this.#file.sync()
    })
    if (!synced.ok) return { kind: 'trouble', trouble: synced.trouble }
    return this.#prove()
  }

  /** Blocks of an earlier run count only where the drive really holds them. */
  async #keepClaimed(): Promise<void> {
    const { claimed, head, workName } = this.#order
    const blocks = claimed.slice(0, Math.floor(head.sizeBytes / BLOCK_BYTES))
    if (blocks.length === 0) return
    const { drive, prover } = this.#context
    const held = blocks.length * BLOCK_BYTES
    const sized = await drive.try(() => this.#file.truncate(held))
    if (!sized.ok) return this.#halt(sized.trouble)
    const path = drive.workPath(workName)
    const answer = await prover.prove({ path, sizeBytes: held, partBytes: BLOCK_BYTES, md5s: blocks })
    if (answer.errno !== undefined) return
    const wrong = new Set(answer.wrong)
    for (const [index, md5] of blocks.entries()) {
      if (wrong.has(index)) continue
      this.#md5s[index] = md5
      this.#count(BLOCK_BYTES >> 1)
    }
    this.#notedBlocks = this.#contiguous()
  }

  async #move(indices: readonly number[]): Promise<void> {
    const running = new Set<Promise<void>>()
    let sinceSync = 0
    for (const index of indices) {
      if (!(await this.#context.control.pass())) this.#stop ??= { kind: 'cancelled' }
      if (this.#stop !== undefined) break
      if (running.size >= BLOCKS_AT_ONCE) await Promise.race(running)
      const buffer = await this.#context.memory.take(this.#lengthOf(index))
      const block: Promise<void> = this.#moveBlock(index, buffer)
        .finally(() => this.#context.memory.giveBack(buffer))
        .finally(() => running.delete(block))
      running.add(block)
      if (++sinceSync < SYNC_EVERY_BLOCKS) continue
      await Promise.all(running)
      await this.#noteBlocks()
      sinceSync = 0
    }
    await Promise.all(running)
  }

  async #moveBlock(index: number, buffer: Buffer): Promise<void> {
    const { store, drive } = this.#context
    const offset = index * BLOCK_BYTES
    for (let done = 0; done < buffer.length; ) {
      const read = await this.#context.ask(() =>
        store.read(this.#order.name, offset + done, buffer.subarray(done)),
      )
      if (this.#stop !== undefined) return
      if (!read.ok) return this.#refused(read.failure, index)
      // Shorter than its own length: it is another blob by now, or the storage lost some of it.
      if (read.value === 0) {
        this.#bad[index] = 'BlobUnexpectedEnd'
        return
      }
      done += read.value
      this.#context.bytesRead += read.value
    }
    const md5 = md5Of(buffer)
    const written = await drive.try(async () => {
      for (let done = 0; done < buffer.length; )
        done += (await this.#file.write(buffer, done, buffer.length - done, offset + done)).bytesWritten
    })
    if (!written.ok) return this.#halt(written.trouble)
    this.#md5s[index] = md5
    this.#count(buffer.length >> 1)
  }

  /** After each stretch of a large file, so that a later run finds it. */
  async #noteBlocks(): Promise<void> {
    const until = this.#contiguous()
    const { head, ordinal } = this.#order
    if (this.#stop !== undefined || until === this.#notedBlocks || until === this.#md5s.length) return
    const { drive, records } = this.#context
    const from = this.#notedBlocks
    const noted = await drive.try(async () => {
      await this.#file.datasync()
      await records.parts(ordinal, head.ticket, from, this.#md5s.slice(from, until).map(String))
    })
    if (!noted.ok) return this.#halt(noted.trouble)
    this.#notedBlocks = until
  }

  async #checkUnchanged(): Promise<void> {
    const { head, name } = this.#order
    const found = await this.#context.ask(() => this.#context.store.find(name))
    if (!found.ok) this.#stop = { kind: 'refused', failure: found.failure }
    else if (found.value?.ticket !== head.ticket) this.#stop = { kind: 'changed' }
  }

  async #prove(): Promise<Written> {
    for (const isLast of [false, true]) {
      const wrong = await this.#wrongBlocks()
      if (!Array.isArray(wrong)) return { kind: 'trouble', trouble: wrong }
      if (wrong.length === 0) {
        this.#count(this.#order.head.sizeBytes - this.#countedBytes)
        return { kind: 'whole', md5s: this.#md5s.map(String) }
      }
      if (isLast) {
        for (const index of wrong) this.#bad[index] = 'Corrupted'
        this.#context.remark(
          `${this.#order.name}: the drive gave back other bytes than it was given. Its disk may be failing.`,
        )
        return this.#broken()
      }
      const again = await this.#writeAgain(wrong)
      if (again !== undefined) return again
    }
    return this.#broken()
  }

  /** A stretch at a time, so that it is seen to go on. */
  async #wrongBlocks(): Promise<number[] | Trouble> {
    const { drive, prover } = this.#context
    const { head, workName } = this.#order
    const wrong: number[] = []
    for (let first = 0; first === 0 || first < this.#md5s.length; first += PROVEN_AT_ONCE) {
      const md5s = this.#md5s.slice(first, first + PROVEN_AT_ONCE).map(String)
      const path = drive.workPath(workName)
      const answer = await prover.prove({
        path,
        sizeBytes: head.sizeBytes,
        partBytes: BLOCK_BYTES,
        first,
        md5s,
      })
      if (answer.errno !== undefined) return drive.troubleOf(answer.errno)
      wrong.push(...answer.wrong.map((index) => first + index))
      const bytes = Math.min(md5s.length * BLOCK_BYTES, head.sizeBytes - first * BLOCK_BYTES)
      this.#context.proved(Math.max(0, bytes), answer.fromMedium)
      const room = head.sizeBytes - this.#countedBytes
      this.#count(Math.max(0, Math.min(bytes - (bytes >> 1), room)))
    }
    return wrong
  }

  async #writeAgain(indices: readonly number[]): Promise<Written | undefined> {
    this.#notedBlocks = 0
    for (const index of indices) {
      this.#md5s[index] = undefined
      this.#count(-(this.#lengthOf(index) >> 1))
    }
    await this.#move(indices)
    if (this.#stop !== undefined) return this.#stop
    if (Object.keys(this.#bad).length > 0) return this.#broken()
    const synced = await this.#context.drive.try(() => this.#file.sync())
    return synced.ok ? undefined : { kind: 'trouble', trouble: synced.trouble }
  }

  #broken(): Written {
    const bad: Record<string, BadStatus> = { ...this.#bad }
    for (const [index, md5] of this.#md5s.entries()) if (md5 === undefined) bad[index] ??= 'Cancelled'
    return { kind: 'broken', md5s: this.#md5s.map((md5) => md5 ?? NO_HASH), bad }
  }

  #refused(failure: BlobFailure, index: number): void {
    // Gone or exchanged while it was read: looking at it again decides.
    if (failure.code === 'blob-missing') this.#stop ??= { kind: 'changed' }
    else if (failure.code === 'IOFailed') this.#bad[index] = 'IOFailed'
    else this.#stop ??= { kind: 'refused', failure }
  }

  #halt(trouble: Trouble): void {
    this.#stop ??= { kind: 'trouble', trouble }
  }

  #contiguous(): number {
    const gap = this.#md5s.indexOf(undefined)
    return gap < 0 ? this.#md5s.length : gap
  }

  #lengthOf(index: number): number {
    return Math.min(BLOCK_BYTES, this.#order.head.sizeBytes - index * BLOCK_BYTES)
  }

  #count(bytes: number): void {
    this.#countedBytes += bytes
    this.#context.progress.staged(bytes)
  }
}

/** Stands for the hash of a block that was never read. */
const NO_HASH = '0'.repeat(32)

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase()
}
