/** What can go wrong with the file itself, as codes with a sentence for the person at the dock. */
import { accessSync, constants } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { Failure, Outcome } from '../lifecycle/outcome.ts'

export type LedgerFailureCode =
  /** A newer version of the program wrote this file. */
  | 'ledger-newer'
  /** The file is not whole. It is left exactly as it was found. */
  | 'ledger-damaged'
  /** Another program is writing to it. */
  | 'ledger-locked'
  | 'ledger-read-only'
  | 'ledger-full'
  | 'ledger-failed'

/** Thrown by plain reads, which have no `Outcome`: a ledger that cannot be read stops the station. */
export class LedgerError extends Error {
  readonly failure: Failure<LedgerFailureCode>
  constructor(failure: Failure<LedgerFailureCode>) {
    super(failure.sentence)
    this.failure = failure
  }
}

/** Runs `work`; an error of SQLite or of the file system becomes a failure, any other (a defect) is thrown on. */
export function attempt<T>(path: string, work: () => T): Outcome<T, LedgerFailureCode> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    const failure = failureOf(error, path)
    if (failure === undefined) throw error
    return { ok: false, failure }
  }
}

/** Like `attempt`, for reads that answer a plain value. */
export function reading<T>(path: string, work: () => T): T {
  const outcome = attempt(path, work)
  if (outcome.ok) return outcome.value
  throw new LedgerError(outcome.failure)
}

/** The failure an error stands for; undefined when it is neither SQLite's nor the file system's. */
export function failureOf(error: unknown, path: string): Failure<LedgerFailureCode> | undefined {
  if (error instanceof LedgerError) return error.failure
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return undefined
  if (!(error instanceof Database.SqliteError) && !('syscall' in error)) return undefined
  const code = kindOf(error.code, path)
  return { code, sentence: SENTENCES[code](path), detail: `${error.code}: ${error.message}` }
}

function kindOf(code: string, path: string): LedgerFailureCode {
  if (/^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(code)) return 'ledger-locked'
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) return 'ledger-damaged'
  if (/^(SQLITE_FULL|ENOSPC$|EDQUOT$)/.test(code)) return 'ledger-full'
  // The file was moved or deleted under us: nothing about its permissions.
  if (code === 'SQLITE_READONLY_DBMOVED') return 'ledger-failed'
  if (/^(SQLITE_READONLY|SQLITE_PERM|EROFS$|EACCES$|EPERM$)/.test(code)) return 'ledger-read-only'
  if (/^SQLITE_CANTOPEN/.test(code) && !isWritable(dirname(path))) return 'ledger-read-only'
  return 'ledger-failed'
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const SENTENCES: Record<LedgerFailureCode, (path: string) => string> = {
  'ledger-newer': (path) =>
    `The ledger ${path} was written by a newer version of this program; install that version to go on.`,
  'ledger-damaged': (path) =>
    `The ledger ${path} is damaged and was left untouched; keep the file and its -wal beside it, and start from a backup or a new data folder.`,
  'ledger-locked': (path) =>
    `Another program is using the ledger ${path}; close it and do the last step again.`,
  'ledger-read-only': (path) =>
    `The ledger ${path} cannot be written; allow this account to write the data folder and do the last step again.`,
  'ledger-full': (path) =>
    `The disk of the ledger ${path} is full; nothing was recorded. Free some space and do the last step again.`,
  'ledger-failed': (path) =>
    `The ledger ${path} could not be used; nothing was recorded. Look at the disk and start the program again.`,
}

export const failureSaying = (
  code: LedgerFailureCode,
  path: string,
  detail: string,
): Failure<LedgerFailureCode> => ({
  code,
  sentence: SENTENCES[code](path),
  detail,
})
