/**
 * Opens a data folder's ledger, or makes one. A file that is not whole, or not ours, is left exactly as it was found: it
 * is looked at through a read-only connection before anything may write to it.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { Failure, Outcome } from '../lifecycle/outcome.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { failureOf, failureSaying, LedgerError, type LedgerFailureCode } from './failures.ts'
import { Journal } from './journal.ts'
import { copiesFolder } from './kept-copies.ts'
import { Ledger } from './ledger.ts'
import { Meta } from './meta.ts'
import { type Migration, mayOpen, migrate } from './migrate.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { rebuildViews, viewsAreCurrent } from './rebuild.ts'
import { verifyTail } from './verify.ts'

export interface LedgerOptions {
  /** The data folder; made when it is not there. */
  readonly folder: string
  /** The station a new ledger is for. An existing one keeps its own: see `Ledger.station`. */
  readonly station: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** Look, but change nothing: for checking and exporting while the station runs. */
  readonly readOnly?: boolean
}

/** In the file's header (`application_id`): "Taly". */
const APPLICATION_ID = 0x54616c79

/** A write that has to wait longer than this for another program fails as `ledger-locked`. */
const BUSY_TIMEOUT_MS = 250

/** Up to this size every page of the file is checked at opening; above it, the newest entries are. */
const WHOLE_CHECK_BYTES = 64 * 1024 * 1024
const NEWEST_ROWS_CHECKED = 200

export function openLedger(
  options: LedgerOptions,
  migrations: readonly Migration[] = MIGRATIONS,
): Outcome<Ledger, LedgerFailureCode> {
  const path = join(options.folder, 'ledger.sqlite')
  let db: Database.Database | undefined
  try {
    if (!existsSync(path)) create(path, options, migrations)
    const found = lookAt(path, options, migrations)
    if (found !== undefined) return { ok: false, failure: found }
    db = connect(path, options.readOnly ?? false)
    if (!db.readonly) bringUpToDate(db, path, options, migrations)
    return { ok: true, value: new Ledger(db, path, options.clock, options.ids) }
  } catch (error) {
    db?.close()
    const failure = failureOf(error, path)
    if (failure === undefined) throw error
    return { ok: false, failure }
  }
}

function connect(path: string, readOnly: boolean): Database.Database {
  const db = new Database(path, { readonly: readOnly, fileMustExist: true, timeout: BUSY_TIMEOUT_MS })
  for (const setting of [
    // In WAL mode the default would let the last commits vanish with the power.
    'synchronous = FULL',
    // Without these macOS answers before the disk has written (no-op elsewhere).
    'fullfsync = ON',
    'checkpoint_fullfsync = ON',
    'foreign_keys = ON',
    'trusted_schema = OFF',
    // What is erased is overwritten.
    'secure_delete = ON',
  ])
    db.pragma(setting)
  return db
}

/** Made under another name and renamed when it is whole, so that an empty `ledger.sqlite` is never mistaken for a new one. */
function create(path: string, options: LedgerOptions, migrations: readonly Migration[]): void {
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)
    throw new LedgerError(failureSaying('ledger-damaged', path, 'the file is gone, its -wal is still there'))
  if (options.readOnly === true)
    throw new LedgerError(failureSaying('ledger-failed', path, 'there is no such file'))
  mkdirSync(options.folder, { recursive: true })
  const unfinished = `${path}.new`
  for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true })
  closeSync(openSync(unfinished, 'wx', 0o600))
  const db = connect(unfinished, false)
  try {
    db.pragma(`application_id = ${APPLICATION_ID}`)
    db.pragma('journal_mode = WAL')
    bringUpToDate(db, unfinished, options, migrations)
    new Meta(db).set('station', options.station)
  } finally {
    db.close()
  }
  syncFile(unfinished)
  renameSync(unfinished, path)
  syncNames(options.folder)
}

/**
 * What is wrong with the file, if anything. Writes nothing to it. A file that will only be read needs not be sound: whoever
 * opens it so wants to find out what is wrong.
 */
function lookAt(
  path: string,
  { readOnly }: LedgerOptions,
  migrations: readonly Migration[],
): Failure<LedgerFailureCode> | undefined {
  const sizeBytes = statSync(path).size
  if (sizeBytes === 0) return failureSaying('ledger-damaged', path, 'the file is empty')
  const db = connect(path, true)
  try {
    if (db.pragma('application_id', { simple: true }) !== APPLICATION_ID)
      return failureSaying('ledger-damaged', path, 'the file is no ledger, or its first page is damaged')
    if (!mayOpen(db, migrations)) return failureSaying('ledger-newer', path, 'the form of the file is newer')
    if (readOnly === true) return undefined
    if (sizeBytes <= WHOLE_CHECK_BYTES) {
      const found = db.pragma('quick_check(1)', { simple: true })
      if (found !== 'ok') return failureSaying('ledger-damaged', path, String(found))
    }
    const [problem] = verifyTail(new Journal(db), new Meta(db).get('station') ?? '', NEWEST_ROWS_CHECKED)
    if (problem !== undefined)
      return failureSaying('ledger-damaged', path, `entry at position ${problem.pos}: ${problem.what}`)
    return undefined
  } finally {
    db.close()
  }
}

function bringUpToDate(
  db: Database.Database,
  path: string,
  { folder, clock, log }: LedgerOptions,
  migrations: readonly Migration[],
): void {
  migrate(db, migrations, (version) => {
    const backups = copiesFolder(folder)
    const copy = join(backups, `ledger-form-${version}-${stampOf(clock.now())}.sqlite`)
    mkdirSync(backups, { recursive: true })
    rmSync(`${copy}.part`, { force: true })
    db.prepare('VACUUM INTO ?').run(`${copy}.part`)
    syncFile(`${copy}.part`)
    renameSync(`${copy}.part`, copy)
    syncNames(backups)
    log.info('kept a copy of the ledger before changing its form', { copy })
  })
  if (viewsAreCurrent(db)) return
  rebuildViews(db, path, (done, of) => log.info('folding the journal anew', { done, of }))
}

/** `20261120T104300123Z`: fit for a file name. */
const stampOf = (at: number): string => new Date(at).toISOString().replace(/[-:.]/g, '')

function syncFile(path: string): void {
  withHandle(openSync(path, 'r+'), fsyncSync)
}

/** Makes a folder's list of names durable. Windows cannot open a folder for it, and needs not. */
function syncNames(folder: string): void {
  if (process.platform !== 'win32') withHandle(openSync(folder, 'r'), fsyncSync)
}

function withHandle(handle: number, work: (handle: number) => void): void {
  try {
    work(handle)
  } finally {
    closeSync(handle)
  }
}
