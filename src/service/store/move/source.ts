import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { NO_HASH } from '../../../contract/entry.ts'
import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'
import { migrate } from '../sqlite/migrations.ts'
import { movedTo, noMoreChanges } from '../sqlite/moved.ts'
import { isBusy } from '../sqlite/statements.ts'
import type { LogHead } from '../store.ts'
import { columnsOf, type Row, type Table } from './tables.ts'

const BUSY_WAIT_MS = 5_000

export type SourceFailureCode = 'nothing-to-move' | 'database-newer' | 'database-busy' | 'database-unreadable'

/** The SQLite file a dock moves away from; nobody else writes it while this is open. */
export class Source {
  readonly #db: Database.Database

  private constructor(db: Database.Database) {
    this.#db = db
  }

  static open(path: string): Outcome<Source, SourceFailureCode> {
    if (!existsSync(path))
      return fail('nothing-to-move', `There is no service database at ${path}; check --data.`)
    let db: Database.Database | undefined
    try {
      db = new Database(path, { timeout: BUSY_WAIT_MS, fileMustExist: true })
      const migrated = migrate(db)
      if (!migrated.ok) {
        db.close()
        return migrated
      }
      db.exec('begin immediate')
      return ok(new Source(db))
    } catch (error) {
      db?.close()
      if (!(error instanceof Database.SqliteError)) throw error
      return isBusy(error)
        ? fail(
            'database-busy',
            `Another program is writing ${path}; stop the service, then move again.`,
            error.code,
          )
        : fail('database-unreadable', `${path} cannot be read as a database; restore a backup.`, error.code)
    }
  }

  get movedTo(): string | undefined {
    return movedTo(this.#db)
  }

  get head(): LogHead {
    const sql = 'select cursor, chain from change_log order by cursor desc limit 1'
    return this.#db.prepare<[], LogHead>(sql).get() ?? { cursor: 0, chain: NO_HASH }
  }

  count(table: Table): number {
    return Number(this.#db.prepare(`select count(*) from ${table.name}`).pluck().get())
  }

  rows(table: Table): IterableIterator<Row> {
    const sql = `select ${columnsOf(table)} from ${table.name} order by ${table.key}`
    return this.#db.prepare(sql).raw().iterate() as IterableIterator<Row>
  }

  /** From now on the file refuses every change, in every process, and says where its data is. */
  closeAsMoved(to: string): void {
    noMoreChanges(this.#db, to)
    this.#db.exec('commit')
  }

  close(): void {
    if (this.#db.inTransaction) this.#db.exec('rollback')
    this.#db.close()
  }
}
