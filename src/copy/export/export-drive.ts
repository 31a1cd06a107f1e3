/**
 * Exports one drive's share of a job onto it, from the list of blobs to the manifest and the logs.
 *
 * The same order with the same copy id goes on where that copy stopped: after a crash, after cancelling, and when a drive
 * that was lost comes back. A copy that ended answers its result again and touches nothing.
 */
import {
  type CopyResult,
  copyResultSchema,
  type DriveLogStatus,
  type ExportOrder,
} from '../../contract/copy-messages.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { CopyControl } from '../import/copy-control.ts'
import type { ImportListeners } from '../import/import-drive.ts'
import { Progress } from '../import/progress.ts'
import { refusedResult, reportRefused } from '../import/refused-drive.ts'
import { BLOCK_BYTES, BlockMemory } from './block-memory.ts'
import { ExportContext, patiently } from './context.ts'
import { manifestName } from './drive-manifest.ts'
import { FileNames } from './file-names.ts'
import { DriveFilling } from './fill-drive.ts'
import { finishDrive, listWhatIsLeft } from './finish-drive.ts'
import { type DrivePlan, planDrive } from './make-plan.ts'
import { type Prover, ThreadProver } from './prover.ts'
import { Records } from './records.ts'
import { TargetDrive, WORK_FOLDER } from './target-drive.ts'

export interface ExportListeners extends ImportListeners {
  /** Blobs and bytes this drive carries, and those that no drive of the job carries yet. */
  readonly onPlanned: (plan: Pick<DrivePlan, 'share' | 'left'>) => void
}

export interface ExportDeps {
  readonly store: BlobStore
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly control?: CopyControl
  readonly listeners?: Partial<ExportListeners>
  /** A thread of this process, unless a test brings a drive that lies. */
  readonly prover?: Prover
}

/** Nothing was decided about the drive. */
export type ExportNotStarted = 'storage-unreachable' | 'copy-id-in-use'

/** Bytes under way between storage and drive. */
const MEMORY_BLOCKS = 12

export async function exportDrive(
  order: ExportOrder,
  deps: ExportDeps,
): Promise<Outcome<CopyResult, ExportNotStarted>> {
  const control = deps.control ?? new CopyControl()
  const prover = deps.prover ?? new ThreadProver(order.device)
  const progress = new Progress(deps.clock, deps.timers, deps.listeners?.onProgress ?? (() => undefined))
  try {
    return await new ExportRun(order, { ...deps, control, prover, progress }).run()
  } finally {
    progress.end()
    await prover.close()
  }
}

interface RunDeps extends ExportDeps {
  readonly control: CopyControl
  readonly prover: Prover
  readonly progress: Progress
}

class ExportRun {
  #order: ExportOrder
  readonly #deps: RunDeps
  /** Our records are on the drive. */
  #hasBegun = false

  constructor(order: ExportOrder, deps: RunDeps) {
    this.#order = order
    this.#deps = deps
  }

  async run(): Promise<Outcome<CopyResult, ExportNotStarted>> {
    const { store, control, listeners, progress } = this.#deps
    progress.enter('checking')
    const usable = await this.#ask(() => store.check())
    if (!usable.ok) {
      const { code, sentence, detail } = usable.failure
      if (code === 'BlobRequestForbidden')
        return ok(refusedResult({ proof: 'read-back' }, 'BlobRequestForbidden', sentence))
      return fail('storage-unreachable', sentence, detail)
    }
    control.judgeBy((root) => this.#judge(root))
    for (;;) {
      const ended = await this.#onDrive()
      if (ended !== 'lost') return ended
      if (control.lose())
        listeners?.onLost?.('The drive stopped answering: plug it in again, the copy goes on by itself.')
      if (await control.pass()) continue
      const sentence = 'The export was cancelled while its drive was away. What the drive holds is not known.'
      return this.#refused('CompletedWithErrors', sentence, true)
    }
  }

  async #onDrive(): Promise<Outcome<CopyResult, ExportNotStarted> | 'lost'> {
    const { store, control } = this.#deps
    const opened = await TargetDrive.open(this.#order.root)
    if (!opened.ok) return this.#gone()
    const drive = opened.value
    const ended = await this.#endedBefore(drive)
    if (ended !== undefined) return ended
    const planned = await planDrive({
      store,
      order: this.#order,
      ask: (question) => this.#ask(question),
      mayGoOn: () => control.pass(),
      room: async () => {
        const room = await drive.room(this.#order.fileSystem)
        return room.ok ? room.value : 'lost'
      },
    })
    switch (planned.kind) {
      case 'lost':
        return this.#gone()
      case 'not-started':
        return fail(planned.code, planned.sentence)
      case 'refused':
        return this.#refused(planned.status, planned.sentence)
      case 'cancelled':
        return this.#refused('CompletedWithErrors', 'It was cancelled before it began.', true)
      case 'planned':
        return this.#carry(drive, planned.plan)
    }
  }

  async #carry(drive: TargetDrive, plan: DrivePlan): Promise<Outcome<CopyResult, ExportNotStarted> | 'lost'> {
    const { listeners, progress } = this.#deps
    const { share, left, claim, head } = plan
    listeners?.onPlanned?.({ share, left })
    if (share.files === 0 && !claim.tellsUnmet) return this.#notNeeded(plan)
    const unmet = claim.tellsUnmet ? head.unmet.length : 0
    progress.enter('copying', { blobs: share.files + unmet, bytes: share.bytes })
    return this.#fill(drive, plan)
  }

  async #fill(drive: TargetDrive, plan: DrivePlan): Promise<Outcome<CopyResult, ExportNotStarted> | 'lost'> {
    const { listeners, progress, clock } = this.#deps
    const made = await drive.makeWorkFolder()
    if (!made.ok)
      return made.trouble.kind === 'lost'
        ? this.#gone()
        : this.#refused('DiskOperationFailed', CANNOT_BE_WRITTEN)
    if (!made.value) return this.#refused('DiskOperationFailed', CANNOT_BE_WRITTEN)
    const { copyId, driveId } = this.#order
    const opened = await drive.try(async () => {
      const known = await Records.peek(drive)
      const isNew = known?.copyId !== copyId
      const head = isNew ? { k: 'export' as const, copyId, driveId, startedAt: clock.now() } : known
      return { isNew, records: await Records.open(drive, head, isNew) }
    })
    if (!opened.ok)
      return opened.trouble.kind === 'lost'
        ? this.#gone()
        : this.#refused('DiskOperationFailed', CANNOT_BE_WRITTEN)
    const { isNew, records } = opened.value
    drive.bearsRecords()
    this.#hasBegun = true
    listeners?.onStarted?.(!isNew)
    const context = this.#context(drive, records)
    try {
      const filling = new DriveFilling(context, plan)
      const end = await filling.run(isNew)
      if (end === 'lost') return 'lost'
      progress.enter('finishing')
      const result = await finishDrive(context, plan, filling, end)
      if (result === 'lost') return 'lost'
      // Before its folder goes: some file systems keep the name of a file that is still open.
      await records.close()
      if (!result.cancelled) await this.#close(context, result)
      return ok(result)
    } finally {
      await records.close()
    }
  }

  #context(drive: TargetDrive, records: Records): ExportContext {
    return new ExportContext({
      ...this.#deps,
      order: this.#order,
      drive,
      records,
      memory: new BlockMemory(MEMORY_BLOCKS * BLOCK_BYTES),
      names: new FileNames([WORK_FOLDER, manifestName(this.#order.driveId)]),
    })
  }

  /** The result is kept where asking again finds it, and then nothing of ours stays on the drive. */
  async #close(context: ExportContext, result: CopyResult): Promise<void> {
    const { store, log } = this.#deps
    const noted = await this.#ask(() => store.notes.replace(this.#endKey, JSON.stringify(result)))
    if (!noted.ok) {
      log.warn('the notes of an export could not be closed', { detail: noted.failure.detail })
      return
    }
    const cleared = await this.#ask(() => store.notes.clearUploads(this.#endKey))
    if (!cleared.ok) log.warn('unfinished uploads of an export remain', { detail: cleared.failure.detail })
    const left = await context.drive.leaveNothing()
    if (!left.ok) log.warn('the work folder of an export remains on its drive', { kind: left.trouble.kind })
  }

  get #endKey(): string {
    return `${this.#order.copyId}/export-end`
  }

  async #endedBefore(drive: TargetDrive): Promise<Outcome<CopyResult, ExportNotStarted> | undefined> {
    const noted = await this.#ask(() => this.#deps.store.notes.read(this.#endKey))
    if (!noted.ok) return fail('storage-unreachable', noted.failure.sentence, noted.failure.detail)
    if (noted.value === undefined) return undefined
    const ours = await Records.peek(drive)
    if (ours?.copyId === this.#order.copyId) await drive.leaveNothing()
    return ok(copyResultSchema.parse(JSON.parse(noted.value)))
  }

  async #notNeeded(plan: DrivePlan): Promise<Outcome<CopyResult, ExportNotStarted>> {
    const remarks = [
      plan.head.blobs === 0
        ? 'The job selects no blob that is there.'
        : plan.left.files === 0
          ? 'Other drives of the job carry everything.'
          : 'Nothing that is left fits onto this drive.',
    ]
    const remark = (sentence: string) => void remarks.push(sentence)
    const left = await listWhatIsLeft(
      { store: this.#deps.store, order: this.#order, remark },
      plan,
      undefined,
    )
    const result = refusedResult({ proof: 'read-back' }, 'Completed', '')
    return ok({
      ...result,
      summary: { ...result.summary, status: 'Completed' },
      exported: { isNeeded: false, manifestFile: null, manifestHash: null, ...left },
      remarks,
    })
  }

  /** Before our records are on it a drive cannot be known again, so nobody waits for it. */
  #gone(): Promise<Outcome<CopyResult, ExportNotStarted> | 'lost'> {
    if (this.#hasBegun) return Promise.resolve('lost')
    return this.#refused('DiskNotFound', 'There is no drive at this place: plug it in again.')
  }

  async #refused(
    status: DriveLogStatus,
    sentence: string,
    cancelled = false,
  ): Promise<Outcome<CopyResult, ExportNotStarted>> {
    const order = { ...this.#order, proof: 'read-back' as const }
    return ok({ ...(await reportRefused(order, this.#deps, status, sentence)), cancelled })
  }

  #ask: ExportContext['ask'] = (question) => patiently(this.#deps.timers, this.#deps.control, question)

  /** Is what was plugged in the drive that was lost? */
  async #judge(root: string): Promise<Outcome<undefined, 'other-drive'>> {
    const drive = await TargetDrive.open(root)
    const head = drive.ok ? await Records.peek(drive.value) : undefined
    if (head?.copyId !== this.#order.copyId)
      return fail('other-drive', 'This is not the drive that was lost: it does not bear its records.')
    this.#order = { ...this.#order, root }
    this.#deps.listeners?.onFound?.()
    return ok()
  }
}

const CANNOT_BE_WRITTEN = 'The drive cannot be written to: look at its write protection and its file system.'
