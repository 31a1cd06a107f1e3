import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { textHash } from '../../src/ledger/canonical.ts'
import type { Ledger } from '../../src/ledger/ledger.ts'
import { exchange } from '../../src/sync/exchange.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { must, openDock, record, temporaryFolder } from './dock.ts'
import { jobPut, scanned } from './tellings.ts'

const ROWS = 12

/** Own and received entries in turn; what stands there was confirmed up to the entry before the last. */
async function lived(): Promise<{ ledger: Ledger; db: Database.Database }> {
  const folder = temporaryFolder()
  const ledger = openDock({ folder })
  const service = new FakeSyncService()
  for (let n = 0; n < ROWS / 2 - 1; n++) {
    record(ledger, scanned(`s${n}`))
    service.order(jobPut(`j${n}`, []) as never)
    await exchange(service, ledger, { greet: false })
  }
  record(ledger, scanned('late'), scanned('last'))
  const db = new Database(join(folder, 'ledger.sqlite'))
  // What somebody with the file in hands would do first.
  db.exec('DROP TRIGGER journal_is_never_changed; DROP TRIGGER journal_is_never_shortened')
  return { ledger, db }
}

const check = async (ledger: Ledger, ...args: Parameters<Ledger['verify']>) =>
  must(await ledger.verify(...args))

describe('verifying', () => {
  test('a sound journal finds nothing and says how far it is anchored', async () => {
    const { ledger, db } = await lived()
    const verified = await check(ledger)
    expect(verified).toMatchObject({ ok: true, entries: ROWS, unanchored: 2, problems: [] })
    expect(verified.head).toEqual(ledger.head())
    expect(verified.anchored?.seq).toBe(ROWS / 2 - 1)
    db.close()
  })

  test('an empty journal finds nothing', async () => {
    expect(await check(openDock())).toMatchObject({ ok: true, entries: 0, anchored: null, unanchored: 0 })
  })

  test('compares with a head kept elsewhere', async () => {
    const { ledger, db } = await lived()
    const head = ledger.head()
    expect(await check(ledger, { head })).toMatchObject({ ok: true, anchored: head, unanchored: 0 })
    const other = await check(ledger, { head: { seq: 3, hash: 'f'.repeat(64) } })
    expect(other).toMatchObject({ ok: false, anchored: null })
    const longer = await check(ledger, { head: { seq: 99, hash: 'f'.repeat(64) } })
    expect(longer.problems).toEqual([{ pos: 0, seq: 99, what: 'the entry that the head names is missing' }])
    db.close()
  })

  test('lets other work through between pages', async () => {
    const { ledger, db } = await lived()
    let pauses = 0
    await check(ledger, {
      pause: async () => {
        pauses += 1
      },
    })
    expect(pauses).toBe(1)
    db.close()
  })
})

describe('the journal itself', () => {
  test('refuses to be changed or shortened', async () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    record(ledger, scanned('s1'))
    const db = new Database(join(folder, 'ledger.sqlite'))
    expect(() => db.exec(`UPDATE journal SET text = 'x'`)).toThrow('a journal entry is never changed')
    expect(() => db.exec('DELETE FROM journal')).toThrow('a journal entry is never removed')
    db.close()
  })
})

describe('tampering', () => {
  const anyRow = fc.integer({ min: 1, max: ROWS })

  /** Each hides its traces as well as one can without writing everything behind it anew. */
  const acts: [string, (db: Database.Database, pos: number) => void][] = [
    [
      'changing a word of a text',
      (db, pos) => rewrite(db, pos, (text) => text.replace('"actor":"', '"actor":"x'), false),
    ],
    [
      'changing a text and its hash',
      (db, pos) => rewrite(db, pos, (text) => text.replace('"actor":"', '"actor":"x'), true),
    ],
    ['removing an entry', (db, pos) => db.prepare('DELETE FROM journal WHERE pos = ?').run(pos)],
    [
      'removing an entry and closing the gap',
      (db, pos) => {
        db.prepare('DELETE FROM journal WHERE pos = ?').run(pos)
        db.prepare('UPDATE journal SET pos = -(pos - 1) WHERE pos > ?').run(pos)
        db.prepare('UPDATE journal SET pos = -pos WHERE pos < 0').run()
      },
    ],
    [
      'swapping it with the next one',
      (db, pos) => {
        const at = Math.min(pos, ROWS - 1)
        db.prepare('UPDATE journal SET pos = -pos WHERE pos = ?').run(at)
        db.prepare('UPDATE journal SET pos = ? WHERE pos = ?').run(at, at + 1)
        db.prepare('UPDATE journal SET pos = ? WHERE pos = ?').run(at + 1, -at)
      },
    ],
    [
      'claiming that a received entry came under another cursor',
      (db, pos) =>
        db.prepare(`UPDATE journal SET seq = seq + 1000 WHERE pos = ? AND origin = 'service'`).run(pos),
    ],
  ]

  test.each(acts)('by %s is found, wherever it was done', { timeout: 60_000 }, async (name, act) => {
    await fc.assert(
      fc.asyncProperty(anyRow, async (pos) => {
        const { ledger, db } = await lived()
        const before = journalOf(db)
        act(db, pos)
        // Some acts have nothing to do at some rows.
        fc.pre(journalOf(db) !== before)
        const verified = await check(ledger, { head: ledger.head() })
        const unanchoredEnd = name.startsWith('removing') || name.endsWith('its hash')
        if (unanchoredEnd && pos === ROWS) {
          // The very last entry is held by nothing but a head kept elsewhere.
          expect((await check(ledger, { head: lastHead(before) })).ok).toBe(false)
        } else expect(verified.ok).toBe(false)
        db.close()
        ledger.close()
      }),
      { numRuns: 15 },
    )
  })

  test('is told once for each entry, and the rest is still looked at', async () => {
    const { ledger, db } = await lived()
    rewrite(db, 1, (text) => text.replace('"actor":"', '"actor":"x'), false)
    rewrite(db, 9, (text) => text.replace('"actor":"', '"actor":"x'), false)
    const { problems } = await check(ledger)
    expect(problems.map((problem) => problem.pos)).toEqual([1, 9])
    db.close()
  })

  test('by writing everything anew is found by the head the service holds', async () => {
    const { ledger, db } = await lived()
    const forger = openDock()
    record(forger, ...Array.from({ length: 5 }, (_, n) => scanned(`forged-${n}`)))
    db.exec('DELETE FROM journal')
    for (const row of forger.entries({ after: 0, limit: 9 }))
      db.prepare('INSERT INTO journal (pos, origin, seq, text, hash) VALUES (?, ?, ?, ?, ?)').run(
        row.pos,
        row.origin,
        row.seq,
        row.text,
        row.hash,
      )
    expect((await check(ledger)).problems).toEqual([
      { pos: 5, seq: 5, what: 'it is not the entry that the head names' },
    ])
    db.close()
  })

  function rewrite(
    db: Database.Database,
    pos: number,
    change: (text: string) => string,
    hashToo: boolean,
  ): void {
    const row = db.prepare<[number], { text: string }>('SELECT text FROM journal WHERE pos = ?').get(pos)
    if (row === undefined) throw new Error(`there is no row ${pos}`)
    const text = change(row.text)
    db.prepare('UPDATE journal SET text = ? WHERE pos = ?').run(text, pos)
    if (hashToo) db.prepare('UPDATE journal SET hash = ? WHERE pos = ?').run(textHash(text), pos)
  }

  const journalOf = (db: Database.Database) => JSON.stringify(db.prepare('SELECT * FROM journal').all())

  function lastHead(journal: string): { seq: number; hash: string } {
    const rows: { origin: string; seq: number; hash: string }[] = JSON.parse(journal)
    const last = rows.findLast((row) => row.origin === 'own')
    return { seq: last?.seq ?? 0, hash: last?.hash ?? '' }
  }
})
