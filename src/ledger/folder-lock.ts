import Database from 'better-sqlite3'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'

/**
 * The lock is an SQLite file held in exclusive mode: the operating system gives it back when the process ends in whatever
 * way, so there is no stale lock to explain.
 */
export function takeLock(
  file: string,
): Outcome<{ release(): void }, 'data-folder-in-use' | 'data-folder-unusable'> {
  let lock: Database.Database | undefined
  try {
    lock = new Database(file, { timeout: 0 })
    lock.pragma('locking_mode = EXCLUSIVE')
    lock.exec('BEGIN EXCLUSIVE')
    const held = lock
    return ok({ release: () => held.close() })
  } catch (error) {
    lock?.close()
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY')
      return fail(
        'data-folder-in-use',
        `Another station is running on ${file}. Close it, or choose another --data folder.`,
      )
    return fail(
      'data-folder-unusable',
      `${file} cannot be locked. Check space and permissions.`,
      String(error),
    )
  }
}
