import type { Database, Statement } from 'better-sqlite3'
import type { Entry, Personal } from '../contract/entry.ts'
import { personalHash } from './canonical.ts'

/**
 * Personal data beside the journal, by key. Only the newest text of a key is kept, and erasing one leaves no copy in the
 * file: the connection has `secure_delete` on. Entries keep a salted hash, so they still verify.
 */
export class PersonalStore {
  readonly #get: Statement<[string], string>
  readonly #put: Statement<[string, string, string, string]>
  readonly #erase: Statement<[string]>

  constructor(db: Database) {
    this.#get = db.prepare<[string], string>('SELECT text FROM personal WHERE key = ?').pluck()
    this.#put = db.prepare(
      `INSERT INTO personal VALUES (?, ?, ?, ?) ON CONFLICT (key)
       DO UPDATE SET hash = excluded.hash, salt = excluded.salt, text = excluded.text`,
    )
    this.#erase = db.prepare('DELETE FROM personal WHERE key = ?')
  }

  get(key: string): string | undefined {
    return this.#get.get(key)
  }

  put({ key, salt, text }: Personal): void {
    this.#put.run(key, personalHash(salt, text), salt, text)
  }

  /** False when there was nothing under this key. */
  erase(key: string): boolean {
    return this.#erase.run(key).changes > 0
  }
}

/** Whether this is the personal data the entry speaks of. */
export const belongsTo = (personal: Personal, entry: Entry): boolean =>
  entry.personal?.key === personal.key && entry.personal.hash === personalHash(personal.salt, personal.text)
