import type { Database } from 'better-sqlite3'

/** Name in `meta` under which a file says to which database its data was moved. */
const MOVED_TO = 'moved-to'

const TABLES = ['change_log', 'records', 'lookups', 'documents', 'personal', 'sealed_keys', 'tokens']

/**
 * Makes the file refuse every change from now on, also for a service that has it open: what it would take in would be
 * lost to the database everybody else works with.
 */
export function noMoreChanges(db: Database, to: string): void {
  db.prepare('insert into meta (name, value) values (?, ?)').run(MOVED_TO, to)
  for (const table of TABLES)
    for (const change of ['insert', 'update', 'delete'])
      db.exec(
        `create trigger ${table}_moved_${change} before ${change} on ${table}
         begin select raise(abort, 'moved to another database'); end`,
      )
}

export function movedTo(db: Database): string | undefined {
  return db.prepare<[string], { value: string }>('select value from meta where name = ?').get(MOVED_TO)?.value
}
