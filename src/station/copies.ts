import type { StationConfig } from '../contract/config.ts'
import type { CopyProgress } from '../contract/copy-messages.ts'
import type { Entry } from '../contract/entry.ts'
import type { DrivesUpdate, DriveWatch } from '../drives/watch.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Mint } from '../lifecycle/decide/draft.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { CaseReason } from '../lifecycle/records.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Device, Devices } from '../ports/devices.ts'
import type { Log } from '../ports/log.ts'
import type { ProcessHost } from '../ports/process-host.ts'
import type { SyncApi } from '../ports/sync-api.ts'
import { identityInBay } from './bay-identity.ts'
import { type Bay, readBays, stepFor } from './bays.ts'
import { nextCopyId } from './copy-id.ts'
import { CopyJournal } from './copy-journal.ts'
import { copyStory, unreadBody } from './copy-story.ts'
import type { PluggedDrive, WorkFound } from './copy-work.ts'
import type { DockBays } from './dock-bays.ts'
import { DriveCopy, type DriveCopyListener } from './drive-copy.ts'
import { DriveKeys } from './drive-keys.ts'
import { ExportTurns } from './export-turns.ts'
import { findExport } from './export-work.ts'
import { findImport } from './import-work.ts'
import { resolveStorage } from './resolve-storage.ts'

export interface CopiesParts {
  readonly ledger: Ledger
  readonly config: StationConfig
  readonly devices: Devices
  readonly syncApi: SyncApi
  readonly processes: ProcessHost
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly mint: Mint
  readonly env: Readonly<Record<string, string | undefined>>
}

/** What runs for one drive, by its serial. */
interface Running {
  readonly copy: DriveCopy
  readonly job: string
  readonly direction: 'import' | 'export'
}

/** A drive that could not be opened yet is tried again after this pause, while it stays plugged in. */
const TRY_AGAIN_MS = 3_000

/**
 * Copies the drives in the bays: decides by `stepFor`, makes sure of identity, and writes down how it went. Knows nothing
 * that the ledger does not know after a restart, except what runs right now.
 */
export class Copies {
  readonly #parts: CopiesParts
  readonly #journal: CopyJournal
  readonly #keys: DriveKeys
  readonly #running = new Map<string, Running>()
  readonly #turns = new ExportTurns()
  /** Drives a person has to look at first, by the attachment that was looked at: left alone until plugged in anew. */
  readonly #refused = new Map<string, string>()
  #looking: Promise<void> = Promise.resolve()
  #wanted = false
  #closed = false
  #retry: { cancel(): void } | undefined
  #idle: (() => void)[] = []
  watch: Pick<DriveWatch, 'devices'> = { devices: () => [] }
  /** What else is known of the drives that are plugged in. */
  bays: Pick<DockBays, 'identityOf' | 'examinationOf' | 'mayStart' | 'knownAs'> | undefined

  constructor(parts: CopiesParts) {
    this.#parts = parts
    this.#journal = new CopyJournal(parts)
    this.#keys = new DriveKeys(parts.syncApi)
  }

  set onWritten(tell: (entries: readonly Entry[]) => void) {
    this.#journal.onWritten = tell
  }

  /** Told by the watch after each listing that changed something. */
  plugged(update: DrivesUpdate): void {
    for (const { attachment } of update.unplugged)
      for (const { copy } of this.#running.values())
        if (copy.attachment === attachment) this.#looking = this.#looking.then(() => copy.driveGone())
    this.consider()
  }

  /** Something changed: look at every bay again. Cheap to call often. */
  consider(): void {
    if (this.#closed || this.#wanted) return
    this.#wanted = true
    this.#looking = this.#looking.then(() => this.#lookAtBays())
  }

  /** Two people have settled who it is: it is looked at again. */
  lookAgainAt(serial: string): void {
    this.#refused.delete(serial)
    this.consider()
  }

  /** Lets go of a drive that is to be pulled out; refuses while it is read. */
  async release(attachment: string): Promise<Outcome<undefined, 'bay-busy'>> {
    for (const { copy } of this.#running.values()) {
      if (copy.attachment !== attachment) continue
      if (!copy.isLost)
        return fail(
          'bay-busy',
          'The drive is being copied. Wait for the copy, or cancel its job, then eject it.',
        )
      await copy.driveGone()
    }
    return ok()
  }

  /** What the copy of a drive has done so far; undefined when none runs. */
  progressOf(serial: string): CopyProgress | undefined {
    return this.#running.get(serial)?.copy.progress
  }

  /** Resolves when no copy runs that can go on by itself. One whose drive is gone waits for a person. */
  async idle(): Promise<void> {
    await this.#looking
    if (this.#isIdle()) return
    await new Promise<void>((resolve) => this.#idle.push(resolve))
    await this.idle()
  }

  /** Stops processes without ending their copies: the next start goes on with them. */
  async close(): Promise<void> {
    this.#closed = true
    this.#retry?.cancel()
    await this.#looking
    for (const { copy } of this.#running.values()) await copy.stop()
    this.#running.clear()
    this.#keys.forgetAll()
  }

  #isIdle(): boolean {
    return !this.#wanted && [...this.#running.values()].every(({ copy }) => copy.isLost)
  }

  async #lookAtBays(): Promise<void> {
    this.#wanted = false
    if (this.#closed) return
    try {
      const bays = readBays(this.#parts.ledger, this.watch, this.#parts.config)
      for (const bay of bays.toSorted((a, b) => this.#urgency(b) - this.#urgency(a))) await this.#lookAt(bay)
    } catch (error) {
      this.#parts.log.error('The bays could not be looked at.', { error: String(error) })
      this.#lookAgainLater()
    }
    if (this.#isIdle()) for (const tell of this.#idle.splice(0)) tell()
  }

  async #lookAt(bay: Bay): Promise<void> {
    const { custody, drive, job, device } = bay
    const step = stepFor(bay)
    const copy = this.#running.get(custody.serial)?.copy
    if (step.do === 'cancel') return this.#cancel(copy, step.copy.id)
    if (device === undefined || step.do === 'nothing') return
    if (copy !== undefined) {
      if (copy.isLost && copy.attachment !== device.attachment) await this.#comeBack(copy, device)
      return
    }
    if (drive === undefined || job === undefined || this.#refused.get(custody.serial) === device.attachment)
      return
    if (this.bays?.mayStart(device) === false) return
    const busy = [...this.#running.values()].filter((running) => !running.copy.isLost).length
    if (busy < this.#parts.config.copiesAtOnce && this.#isItsTurn(job.id))
      await this.#start({ ...bay, drive, job, device }, step.do === 'go-on' ? step.copy.id : undefined)
  }

  /** A drive that may not last is copied before the others. */
  #urgency({ device }: Bay): number {
    const health = device === undefined ? undefined : this.bays?.examinationOf(device)?.health
    return health === 'at-risk' ? 1 : 0
  }

  /** Shares of an export are settled one after the other. */
  #isItsTurn(job: string): boolean {
    return this.#turns.mayBegin(job, this.#runningOf(job).length)
  }

  #runningOf(job: string): Running[] {
    return [...this.#running.values()].filter((running) => running.job === job)
  }

  /** `goesOn`: the copy that was under way when this station stopped or its process died. */
  async #start(bay: PluggedDrive, goesOn: string | undefined): Promise<void> {
    const { log, processes, ledger } = this.#parts
    const { drive, job, device, custody } = bay
    if (!this.#agrees(bay)) return
    const found = await this.#findWork(bay, goesOn ?? nextCopyId(ledger, drive))
    if (found.is !== 'work') {
      log.warn(found.sentence, { job: job.name, drive: custody.serial })
      if (found.is === 'later') this.#lookAgainLater()
      else if (found.is === 'contradicted') this.#contradicted(bay, found.says)
      else this.#refuse(bay, found.reason, found.about)
      return
    }
    const { work } = found
    const direction = job.type === 'Export' ? 'export' : 'import'
    const listener = this.#listenerFor(bay, work.copyId, direction, goesOn !== undefined)
    const copy = new DriveCopy({ processes, log, work }, device, listener)
    this.#running.set(drive.serial, { copy, job: job.id, direction })
    if (direction === 'export') this.#turns.began(job.id, drive.serial)
    if (!(await copy.start(device))) {
      this.#over(bay)
      this.#lookAgainLater()
    }
  }

  async #findWork(bay: PluggedDrive, copyId: string): Promise<WorkFound> {
    const { config, env, devices, ledger, syncApi } = this.#parts
    const { job } = bay
    const storage = await resolveStorage(config, job.storageAccountId, env)
    if (!storage.ok) {
      const { sentence } = storage.failure
      return { is: 'refused', reason: 'storage-not-configured', about: { job: job.id }, sentence }
    }
    if (job.type === 'Import') {
      const parts = { devices, keys: this.#keys, journal: this.#journal, proof: config.proof }
      return findImport(parts, bay, copyId, storage.value)
    }
    const attached = () => this.watch.devices().map((device) => this.bays?.knownAs(device) ?? device)
    const sources = () =>
      new Set(
        [...this.#running.values()]
          .filter(({ direction }) => direction === 'import')
          .map(({ copy }) => copy.attachment),
      )
    return findExport({ devices, ledger, syncApi, attached, sources }, bay, copyId, storage.value)
  }

  /** What the drive says of itself before anybody reads it; the manifest is asked by the copy's own process. */
  #agrees(bay: PluggedDrive): boolean {
    if (bay.drive.identity === 'overridden') return true
    const { device, custody } = bay
    const identity = this.bays?.identityOf(device, custody) ?? identityInBay(device, custody, undefined)
    if (identity.verdict === 'waiting' || identity.verdict === 'certain') return true
    this.#parts.log.warn(identity.sentence, { drive: custody.serial, verdict: identity.verdict })
    if (identity.verdict === 'contradicted')
      this.#contradicted(bay, device.serials.map((s) => s.text).join(' '))
    else this.#refuse(bay, 'identity-contradicted', { job: bay.job.id, serial: custody.serial })
    return false
  }

  #listenerFor(
    bay: PluggedDrive,
    copy: string,
    direction: Running['direction'],
    goesOn: boolean,
  ): DriveCopyListener {
    const { log, config, ledger } = this.#parts
    const listener = copyStory({
      bay,
      copy,
      goesOn,
      direction,
      // What is written to a drive is always read back from it.
      proof: direction === 'export' ? 'read-back' : config.proof,
      journal: this.#journal,
      log,
      isKnown: () => ledger.get('copy', copy) !== undefined,
      onContradicted: (says) => this.#contradicted(bay, says),
      onRefused: (reason, about) => this.#refuse(bay, reason, about),
      onChange: () => this.consider(),
      onLeft: (left) => this.#turns.planned(bay.job.id, left),
      onOver: () => {
        this.#over(bay)
        this.#spareTheRest(bay.job.id)
        const state = ledger.get('job', bay.job.id)?.state
        if (state !== 'Received' && state !== 'Transferring') this.#keys.forget(bay.job.id)
        this.consider()
      },
      onDied: () => {
        this.#over(bay)
        this.#lookAgainLater()
      },
    })
    // After closing nobody listens: the ledger is shut, and the next start finds the copy as it was.
    return Object.fromEntries(
      Object.entries(listener).map(([name, tell]) => [
        name,
        (...args: never[]) => (this.#closed ? undefined : (tell as (...a: never[]) => void)(...args)),
      ]),
    ) as unknown as DriveCopyListener
  }

  #over({ drive, job }: PluggedDrive): void {
    this.#running.delete(drive.serial)
    this.#turns.over(job.id, drive.serial)
  }

  /** Everything an export job wants is on its drives, and none is at work any more: the others go home as they came. */
  #spareTheRest(job: string): void {
    if (this.#runningOf(job).length > 0 || !this.#turns.isAllCarried(job)) return
    for (const drive of this.#parts.ledger.find('drive', 'job', job)) {
      const isWaiting = drive.state === 'Received' && !drive.apart && drive.withdrawn !== true
      if (isWaiting && drive.fault === undefined)
        this.#journal.write('drive-not-needed', { job, serial: drive.serial })
    }
  }

  async #comeBack(copy: DriveCopy, device: Device): Promise<void> {
    if (!(await copy.comeBack(device))) this.#lookAgainLater()
  }

  #cancel(running: DriveCopy | undefined, copy: string): void {
    if (running !== undefined) running.cancel()
    else
      this.#journal.write('copy-ended', {
        ...unreadBody(copy, 'CompletedWithErrors'),
        copyStatus: 'Cancelled',
      })
  }

  /** Rule 14: explained, and held until a second person has looked. */
  #contradicted(bay: PluggedDrive, says: string): void {
    const { job, drive, custody } = bay
    const compared = { label: custody.serial, manifest: drive.driveId, disk: says }
    this.#journal.write('identity-judged', {
      job: job.id,
      serial: drive.serial,
      verdict: 'contradicted',
      compared,
    })
    this.#journal.write('drive-held', { serial: drive.serial, job: job.id, because: 'identity' })
    this.#refuse(bay, 'identity-contradicted', { job: job.id, serial: drive.serial })
  }

  /** Waits for a person: opens a case once and leaves this attachment alone. */
  #refuse(bay: PluggedDrive, reason: CaseReason, about: { job?: string; serial?: string }): void {
    this.#refused.set(bay.custody.serial, bay.device.attachment)
    this.#journal.openCase(reason, about, { serial: bay.custody.serial, job: bay.job.id })
  }

  #lookAgainLater(): void {
    this.#retry?.cancel()
    if (!this.#closed) this.#retry = this.#parts.timers.after(TRY_AGAIN_MS, () => this.consider())
  }
}
