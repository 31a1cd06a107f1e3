import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { scheduler } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'
import type { Timers } from '../../../ports/clock.ts'
import { HeldWriting } from '../held/held-writing.ts'
import { type ReadTransaction, type Store, StoreBusy, type WriteTransaction } from '../store.ts'
import { Turns } from '../turns.ts'
import { migrate } from './migrations.ts'
import { movedTo } from './moved.ts'
import { SqliteReading } from './reading.ts'
import { guarded, isBusy, Statements } from './statements.ts'
import { SqliteWriting } from './writing.ts'

/** How long a transaction waits for another process (the command line, a second service) to let go of the file. */
const BUSY_WAIT_MS = 5_000
const BUSY_PAUSE_MS = 10

export type OpenFailureCode = 'database-newer' | 'database-busy' | 'database-unreadable' | 'database-moved'

export interface SqliteStoreOptions {
  readonly busyWaitMs?: number
  /** Without timers, waiting for another process blocks this thread: right for a command, wrong for a server. */
  readonly timers?: Timers | undefined
}

/**
 * The service's database as one SQLite file in WAL mode. Every commit is synced to disk before it is answered
 * (`synchronous = FULL`; in WAL mode this build would default to NORMAL, which may lose the last commits at power loss).
 * Writers take turns, also across processes; readers see one snapshot each and never wait for a writer.
 */
export function openSqliteStore(
  path: string,
  { busyWaitMs = BUSY_WAIT_MS, timers }: SqliteStoreOptions = {},
): Outcome<Store, OpenFailureCode> {
  if (!existsSync(dirname(path))) return unreadable(path, 'there is no such folder')
  let writer: Database.Database | undefined
  try {
    writer = new Database(path, { timeout: busyWaitMs })
    writer.pragma('journal_mode = WAL')
    writer.pragma('synchronous = FULL')
    // What is erased is overwritten, not only unlinked.
    writer.pragma('secure_delete = ON')
    const migrated = migrate(writer)
    if (!migrated.ok) {
      writer.close()
      return migrated
    }
    const moved = movedTo(writer)
    if (moved !== undefined) {
      writer.close()
      return fail(
        'database-moved',
        `The data in ${path} was moved to ${moved}; start with --database or DATABASE_URL, a station with --service.`,
      )
    }
    const reader = new Database(path, { timeout: busyWaitMs })
    reader.pragma('query_only = ON')
    if (timers === undefined) return ok(new SqliteStore(path, writer, reader, waitNever))
    for (const db of [writer, reader]) db.pragma('busy_timeout = 0')
    const waits = Math.ceil(busyWaitMs / BUSY_PAUSE_MS)
    return ok(new SqliteStore(path, writer, reader, { waits, pause: () => pause(timers, BUSY_PAUSE_MS) }))
  } catch (error) {
    writer?.close()
    return openFailure(path, error)
  }
}

/** How a transaction waits when another process holds the database. */
interface Patience {
  /** How often; each time `pause` is awaited. */
  readonly waits: number
  pause(): Promise<void>
}

/** SQLite itself has waited already. */
const waitNever: Patience = { waits: 0, pause: () => Promise.resolve() }

function pause(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.after(ms, resolve)
  })
}

function openFailure(path: string, error: unknown): Outcome<never, OpenFailureCode> {
  if (!(error instanceof Database.SqliteError)) throw error
  if (!isBusy(error)) return unreadable(path, error.code)
  return fail(
    'database-busy',
    `Another program holds ${path}; stop it or wait, then start again.`,
    error.code,
  )
}

function unreadable(path: string, detail: string): Outcome<never, OpenFailureCode> {
  return fail(
    'database-unreadable',
    `${path} cannot be opened as a database; check that the folder exists and is writable, or restore a backup.`,
    detail,
  )
}

class SqliteStore implements Store {
  private readonly writes: Connection<HeldWriting>
  private readonly reads: Connection<ReadTransaction>

  private readonly path: string

  constructor(path: string, writer: Database.Database, reader: Database.Database, patience: Patience) {
    this.path = path
    const writing = new SqliteWriting(new Statements(writer))
    const reading = new SqliteReading(new Statements(reader))
    this.writes = new Connection(writer, 'begin immediate', () => new HeldWriting(writing), patience)
    this.reads = new Connection(reader, 'begin', () => reading, patience)
  }

  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    return this.reads.run(work)
  }

  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    return this.writes.run(work)
  }

  async alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    // A lock on an empty file beside the database: the operating system takes it back when this process ends.
    const lock = new Database(`${this.path}-alone`, { timeout: 0 })
    try {
      if (!taken(lock)) return undefined
      return await work()
    } finally {
      lock.close()
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.reads.close(), this.writes.close()])
  }
}

function taken(lock: Database.Database): boolean {
  try {
    guarded(() => lock.exec('begin exclusive'))
    return true
  } catch (error) {
    if (error instanceof StoreBusy) return false
    throw error
  }
}

/** One database connection that runs one transaction at a time. */
class Connection<Tx> {
  private readonly db: Database.Database
  private readonly begin: string
  private readonly transaction: () => Tx
  private readonly patience: Patience
  private readonly turns = new Turns()

  constructor(db: Database.Database, begin: string, transaction: () => Tx, patience: Patience) {
    this.db = db
    this.begin = begin
    this.transaction = transaction
    this.patience = patience
  }

  run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.turns.take(async () => {
      try {
        await this.start()
        const tx = this.transaction()
        const answer = await work(tx)
        if (tx instanceof HeldWriting) await tx.flush()
        guarded(() => this.db.exec('commit'))
        // SQLite answers at once: without this a long row of transactions would keep everyone else waiting to its end.
        if (tx instanceof HeldWriting) await scheduler.yield()
        return answer
      } catch (error) {
        if (this.db.inTransaction) this.db.exec('rollback')
        throw error
      }
    })
  }

  private async start(): Promise<void> {
    for (let left = this.patience.waits; ; left--) {
      try {
        guarded(() => this.db.exec(this.begin))
        return
      } catch (error) {
        if (!(error instanceof StoreBusy) || left === 0) throw error
        await this.patience.pause()
      }
    }
  }

  async close(): Promise<void> {
    await this.turns.settled()
    this.db.close()
  }
}
