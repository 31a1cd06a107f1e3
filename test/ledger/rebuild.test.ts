import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { VIEW_TABLES } from '../../src/ledger/views.ts'
import { fillLedger } from '../bench/ledger/fill-ledger.ts'
import { must, openDock, record, temporaryFolder } from './dock.ts'
import { stories } from './happenings.ts'
import { ready, received } from './tellings.ts'

/** Every row of the views, as stored. */
function views(ledger: Ledger): Record<string, unknown[]> {
  const db = new Database(ledger.path, { readonly: true })
  const rowsOf = (table: string) => db.prepare(`SELECT * FROM ${table}`).raw().all()
  const sorted = (rows: unknown[]) => rows.map((row) => JSON.stringify(row)).sort()
  try {
    return Object.fromEntries(VIEW_TABLES.map((table) => [table, sorted(rowsOf(table))]))
  } finally {
    db.close()
  }
}

test('views folded anew are the same to the byte, whatever happened', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(stories, fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }), (events, sizes) => {
      const ledger = openDock()
      // Given the events in decisions of different sizes
      for (let from = 0, i = 0; from < events.length; i++) {
        const size = sizes[i % sizes.length] ?? 1
        record(ledger, ...events.slice(from, from + size))
        from += size
      }
      const before = views(ledger)
      must(ledger.rebuildViews())
      expect(views(ledger)).toEqual(before)
      ledger.close()
    }),
    { numRuns: 60 },
  )
})

test('folding anew works a second time, and goes on afterwards', () => {
  const ledger = openDock()
  record(ledger, ...ready('j1', ['WD1', 'WD2']))
  const told: number[] = []
  must(ledger.rebuildViews((done) => told.push(done)))
  must(ledger.rebuildViews())
  record(ledger, received('j1', 'WD1', 'a-j1'))
  expect(told).toEqual([3])
  expect(ledger.find('custody', 'job', 'j1')).toHaveLength(1)
})

test('damaged views are made good', () => {
  const folder = temporaryFolder()
  const ledger = openDock({ folder })
  record(ledger, ...ready('j1', ['WD1']))
  const before = views(ledger)
  const db = new Database(join(folder, 'ledger.sqlite'))
  db.exec(`DELETE FROM records; UPDATE lookups SET value = 'nonsense'`)
  db.close()
  must(ledger.rebuildViews())
  expect(views(ledger)).toEqual(before)
})

test('views of another version of the program are folded anew when the ledger is opened', () => {
  const folder = temporaryFolder()
  const ledger = openDock({ folder })
  record(ledger, ...ready('j1', ['WD1']))
  const before = views(ledger)
  ledger.close()
  const db = new Database(join(folder, 'ledger.sqlite'))
  db.exec(`UPDATE meta SET value = '0' WHERE name = 'views-version'; DELETE FROM records`)
  // An earlier attempt was cut off.
  db.exec('CREATE TABLE records_next (kind TEXT)')
  db.close()
  expect(views(openDock({ folder }))).toEqual(before)
})

test('a ledger filled for a measurement is one that was really lived', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder()
  const rows = fillLedger({ folder, jobs: 6, drivesPerJob: 3, waiting: 2, station: 'bench' })
  const ledger = openDock({ folder })
  const verified = must(await ledger.verify())
  expect(verified).toMatchObject({ ok: true, entries: rows, unanchored: 0 })
  expect(ledger.find('job', 'state', 'Completed')).toHaveLength(4)
  expect(ledger.find('job', 'state', 'Shipping')).toHaveLength(2)
  const before = views(ledger)
  must(ledger.rebuildViews())
  expect(views(ledger)).toEqual(before)
})
