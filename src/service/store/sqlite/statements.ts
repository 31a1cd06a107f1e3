import Database, { type Statement } from 'better-sqlite3'
import { StoreBusy, StoreFailure, StoreUnreachable } from '../store.ts'

/** Values SQLite keeps. */
export type Value = string | number | null

/** Prepared once per connection, by their text. */
export class Statements {
  private readonly db: Database.Database
  private readonly prepared = new Map<string, Statement<Value[]>>()

  constructor(db: Database.Database) {
    this.db = db
  }

  run(sql: string, ...values: Value[]): void {
    guarded(() => this.statement(sql).run(...values))
  }

  one<Row>(sql: string, ...values: Value[]): Row | undefined {
    return guarded(() => this.statement(sql).get(...values)) as Row | undefined
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return guarded(() => this.statement(sql).all(...values)) as Row[]
  }

  private statement(sql: string): Statement<Value[]> {
    const known = this.prepared.get(sql)
    if (known !== undefined) return known
    const made = this.db.prepare<Value[]>(sql)
    this.prepared.set(sql, made)
    return made
  }
}

/** Runs database work; its own failures come out as the store's. */
export function guarded<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error
    const message = `The database failed (${error.code}).`
    if (error.code === 'SQLITE_CONSTRAINT_TRIGGER')
      throw new StoreUnreachable('The data was moved to another database.', { cause: error })
    throw isBusy(error)
      ? new StoreBusy(message, { cause: error })
      : new StoreFailure(message, { cause: error })
  }
}

export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}
