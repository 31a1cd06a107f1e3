/** What the steps of one running import share. */
import type { ImportOrder } from '../../contract/copy-messages.ts'
import type { BlobFailure, BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Slabs } from '../source/slabs.ts'
import type { Attachments } from './attachments.ts'
import type { CopyControl } from './copy-control.ts'
import type { DriveAccess } from './drive-access.ts'
import type { Intent, NoteWriter } from './notes.ts'
import type { Progress } from './progress.ts'
import { steady } from './steady.ts'
import { Names } from './turns.ts'

const MOST_REMARKS = 100

export class ImportContext {
  readonly order: ImportOrder
  readonly store: BlobStore
  readonly timers: Timers
  readonly log: Log
  readonly drive: DriveAccess
  readonly slabs: Slabs
  readonly control: CopyControl
  readonly notes: NoteWriter
  readonly attachments: Attachments
  readonly progress: Progress
  readonly names = new Names()
  /** Intents of an earlier run under this copy id. */
  readonly intents: ReadonlyMap<Intent['n'], Intent>
  /** An earlier run may have left unfinished uploads. */
  readonly isResumed: boolean
  readonly proof = { bytesReadBack: 0, isAllFromMedium: true }
  readonly #remarks: string[] = []
  #isStopped = false

  constructor(
    parts: Pick<
      ImportContext,
      | 'order'
      | 'store'
      | 'timers'
      | 'log'
      | 'drive'
      | 'slabs'
      | 'control'
      | 'notes'
      | 'attachments'
      | 'progress'
      | 'intents'
      | 'isResumed'
    >,
  ) {
    this.order = parts.order
    this.store = parts.store
    this.timers = parts.timers
    this.log = parts.log
    this.drive = parts.drive
    this.slabs = parts.slabs
    this.control = parts.control
    this.notes = parts.notes
    this.attachments = parts.attachments
    this.progress = parts.progress
    this.intents = parts.intents
    this.isResumed = parts.isResumed
  }

  /**
   * Asks the storage, again where that may help. A storage that has not answered for minutes and does not answer to a trial
   * either refuses every blob to come.
   */
  async ask<T>(question: () => Promise<BlobOutcome<T>>): Promise<BlobOutcome<T>> {
    const answer = await steady(this.timers, question, () => this.control.isCancelled)
    if (answer.ok || answer.failure.permanent || this.control.isCancelled) return answer
    const trial = await this.store.check()
    if (!trial.ok) this.#stop(answer.failure)
    return answer
  }

  /** The copy stops instead of reading a whole drive for nothing. */
  noteFailure(failure: BlobFailure): void {
    if (failure.code === 'storage-full') this.#stop(failure)
  }

  #stop({ sentence }: BlobFailure): void {
    if (this.#isStopped) return
    this.#isStopped = true
    this.remark(`The copy stopped. ${sentence}`)
    this.control.cancel()
  }

  get remarks(): readonly string[] {
    return this.#remarks
  }

  /** Something a person should know beside the codes. Each file has its line in the log; here the first few will do. */
  remark(sentence: string): void {
    if (this.#remarks.length < MOST_REMARKS) this.#remarks.push(sentence)
  }
}
