/** Folds the whole journal anew into a second set of views, then puts it in the place of the first at one stroke. */
import type { Database } from 'better-sqlite3'
import { Fold } from './fold.ts'
import { Journal, type JournalRow, parseEntry } from './journal.ts'
import { Meta } from './meta.ts'
import { createViews, dropViews, VIEW_TABLES, Views } from './views.ts'

/**
 * Raise this when entries already written fold to something else than before: a changed rule, record or look-up, or a
 * newly known kind. A ledger folded by another version is folded anew when it is opened.
 */
const VIEWS_VERSION = 3

const ROWS_PER_TRANSACTION = 5_000
/** Neighbouring entries ask for the same records; further ones seldom do. */
const ROWS_REMEMBERED = 100

/** True when the views in this file are those of this program. */
export const viewsAreCurrent = (db: Database): boolean =>
  new Meta(db).get('views-version') === String(VIEWS_VERSION)

/** Interrupted at any point, the old views stand, and the next opening starts this again. `told` hears rows done. */
export function rebuildViews(db: Database, path: string, told: (done: number, of: number) => void): void {
  dropViews(db, '_next')
  createViews(db, '_next')
  const journal = new Journal(db)
  const views = new Views(db, '_next')
  const fold = new Fold(journal, views, path)
  const meta = new Meta(db)
  const rows = journal.size()
  const foldPage = db.transaction((page: readonly JournalRow[]) => {
    for (const row of page) {
      if (row.pos % ROWS_REMEMBERED === 0) views.forget()
      foldRow(fold, row)
    }
    const received = page.findLast((row) => row.origin === 'service')
    if (received !== undefined) views.settle(received.seq)
  })
  for (let pos = 0; ; ) {
    const page = journal.after(pos, ROWS_PER_TRANSACTION)
    const last = page.at(-1)
    if (last === undefined) break
    foldPage.immediate(page)
    pos = last.pos
    told(pos, rows)
  }
  db.transaction(() => {
    views.settle(Number(meta.get('cursor') ?? 0))
    dropViews(db, '')
    for (const table of VIEW_TABLES) db.exec(`ALTER TABLE ${table}_next RENAME TO ${table}`)
    meta.set('views-version', String(VIEWS_VERSION))
  }).immediate()
}

function foldRow(fold: Fold, row: JournalRow): void {
  if (row.trouble === 'hash-mismatch' || row.trouble === 'doubled') return
  const entry = parseEntry(row.text)
  if (entry === undefined) return
  fold.apply(entry, row.origin === 'own' ? { own: row.seq } : { cursor: row.seq }, row.pos)
}
