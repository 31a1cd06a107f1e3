/** The logs of one copy: the error log, which exists when it has something to say, and the verbose log when asked for. */
import type { DriveLogStatus } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import type { Instant } from '../../ports/clock.ts'
import type { BlobReport } from '../log/blob-report.ts'
import { isForErrorLog, type LogKind, logBlob, logEnd, logStart } from '../log/drive-log.ts'
import { LogFile, type LogMark } from '../log/log-file.ts'
import { logName } from '../log/log-name.ts'
import type { Intent } from './notes.ts'

export interface LogOrder {
  readonly copyId: string
  readonly job: string
  readonly driveId: string
  readonly diagnosticsPath: string
  readonly logLevel: 'Error' | 'Verbose'
}

export interface LogMarks {
  readonly error: LogMark
  readonly verbose: LogMark | null
}

export interface LogNames {
  readonly errorLog: string | null
  readonly verboseLog: string | null
}

export class CopyLogs {
  /** Sentences about logs that could not be written. */
  readonly problems: string[] = []
  #order: LogOrder
  #store: BlobStore
  #files: Map<LogKind, LogFile>

  constructor(store: BlobStore, order: LogOrder, startedAt: Instant, marks?: LogMarks) {
    this.#store = store
    this.#order = order
    const file = (kind: LogKind, mark: LogMark | undefined) => {
      const key = `${order.copyId}/log-${kind}`
      return new LogFile({ store, key, name: logName({ ...order, startedAt }, kind) }, mark)
    }
    this.#files = new Map([['error', file('error', marks?.error)]])
    if (order.logLevel === 'Verbose') this.#files.set('verbose', file('verbose', marks?.verbose ?? undefined))
  }

  async record(report: BlobReport): Promise<void> {
    for (const kind of [...this.#files.keys()])
      if (kind === 'verbose' || isForErrorLog(report)) await this.#append(kind, logBlob(report, kind))
  }

  /** Undefined when a log cannot be written: then there is nothing to go on from. */
  async marks(): Promise<LogMarks | undefined> {
    const marks = new Map<LogKind, LogMark>()
    for (const [kind, file] of [...this.#files]) {
      const mark = await file.mark()
      if (mark.ok) marks.set(kind, mark.value)
      else this.#giveUp(kind, mark.failure.sentence)
    }
    const error = marks.get('error')
    return error === undefined ? undefined : { error, verbose: marks.get('verbose') ?? null }
  }

  /**
   * Ends the logs. An error log is written for every status but `Completed`. `done`: intents of an earlier run that may
   * have got this far.
   */
  async finish(
    status: DriveLogStatus,
    intend: (intent: Intent) => Promise<BlobOutcome<undefined>>,
    done: ReadonlyMap<Intent['n'], Intent>,
  ): Promise<LogNames> {
    if (status === 'Completed') await this.#drop('error')
    const names = { errorLog: await this.#end('error', status, intend, done) }
    return { ...names, verboseLog: await this.#end('verbose', status, intend, done) }
  }

  /** Keeps what was written for a later run. */
  async leave(): Promise<void> {
    for (const file of this.#files.values()) await file.leave()
  }

  async #end(
    kind: LogKind,
    status: DriveLogStatus,
    intend: (intent: Intent) => Promise<BlobOutcome<undefined>>,
    done: ReadonlyMap<Intent['n'], Intent>,
  ): Promise<string | null> {
    const file = this.#files.get(kind)
    if (file === undefined) return null
    if (await this.#isWritten(file, done.get(kind))) return file.name
    await this.#append(kind, logEnd(status))
    if (!this.#files.has(kind)) return null
    const finished = await file.finish((ticket) =>
      intend({ k: 'i', n: kind, b: file.name, t: ticket, d: 'Created' }),
    )
    if (finished.ok) return file.name
    this.#giveUp(kind, finished.failure.sentence)
    return null
  }

  async #isWritten(file: LogFile, intent: Intent | undefined): Promise<boolean> {
    if (intent === undefined || intent.b !== file.name) return false
    const found = await this.#store.find(intent.b)
    return found.ok && found.value?.ticket === intent.t
  }

  async #append(kind: LogKind, text: string): Promise<void> {
    const file = this.#files.get(kind)
    if (file === undefined) return
    const start = file.isEmpty ? logStart(this.#order.driveId) : ''
    const appended = await file.append(start + text)
    if (!appended.ok) this.#giveUp(kind, appended.failure.sentence)
  }

  /** A log that cannot be written must not stop the copying of files; it is said in the result. */
  #giveUp(kind: LogKind, why: string): void {
    this.#files.delete(kind)
    this.problems.push(`The ${kind} log could not be written. ${why}`)
  }

  async #drop(kind: LogKind): Promise<void> {
    await this.#files.get(kind)?.leave()
    this.#files.delete(kind)
  }
}
