/** One run of an import on a drive that is there: manifest, blobs, logs, result. */
import type { CopyResult, ImportOrder } from '../../contract/copy-messages.ts'
import { fail, type Outcome } from '../../lifecycle/outcome.ts'
import type { BlobOutcome } from '../../ports/blob-store.ts'
import { logName } from '../log/log-name.ts'
import { type CheckedManifest, checkManifest, normalHash } from '../manifest/read-manifest.ts'
import type { Slabs } from '../source/slabs.ts'
import { Attachments } from './attachments.ts'
import { ImportContext } from './context.ts'
import { type CopiedAll, CopyAll } from './copy-all.ts'
import type { CopyControl } from './copy-control.ts'
import { CopyLogs } from './copy-logs.ts'
import type { DriveAccess } from './drive-access.ts'
import type { ImportDeps, ImportNotStarted } from './import-drive.ts'
import { copyManifest } from './manifest-copy.ts'
import { type Intent, type LoadedNotes, NoteWriter, notesKey, type StartNote } from './notes.ts'
import { Ordinals } from './ordinals.ts'
import { patientStore } from './patient-store.ts'
import { Progress } from './progress.ts'
import { reportRefused } from './refused-drive.ts'
import { steady } from './steady.ts'
import { driveStatusOf, NOTHING_YET, withoutUndone } from './tally.ts'

export interface RunParts {
  readonly drive: DriveAccess
  readonly slabs: Slabs
  readonly control: CopyControl
  readonly earlier: LoadedNotes | undefined
}

interface Run {
  readonly context: ImportContext
  readonly logs: CopyLogs
  readonly checked: CheckedManifest
  readonly start: StartNote
}

export class ImportRun {
  #order: ImportOrder
  #deps: ImportDeps
  #parts: RunParts
  #progress: Progress
  /** Notes of a run that did not come to its end. */
  #unfinished: LoadedNotes | undefined

  constructor(order: ImportOrder, deps: ImportDeps, parts: RunParts) {
    this.#order = order
    this.#deps = deps
    this.#parts = parts
    this.#unfinished = parts.earlier?.end === undefined ? parts.earlier : undefined
    const tell = deps.listeners?.onProgress ?? (() => undefined)
    this.#progress = new Progress(deps.clock, deps.timers, tell)
  }

  async run(): Promise<Outcome<CopyResult, ImportNotStarted>> {
    const { drive, earlier } = this.#parts
    const { manifestHash: hash, driveId, identityOverridden: anyDrive } = this.#order
    const claim = { hash, driveId, anyDrive }
    const known = (earlier?.end ?? earlier?.start)?.totals
    this.#progress.enter('checking')
    try {
      const checked = await checkManifest(drive.manifestBytes(), claim, known, this.#unfinished?.checkpoint)
      if (checked.ok) {
        drive.manifestIsProven()
        return await this.#copy(checked.value)
      }
      const { code, sentence, detail } = checked.failure
      this.#deps.log.warn('the manifest was refused', { code, detail })
      const remark = detail === undefined ? sentence : `${sentence} (${detail})`
      const refused = await reportRefused(this.#order, this.#deps, code, remark)
      return { ok: true, value: { ...refused, cancelled: this.#parts.control.isCancelled } }
    } finally {
      this.#progress.end()
    }
  }

  async #copy(checked: CheckedManifest): Promise<Outcome<CopyResult, ImportNotStarted>> {
    const { store, listeners } = this.#deps
    const start = this.#startNote(checked)
    const notes = new NoteWriter(store, notesKey(this.#order.copyId), start, this.#unfinished)
    const { timers } = this.#deps
    const begun = await steady(
      timers,
      () => notes.begin(),
      () => this.#parts.control.isCancelled,
    )
    if (!begun.ok) return fail('storage-unreachable', begun.failure.sentence, begun.failure.detail)
    listeners?.onStarted?.(this.#parts.earlier !== undefined)
    const context = this.#context(notes)
    const logsStore = patientStore(store, (question) => context.ask(question))
    const logs = new CopyLogs(logsStore, this.#order, start.startedAt, this.#unfinished?.checkpoint?.logs)
    const run: Run = { context, logs, checked, start }
    this.#progress.enter('copying', checked.totals)
    try {
      const copied = await this.#copyAll(run)
      this.#progress.enter('finishing')
      return { ok: true, value: await this.#finish(run, copied) }
    } finally {
      await logs.leave()
    }
  }

  #startNote(checked: CheckedManifest): StartNote {
    const { earlier } = this.#parts
    if (this.#unfinished?.start !== undefined) return this.#unfinished.start
    const start: StartNote = {
      k: 'start',
      manifestHash: normalHash(this.#order.manifestHash),
      startedAt: this.#deps.clock.now(),
      totals: checked.totals,
    }
    if (earlier?.end !== undefined) {
      start.only = earlier.end.undone
      start.base = withoutUndone(earlier.end.tally)
    }
    return start
  }

  #context(notes: NoteWriter): ImportContext {
    const { drive, slabs, control, earlier } = this.#parts
    const { store, timers, log } = this.#deps
    return new ImportContext({
      order: this.#order,
      store,
      timers,
      log,
      drive,
      slabs,
      control,
      notes,
      attachments: new Attachments(drive, slabs),
      progress: this.#progress,
      intents: this.#unfinished?.intents ?? new Map(),
      isResumed: earlier !== undefined,
    })
  }

  #copyAll({ context, logs, checked, start }: Run): Promise<CopiedAll> {
    const checkpoint = this.#unfinished?.checkpoint
    const place = checkpoint ?? { ordinal: 0, startByte: 0, list: {} }
    return new CopyAll({
      context,
      clock: this.#deps.clock,
      logs,
      manifest: this.#parts.drive.manifestBytes(),
      checked,
      place: place.ordinal < checked.totals.blobs ? place : undefined,
      only: start.only === undefined ? undefined : new Ordinals(start.only),
      tally: checkpoint?.tally ?? start.base ?? NOTHING_YET,
      undone: new Ordinals(checkpoint?.undone),
      putOff: checkpoint?.deferred ?? [],
    }).run()
  }

  async #finish(run: Run, { tally, undone, failure }: CopiedAll): Promise<CopyResult> {
    const { context, logs, checked } = run
    if (failure !== undefined) context.remark(failure.sentence)
    const driveStatus = failure?.code ?? driveStatusOf(tally)
    const manifestCopy = await this.#backUpManifest(run)
    const intend = (intent: Intent) => context.notes.intend(intent)
    const { errorLog, verboseLog } = await logs.finish(driveStatus, intend, context.intents)
    const { bytesReadBack, isAllFromMedium } = context.proof
    const readBackFrom = bytesReadBack === 0 ? 'none' : isAllFromMedium ? 'medium' : 'cache'
    const { completed, withErrors, failed, bytesSucceeded } = tally
    const result: CopyResult = {
      summary: {
        status: driveStatus === 'Completed' ? 'Completed' : 'CompletedMoreInfo',
        driveStatus,
        bytesSucceeded,
        blobs: { total: checked.totals.blobs, completed, withErrors, failed },
        errorLog,
        verboseLog,
      },
      // Cancelling that came too late to leave anything out changed nothing.
      cancelled: context.control.isCancelled && !undone.isEmpty,
      manifestCopy,
      proof: { level: this.#order.proof, bytesReadBack, readBackFrom },
      bytesRead: this.#parts.drive.bytesRead,
      remarks: [...context.remarks, ...logs.problems],
    }
    await this.#note(run, { tally, undone }, result)
    return result
  }

  async #note(
    { context, checked, start }: Run,
    copied: Pick<CopiedAll, 'tally' | 'undone'>,
    result: CopyResult,
  ) {
    const { manifestHash } = start
    const undone = copied.undone.runs
    const end = {
      k: 'end' as const,
      manifestHash,
      totals: checked.totals,
      tally: copied.tally,
      undone,
      result,
    }
    const noted = await context.ask<undefined>(() => context.notes.end(end))
    const cleared: BlobOutcome<undefined> =
      noted.ok && copied.undone.isEmpty
        ? await context.ask(() => context.store.notes.clearUploads(notesKey(this.#order.copyId)))
        : noted
    // The copy itself is whole and durable. Asked for again under this id, it would look at every file once more.
    if (!cleared.ok)
      context.log.warn('the notes of a copy could not be closed', { detail: cleared.failure.detail })
  }

  async #backUpManifest({ context, start }: Run): Promise<string | null> {
    if (!this.#order.backupDriveManifest) return null
    const name = logName({ ...this.#order, startedAt: start.startedAt }, 'manifest')
    const copied = await copyManifest(context, this.#parts.drive.manifestBytes(), name)
    if (copied.ok) return name
    context.remark(`The manifest could not be copied into the storage. ${copied.failure.sentence}`)
    return null
  }
}
