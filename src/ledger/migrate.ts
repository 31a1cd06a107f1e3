/** Brings a file to the present form, one numbered step at a time, after keeping a copy of it. */
import type { Database } from 'better-sqlite3'
import { Meta } from './meta.ts'

export interface Migration {
  /** 1, 2, 3 …; kept in the file as `user_version`. */
  readonly version: number
  /** The oldest form whose program may still open a file brought to this one. */
  readonly readableFrom: number
  readonly sql: string
}

const schemaVersion = (db: Database): number => db.pragma('user_version', { simple: true }) as number

/** Whether a program that knows these migrations may open this file. */
export function mayOpen(db: Database, migrations: readonly Migration[]): boolean {
  const newest = migrations.at(-1)?.version ?? 0
  if (schemaVersion(db) <= newest) return true
  const readableFrom = Number(new Meta(db).get('readable-from') ?? Number.POSITIVE_INFINITY)
  return readableFrom <= newest
}

/**
 * Applies the steps that are due. `keepCopy` is called once, before the first step changes a file that holds something;
 * when it throws, nothing is changed.
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[],
  keepCopy: (version: number) => void,
): void {
  const from = schemaVersion(db)
  const due = migrations.filter((migration) => migration.version > from)
  if (due.length === 0) return
  if (from > 0) keepCopy(from)
  for (const { version, readableFrom, sql } of due)
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${version}`)
      new Meta(db).set('readable-from', String(readableFrom))
    }).immediate()
}
