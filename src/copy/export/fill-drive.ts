/**
 * Brings a drive's share onto it, several blobs side by side, in the order of their names. Goes on where an earlier run
 * stopped; what that run wrote is read again from the medium before the drive counts as done.
 */
import { rm } from 'node:fs/promises'
import { BLOCK_BYTES } from './block-memory.ts'
import type { ExportContext } from './context.ts'
import { exportBlob } from './export-blob.ts'
import type { DrivePlan } from './make-plan.ts'
import type { SelectedBlob } from './plan-store.ts'
import { type AttachedRecord, type BlobRecord, isOnDrive } from './records.ts'
import { neededBytes, type Room } from './share.ts'

/** What became of a blob. `earlier`: an earlier run says it is on the drive. */
const TODO = 0
const DONE = 1
const EARLIER = 2
const FAILED = 3
const LEFT = 4

/** Blobs under way: their syncs share the file system's commits. */
const OPEN_BLOBS = 16
const SYNC_RECORDS_EVERY = 1_000
/** So many failures of the drive itself, one after the other, and nothing else: it will not take more. */
const MOST_FAILURES_IN_A_ROW = 32
/** Copying again what an earlier run's file does not hold, and looking again. */
const MOST_ROUNDS = 3

export type FillEnd = 'done' | 'cancelled' | 'lost' | 'drive-fails'

export interface Counts {
  completed: number
  withErrors: number
  failed: number
  /** Of files that are on the drive. */
  bytesSucceeded: number
}

export class DriveFilling {
  readonly #context: ExportContext
  readonly #plan: DrivePlan
  readonly #state: Uint8Array
  /** The newest line of each blob in the records, plus one; 0: none. */
  readonly #line: Uint32Array
  readonly #parts = new Map<number, { ticket: string; md5s: string[] }>()
  /** Where files stand that are under way, or are to be written again. */
  readonly #places = new Map<number, readonly string[]>()
  /** Blobs for which there was no room while others were being written. */
  readonly #full: number[] = []
  #room: Room = { freeBytes: 0, clusterBytes: 4096, largestFileBytes: 0 }
  #doneBytes = 0
  #doneFiles = 0
  #failuresInARow = 0
  #sinceSync = 0
  #end: Exclude<FillEnd, 'done'> | undefined

  constructor(context: ExportContext, plan: DrivePlan) {
    this.#context = context
    this.#plan = plan
    this.#state = new Uint8Array(plan.head.blobs)
    this.#line = new Uint32Array(plan.head.blobs)
  }

  isLeft(ordinal: number): boolean {
    return this.#state[ordinal] === LEFT
  }

  isOnDrive(ordinal: number): boolean {
    return this.#state[ordinal] === DONE || this.#state[ordinal] === EARLIER
  }

  get hasLeft(): boolean {
    return this.#state.includes(LEFT)
  }

  async run(isNew: boolean): Promise<FillEnd> {
    if (!isNew) await this.#load()
    this.#tell()
    for (let round = 1; round <= MOST_ROUNDS && this.#end === undefined; round++) {
      await this.#copyAll(OPEN_BLOBS)
      // The big one that did not fit may have kept small ones from fitting.
      if (this.#full.length > 0 && this.#end === undefined) await this.#copyAll(1)
      if (this.#end !== undefined || !(await this.#proveEarlier())) break
    }
    return this.#end ?? 'done'
  }

  /** The newest record of each blob dealt with, in the order written. */
  async *records(): AsyncGenerator<BlobRecord> {
    let line = 0
    for await (const record of this.#context.records.lines())
      if (record.k === 'blob' && ++line === this.#line[record.n] && this.#state[record.n] !== TODO)
        yield record
  }

  /** Blobs of the share that were not reached. */
  async *unreached(): AsyncGenerator<SelectedBlob> {
    for await (const { ordinal, blob } of this.#share()) if (this.#state[ordinal] === TODO) yield blob
  }

  async counts(): Promise<Counts> {
    const counts: Counts = { completed: 0, withErrors: 0, failed: 0, bytesSucceeded: 0 }
    for await (const record of this.records()) {
      if (record.status === 'Completed') counts.completed++
      else if (record.status === 'CompletedWithErrors') counts.withErrors++
      else counts.failed++
      if (isOnDrive(record)) counts.bytesSucceeded += record.sizeBytes
    }
    for await (const _ of this.unreached()) counts.failed++
    return counts
  }

  async #load(): Promise<void> {
    const { records, names } = this.#context
    let line = 0
    for await (const record of records.lines()) {
      if (record.k === 'part') {
        const { n, t, from, md5s } = record
        const known = this.#parts.get(n)
        if (known?.ticket === t && known.md5s.length === from) known.md5s.push(...md5s)
        else if (from === 0) this.#parts.set(n, { ticket: t, md5s: [...md5s] })
        continue
      }
      this.#line[record.n] = ++line
      this.#parts.delete(record.n)
      // What failed is tried again.
      this.#state[record.n] = isOnDrive(record) ? EARLIER : TODO
    }
    records.countLoaded(line)
    for await (const record of this.records()) {
      if (this.#state[record.n] !== EARLIER) continue
      for (const path of pathsOf(record)) names.keep(path)
      this.#settle(record.sizeBytes)
    }
  }

  async #copyAll(atOnce: number): Promise<void> {
    const isLastTry = atOnce === 1
    if (isLastTry) for (const ordinal of this.#full) this.#state[ordinal] = TODO
    await this.#measure()
    const running = new Set<Promise<void>>()
    for await (const { ordinal, blob } of this.#share()) {
      if (this.#state[ordinal] !== TODO) continue
      if (!(await this.#context.control.pass())) this.#end ??= 'cancelled'
      if (this.#end !== undefined) break
      const task: Promise<void> = this.#copy(ordinal, blob, isLastTry).finally(() => running.delete(task))
      running.add(task)
      if (running.size >= atOnce) await Promise.race(running)
    }
    await Promise.all(running)
  }

  async #copy(ordinal: number, blob: SelectedBlob, isLastTry: boolean): Promise<void> {
    const place = this.#places.get(ordinal) ?? this.#context.names.place(blob.name)
    this.#places.set(ordinal, place)
    const needs = neededBytes(blob.sizeBytes, blob.name.length, this.#room.clusterBytes)
    if (needs > this.#room.freeBytes) await this.#measure()
    if (needs > this.#room.freeBytes && !this.#parts.has(ordinal)) {
      this.#leave(ordinal)
      return
    }
    this.#room = { ...this.#room, freeBytes: this.#room.freeBytes - needs }
    const exported = await exportBlob(this.#context, {
      ordinal,
      blob,
      place,
      claimed: this.#parts.get(ordinal),
    })
    if (exported.kind === 'cancelled' || exported.kind === 'lost') this.#end ??= exported.kind
    else if (exported.kind === 'left' && !isLastTry) {
      this.#state[ordinal] = LEFT
      this.#full.push(ordinal)
    } else if (exported.kind === 'left') this.#leave(ordinal)
    else await this.#record(exported.record)
  }

  async #record(record: Omit<BlobRecord, 'k'>): Promise<void> {
    const { drive, records } = this.#context
    const line = records.blobLines + 1
    const written = await drive.try(() => records.blob(record))
    if (!written.ok) {
      this.#end ??= written.trouble.kind === 'lost' ? 'lost' : 'drive-fails'
      return
    }
    this.#places.delete(record.n)
    this.#line[record.n] = line
    this.#state[record.n] = isOnDrive({ k: 'blob', ...record }) ? DONE : FAILED
    this.#settle(record.sizeBytes)
    this.#failuresInARow = record.status === 'IOFailed' ? this.#failuresInARow + 1 : 0
    if (this.#failuresInARow >= MOST_FAILURES_IN_A_ROW) this.#end ??= 'drive-fails'
    if (++this.#sinceSync < SYNC_RECORDS_EVERY) return
    this.#sinceSync = 0
    const synced = await drive.try(() => records.sync())
    if (!synced.ok && synced.trouble.kind === 'lost') this.#end ??= 'lost'
  }

  /** Answers whether something has to be copied again. */
  async #proveEarlier(): Promise<boolean> {
    let isAgain = false
    for await (const record of this.records()) {
      if (this.#state[record.n] !== EARLIER) continue
      if (!(await this.#context.control.pass())) this.#end ??= 'cancelled'
      if (this.#end !== undefined) return false
      if (await this.#isStillThere(record)) {
        this.#state[record.n] = DONE
        continue
      }
      if (this.#end !== undefined) return false
      this.#context.remark(
        `${record.blobPath}: the drive no longer held what was written. It was written again.`,
      )
      this.#state[record.n] = TODO
      this.#places.set(record.n, segmentsOf(record.filePath))
      this.#doneBytes -= record.sizeBytes
      this.#doneFiles--
      isAgain = true
      const path = this.#context.drive.path(segmentsOf(record.filePath))
      const removed = await this.#context.drive.try(() => rm(path, { force: true }))
      if (!removed.ok && removed.trouble.kind === 'lost') this.#end ??= 'lost'
    }
    return isAgain
  }

  async #isStillThere(record: BlobRecord): Promise<boolean> {
    const files = [
      { path: record.filePath, sizeBytes: record.sizeBytes, md5s: record.md5s },
      ...attachedOf(record).map((one) => ({ path: one.path, sizeBytes: one.sizeBytes, md5s: [one.md5] })),
    ]
    const { prover, drive } = this.#context
    for (const { path, sizeBytes, md5s } of files) {
      const request = { path: drive.path(segmentsOf(path)), sizeBytes, partBytes: BLOCK_BYTES, md5s }
      const answer = await prover.prove(request)
      if (answer.errno !== undefined) {
        if ((await drive.troubleOf(answer.errno)).kind === 'lost') this.#end ??= 'lost'
        return false
      }
      this.#context.proved(sizeBytes, answer.fromMedium)
      if (answer.wrong.length > 0) return false
    }
    return true
  }

  async #measure(): Promise<void> {
    const room = await this.#context.drive.room(this.#context.order.fileSystem)
    if (room.ok) this.#room = room.value
    else if (room.trouble.kind === 'lost') this.#end ??= 'lost'
  }

  #leave(ordinal: number): void {
    this.#state[ordinal] = LEFT
    this.#settle(this.#plan.columns.sizeBytes[ordinal] ?? 0)
  }

  #settle(bytes: number): void {
    this.#doneBytes += bytes
    this.#doneFiles++
    this.#tell()
  }

  #tell(): void {
    this.#context.progress.settled(this.#doneBytes, this.#doneFiles)
  }

  async *#share(): AsyncGenerator<{ readonly ordinal: number; readonly blob: SelectedBlob }> {
    const { plan, head, claim } = this.#plan
    const blobs = plan.blobs(head)
    for (let ordinal = 0; ; ordinal++) {
      const next = await blobs.next()
      if (next.done) {
        if (!next.value.ok) {
          this.#context.remark(`The plan could not be read to its end. ${next.value.failure.sentence}`)
          this.#end ??= 'cancelled'
        }
        return
      }
      if (claim.share[ordinal] === 1) yield { ordinal, blob: next.value }
    }
  }
}

function attachedOf(record: BlobRecord): AttachedRecord[] {
  return [record.properties, record.metadata].filter((one) => one?.status === 'Completed') as AttachedRecord[]
}

function pathsOf(record: BlobRecord): (readonly string[])[] {
  return [record.filePath, ...attachedOf(record).map(({ path }) => path)].map(segmentsOf)
}

function segmentsOf(path: string): readonly string[] {
  return path.split('\\').slice(1)
}
