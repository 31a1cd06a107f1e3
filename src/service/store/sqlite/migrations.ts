import type { Database } from 'better-sqlite3'
import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'
import { FIRST_FORM } from './0001-first-form.ts'
import { WHO_CHANGED } from './0002-who-changed.ts'

/** Every step since the first version, in order; step n leads to schema version n. A published step never changes. */
export const MIGRATIONS: readonly string[] = [FIRST_FORM, WHO_CHANGED]

/**
 * Brings a database to the newest schema, all steps in one transaction. A database written by a newer program is left
 * untouched and refused.
 */
export function migrate(
  db: Database,
  steps: readonly string[] = MIGRATIONS,
): Outcome<undefined, 'database-newer'> {
  return db
    .transaction(() => {
      const version = Number(db.pragma('user_version', { simple: true }))
      if (version > steps.length)
        return fail(
          'database-newer',
          `The database has schema version ${version}, this program knows up to ${steps.length}; install the newer program again.`,
        )
      for (const step of steps.slice(version)) db.exec(step)
      if (version < steps.length) db.pragma(`user_version = ${steps.length}`)
      return ok()
    })
    .immediate()
}
