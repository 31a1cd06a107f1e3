/**
 * Copies every blob the manifest names, many side by side, and settles them in the manifest's order: counts, logs,
 * checkpoints. Blobs the drive could not read at first come again at the end.
 */

import type { Failure } from '../../lifecycle/outcome.ts'
import type { Clock } from '../../ports/clock.ts'
import type { BlobReport } from '../log/blob-report.ts'
import type { ManifestFailureCode, PlacedBlob } from '../manifest/manifest.ts'
import {
  type CheckedManifest,
  type ManifestBytes,
  type ManifestPlace,
  readBlobs,
} from '../manifest/read-manifest.ts'
import type { ImportContext } from './context.ts'
import { copyBlob, failedReport } from './copy-blob.ts'
import type { CopyLogs } from './copy-logs.ts'
import { InOrder } from './in-order.ts'
import type { Checkpoint } from './notes.ts'
import type { Ordinals } from './ordinals.ts'
import { filesDone, isUndone, type Tally, tallied, tallyUnnamed } from './tally.ts'
import { type Turn, Turns } from './turns.ts'

/** Blobs under way. More hides more latency of the storage; each costs a few kilobytes beside its bytes. */
const OPEN_BLOBS = 256
const CHECKPOINT_EVERY_MS = 2_000
/** Blobs to be tried again are remembered whole; a drive with more of them than this is dying anyway. */
const MOST_PUT_OFF = 256
const MOST_PUT_OFF_PARTS = 20_000

export interface CopyAllOrder {
  readonly context: ImportContext
  readonly clock: Clock
  readonly logs: CopyLogs
  readonly manifest: ManifestBytes
  readonly checked: CheckedManifest
  /** Where to begin; undefined when no blob is left. */
  readonly place: ManifestPlace | undefined
  /** Only these; undefined: all. */
  readonly only: Ordinals | undefined
  readonly tally: Tally
  readonly undone: Ordinals
  readonly putOff: readonly PutOff[]
}

export interface PutOff {
  readonly ordinal: number
  readonly blob: PlacedBlob['blob']
  readonly list: PlacedBlob['list']
}

export interface CopiedAll {
  readonly tally: Tally
  readonly undone: Ordinals
  /** The manifest could not be read to its end, or was exchanged meanwhile. */
  readonly failure: Failure<ManifestFailureCode> | undefined
}

interface Settled {
  readonly placed: PlacedBlob
  readonly result: BlobReport | 'put-off'
}

const AT_ONCE: Turn = { ready: Promise.resolve(), leave: () => undefined }

export class CopyAll {
  #order: CopyAllOrder
  #context: ImportContext
  #tally: Tally
  #undone: Ordinals
  #putOff: PutOff[]
  #putOffParts = 0
  /** Started, in order, and not settled yet. */
  #open: PlacedBlob[] = []
  #checkpointAt: number

  constructor(order: CopyAllOrder) {
    this.#order = order
    this.#context = order.context
    this.#tally = order.tally
    this.#undone = order.undone
    this.#putOff = [...order.putOff]
    this.#checkpointAt = order.clock.now()
  }

  async run(): Promise<CopiedAll> {
    this.#progress()
    const failure = this.#order.place === undefined ? undefined : await this.#copyFrom(this.#order.place)
    await this.#copyPutOff()
    return { tally: this.#tally, undone: this.#undone, failure }
  }

  async #copyFrom(place: ManifestPlace): Promise<Failure<ManifestFailureCode> | undefined> {
    const { manifest, checked, only } = this.#order
    const { order } = this.#context
    const claim = { hash: order.manifestHash, driveId: order.driveId }
    const window = new InOrder<Settled>(OPEN_BLOBS, (settled) => this.#settle(settled))
    const turns = new Turns()
    const blobs = readBlobs(manifest, claim, checked, place)
    let next = place.ordinal
    for (;;) {
      const batch = await blobs.next()
      if (batch.done) {
        await window.drain()
        if (batch.value.ok) return undefined
        this.#giveUpFrom(next)
        // Its drive was lost and nobody waited for it: that is no fault of the manifest.
        const { isCancelled, isLost } = this.#context.control
        return isCancelled && isLost ? undefined : batch.value.failure
      }
      for (const placed of batch.value) {
        next = placed.ordinal + 1
        if (only?.has(placed.ordinal) === false) continue
        this.#open.push(placed)
        await window.add(this.#copy(placed, turns.take()))
      }
    }
  }

  async #copy(placed: PlacedBlob, turn: Turn): Promise<Settled> {
    if (this.#context.control.isCancelled) {
      turn.leave()
      return { placed, result: failedReport(placed, 'Failed') }
    }
    const isLast = this.#putOff.length >= MOST_PUT_OFF || this.#putOffParts >= MOST_PUT_OFF_PARTS
    return { placed, result: await copyBlob(this.#context, { placed, turn, isLast }) }
  }

  async #settle({ placed, result }: Settled): Promise<void> {
    this.#open.shift()
    if (result === 'put-off') {
      this.#putOff.push({ ordinal: placed.ordinal, blob: placed.blob, list: placed.list })
      this.#putOffParts += placed.blob.parts.length
    } else await this.#record(placed.ordinal, result)
    const next = this.#open[0]
    if (next !== undefined) await this.#checkpointNow(next.ordinal, next)
  }

  async #copyPutOff(): Promise<void> {
    if (this.#putOff.length === 0) return
    this.#context.progress.enter('retrying')
    for (let next = this.#putOff[0]; next !== undefined; next = this.#putOff[0]) {
      const placed: PlacedBlob = { ...next, startByte: 0 }
      const result = this.#context.control.isCancelled
        ? failedReport(placed, 'Failed')
        : await copyBlob(this.#context, { placed, turn: AT_ONCE, isLast: true })
      if (result === 'put-off') throw new Error('a last try was put off')
      this.#putOff.shift()
      await this.#record(next.ordinal, result)
      await this.#checkpointNow(this.#order.checked.totals.blobs, { startByte: 0, list: {} })
    }
  }

  async #record(ordinal: number, report: BlobReport): Promise<void> {
    this.#tally = tallied(this.#tally, report)
    if (isUndone(report)) this.#undone.add(ordinal)
    await this.#order.logs.record(report)
    this.#progress()
  }

  #progress(): void {
    this.#context.progress.settled(this.#tally.bytesDone, filesDone(this.#tally))
  }

  /** Everything from here on stays undone, and nobody can name it any more. */
  #giveUpFrom(ordinal: number): void {
    const { totals } = this.#order.checked
    const last = totals.blobs - 1
    if (ordinal > last) return
    const blobs = totals.blobs - filesDone(this.#tally) - this.#putOff.length
    const bytes = this.#putOff.reduce(
      (sum, { blob }) => sum - blob.lengthBytes,
      totals.bytes - this.#tally.bytesDone,
    )
    this.#tally = tallyUnnamed(this.#tally, Math.max(0, blobs), Math.max(0, bytes))
    for (const [from, to] of this.#order.only?.runs ?? [[0, last] as const])
      if (to >= ordinal) this.#undone.add(Math.max(from, ordinal), to)
    this.#context.remark(
      `${blobs} files are not named in the logs: the manifest could not be read to its end.`,
    )
  }

  /** `next`: the first blob that is not settled. Marks of the logs and this place belong together. */
  async #checkpointNow(
    ordinal: number,
    next: { startByte: number; list: PlacedBlob['list'] },
  ): Promise<void> {
    const now = this.#order.clock.now()
    if (now - this.#checkpointAt < CHECKPOINT_EVERY_MS) return
    this.#checkpointAt = now
    const marks = await this.#order.logs.marks()
    if (marks === undefined) return
    const checkpoint: Checkpoint = {
      k: 'at',
      ordinal,
      startByte: next.startByte,
      list: next.list,
      tally: this.#tally,
      undone: this.#undone.runs,
      logs: marks,
      deferred: this.#putOff,
    }
    const noted = await this.#context.notes.checkpoint(checkpoint)
    // Going on without a checkpoint costs time after a crash, nothing else.
    if (!noted.ok)
      this.#context.log.warn('a checkpoint could not be written', { detail: noted.failure.detail })
  }
}
