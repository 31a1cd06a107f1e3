/** What the steps of one running export share. */
import type { ExportOrder } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { CopyControl } from '../import/copy-control.ts'
import type { Progress } from '../import/progress.ts'
import { Turns } from '../import/turns.ts'
import type { BlockMemory } from './block-memory.ts'
import type { FileNames } from './file-names.ts'
import type { Prover } from './prover.ts'
import type { Records } from './records.ts'
import type { TargetDrive } from './target-drive.ts'

const MOST_REMARKS = 100
/** A storage that is away for a while must not cost the customer files: together more than two minutes. */
const WAITS_MS = [200, 1_000, 3_000, 10_000, 20_000, 30_000, 30_000, 30_000]

export interface ExportParts {
  readonly order: ExportOrder
  readonly store: BlobStore
  readonly timers: Timers
  readonly log: Log
  readonly control: CopyControl
  readonly progress: Progress
  readonly drive: TargetDrive
  readonly prover: Prover
  readonly memory: BlockMemory
  readonly records: Records
  readonly names: FileNames
}

export class ExportContext implements ExportParts {
  readonly order: ExportOrder
  readonly store: BlobStore
  readonly timers: Timers
  readonly log: Log
  readonly control: CopyControl
  readonly progress: Progress
  readonly drive: TargetDrive
  readonly prover: Prover
  readonly memory: BlockMemory
  readonly records: Records
  readonly names: FileNames
  readonly proof = { bytesReadBack: 0, isAllFromMedium: true }
  /** Large files are written one after the other; the proof of one runs beside the writing of the next. */
  readonly largeFiles = new Turns()
  readonly #remarks: string[] = []
  /** From the storage, by this run. */
  bytesRead = 0

  constructor(parts: ExportParts) {
    this.order = parts.order
    this.store = parts.store
    this.timers = parts.timers
    this.log = parts.log
    this.control = parts.control
    this.progress = parts.progress
    this.drive = parts.drive
    this.prover = parts.prover
    this.memory = parts.memory
    this.records = parts.records
    this.names = parts.names
  }

  ask<T>(question: () => Promise<BlobOutcome<T>>): Promise<BlobOutcome<T>> {
    return patiently(this.timers, this.control, question)
  }

  get remarks(): readonly string[] {
    return this.#remarks
  }

  /** Something a person should know beside the codes. Each file has its line in the log; here the first few will do. */
  remark(sentence: string): void {
    if (this.#remarks.length < MOST_REMARKS) this.#remarks.push(sentence)
  }

  proved(bytes: number, fromMedium: boolean): void {
    this.proof.bytesReadBack += bytes
    this.proof.isAllFromMedium &&= fromMedium
  }
}

/** Asks the storage again when it says that asking again may help, until the copy is cancelled. */
export async function patiently<T>(
  timers: Timers,
  control: CopyControl,
  question: () => Promise<BlobOutcome<T>>,
): Promise<BlobOutcome<T>> {
  let answer = await question()
  for (const waitMs of WAITS_MS) {
    if (answer.ok || answer.failure.permanent || control.isCancelled) return answer
    await new Promise<void>((resolve) => timers.after(waitMs, resolve))
    answer = await question()
  }
  return answer
}
