import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'
import { FIRST_FORM } from './0001-first-form.ts'
import type { Connection } from './connections.ts'
import { storeFailure } from './failures.ts'

/** Every step since the first version, in order; step n leads to schema version n. A published step never changes. */
const MIGRATIONS: readonly string[] = [FIRST_FORM]

/** Advisory locks of this program (PostgreSQL manual, 13.3.5); the first half of each key is "tldk". */
const FAMILY = 0x746c646b
export const LOCKS = { migrate: `${FAMILY}, 1`, write: `${FAMILY}, 2`, alone: `${FAMILY}, 3` } as const

/** A step over a large table takes its time, and processes that start meanwhile wait for it. */
const MIGRATE_WITHIN_MS = 600_000

/**
 * Brings a database to the newest schema, all steps in one transaction. Of several processes that start together one
 * does it and the others find it done. A database written by a newer program is left untouched and refused.
 */
export async function migrate(
  connection: Connection,
  steps: readonly string[] = MIGRATIONS,
): Promise<Outcome<undefined, 'database-newer'>> {
  await connection.command(
    `begin; set local lock_timeout = ${MIGRATE_WITHIN_MS}; set local statement_timeout = ${MIGRATE_WITHIN_MS};
     select pg_advisory_xact_lock(${LOCKS.migrate})`,
  )
  try {
    await connection.command('create table if not exists tallydock_schema (version bigint not null)')
    const [row] = await connection.rows<{ version: number }>('select version from tallydock_schema')
    const version = row?.version ?? 0
    if (version > steps.length) {
      await connection.command('rollback')
      return fail(
        'database-newer',
        `The database has schema version ${version}, this program knows up to ${steps.length}; install the newer program again.`,
      )
    }
    for (const step of steps.slice(version)) await connection.command(step)
    if (row === undefined)
      await connection.rows('insert into tallydock_schema (version) values ($1)', steps.length)
    else if (version < steps.length)
      await connection.rows('update tallydock_schema set version = $1', steps.length)
    await connection.command('commit')
    return ok()
  } catch (error) {
    await connection.command('rollback').catch(() => {
      connection.clean = false
    })
    throw storeFailure(error)
  }
}
