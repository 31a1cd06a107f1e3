import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Where copies of a ledger are kept that is brought to a newer form. */
export const copiesFolder = (folder: string): string => join(folder, 'backups')

const COPY = /^ledger-form-.*\.sqlite$/
const UNFINISHED = /^ledger-form-.*\.sqlite\.part$/

/**
 * Erases the personal text under a key in every kept copy: what a person may ask to be forgotten is not kept in a second
 * place. A copy that was never finished is removed. Answers in how many copies there was one. Throws what SQLite throws.
 */
export function eraseInCopies(folder: string, key: string): number {
  const copies = copiesFolder(folder)
  if (!existsSync(copies)) return 0
  let erased = 0
  for (const name of readdirSync(copies)) {
    if (UNFINISHED.test(name)) rmSync(join(copies, name))
    else if (COPY.test(name)) erased += eraseIn(join(copies, name), key)
  }
  return erased
}

function eraseIn(copy: string, key: string): number {
  const db = new Database(copy, { fileMustExist: true })
  try {
    // What is erased is overwritten.
    db.pragma('secure_delete = ON')
    return db.prepare('DELETE FROM personal WHERE key = ?').run(key).changes
  } finally {
    // The last connection to close leaves no -wal behind.
    db.close()
  }
}
