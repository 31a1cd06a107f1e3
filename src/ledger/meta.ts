import type { Database, Statement } from 'better-sqlite3'

/** What a ledger knows about itself. */
export type MetaName =
  /** The station whose journal this is. */
  | 'station'
  /** Oldest form whose program may open this file. */
  | 'readable-from'
  /** How the views in this file were folded; see `VIEWS_VERSION`. */
  | 'views-version'
  /** Where to go on pulling. */
  | 'cursor'
  /** The last own entry the service is known to hold: `SEQ:HASH`. */
  | 'anchor'
  /** Why pushing is stopped until a person acts: a failure as JSON. */
  | 'sync-stopped'

export class Meta {
  readonly #get: Statement<[string], string>
  readonly #set: Statement<[string, string]>
  readonly #remove: Statement<[string]>

  constructor(db: Database) {
    this.#get = db.prepare<[string], string>('SELECT value FROM meta WHERE name = ?').pluck()
    this.#set = db.prepare(
      'INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    )
    this.#remove = db.prepare('DELETE FROM meta WHERE name = ?')
  }

  get(name: MetaName): string | undefined {
    return this.#get.get(name)
  }

  set(name: MetaName, value: string): void {
    this.#set.run(name, value)
  }

  remove(name: MetaName): void {
    this.#remove.run(name)
  }
}
