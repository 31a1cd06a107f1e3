import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import type { Migration } from '../../src/ledger/migrate.ts'
import { MIGRATIONS } from '../../src/ledger/migrations/index.ts'
import { openLedger } from '../../src/ledger/open.ts'
import { dockOptions, must, openDock, record, temporaryFolder } from './dock.ts'
import { ready } from './tellings.ts'

const next = MIGRATIONS.length + 1

/** What a later version of the program may do. */
const NOTES: Migration = {
  version: next,
  readableFrom: 1,
  sql: `CREATE TABLE notes (pos INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
        INSERT INTO notes SELECT pos, kind FROM (SELECT pos, text ->> '$.kind' AS kind FROM journal);`,
}
const BROKEN: Migration = {
  version: next,
  readableFrom: next,
  sql: `CREATE TABLE half (pos INTEGER); INSERT INTO nowhere VALUES (1);`,
}

function lived(): string {
  const folder = temporaryFolder()
  const ledger = openDock({ folder })
  record(ledger, ...ready('j1', ['WD1']))
  ledger.close()
  return folder
}

describe('a change of the file’s form', () => {
  test('keeps a whole copy first, then goes step by step', async () => {
    const folder = lived()
    const upgraded = must(openLedger(dockOptions({ folder }), [...MIGRATIONS, NOTES]))
    expect(must(await upgraded.verify())).toMatchObject({ ok: true, entries: 3 })
    upgraded.close()
    const db = new Database(join(folder, 'ledger.sqlite'))
    expect(db.prepare('SELECT text FROM notes ORDER BY pos').pluck().all()).toEqual([
      'job-put',
      'job-announced',
      'arrival-opened',
    ])
    expect(db.pragma('user_version', { simple: true })).toBe(next)
    db.close()
    // The copy is the ledger as it was, and opens as one.
    const [copy, ...others] = readdirSync(join(folder, 'backups'))
    expect(copy).toMatch(/^ledger-form-1-20260105T080000000Z\.sqlite$/)
    expect(others).toEqual([])
    const old = new Database(join(folder, 'backups', copy ?? ''), { readonly: true })
    expect(old.pragma('integrity_check', { simple: true })).toBe('ok')
    expect(old.pragma('user_version', { simple: true })).toBe(next - 1)
    expect(old.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(3)
    old.close()
    // A version of the program that does not know the step may still open it, as the step says.
    expect(openDock({ folder }).get('job', 'j1')).toBeDefined()
  })

  test('that breaks leaves the form before it, and the copy', () => {
    const folder = lived()
    const opened = openLedger(dockOptions({ folder }), [...MIGRATIONS, BROKEN])
    expect(opened).toMatchObject({ ok: false, failure: { code: 'ledger-failed' } })
    const db = new Database(join(folder, 'ledger.sqlite'))
    expect(db.pragma('user_version', { simple: true })).toBe(next - 1)
    expect(db.prepare(`SELECT name FROM sqlite_schema WHERE name = 'half'`).all()).toEqual([])
    db.close()
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(1)
    expect(openDock({ folder }).get('job', 'j1')).toBeDefined()
  })

  test('is not begun when the copy cannot be made', () => {
    const folder = lived()
    writeFileSync(join(folder, 'backups'), 'a file where the folder should be')
    const opened = openLedger(dockOptions({ folder }), [...MIGRATIONS, NOTES])
    expect(opened).toMatchObject({ ok: false, failure: { code: 'ledger-failed' } })
    expect(openDock({ folder }).get('job', 'j1')).toBeDefined()
    const db = new Database(join(folder, 'ledger.sqlite'))
    expect(db.pragma('user_version', { simple: true })).toBe(next - 1)
    db.close()
  })

  test('is done once', () => {
    const folder = lived()
    must(openLedger(dockOptions({ folder }), [...MIGRATIONS, NOTES])).close()
    must(openLedger(dockOptions({ folder }), [...MIGRATIONS, NOTES])).close()
    expect(readdirSync(join(folder, 'backups'))).toHaveLength(1)
  })

  test('which this version cannot read is refused', () => {
    const folder = lived()
    const strict: Migration = { ...NOTES, readableFrom: next }
    must(openLedger(dockOptions({ folder }), [...MIGRATIONS, strict])).close()
    expect(openLedger(dockOptions({ folder }))).toMatchObject({
      ok: false,
      failure: { code: 'ledger-newer' },
    })
  })
})

test('the steps are numbered 1, 2, 3 …', () => {
  expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, i) => i + 1))
})
