import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { LedgerError } from '../../src/ledger/failures.ts'
import { Ledger } from '../../src/ledger/ledger.ts'
import { openLedger } from '../../src/ledger/open.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { dockOptions, must, openDock, record, temporaryFolder } from './dock.ts'
import { ready, scanned } from './tellings.ts'

const FILE = 'ledger.sqlite'

/** A folder with a ledger of some entries, closed. */
function closedLedger(entries = 40): string {
  const folder = temporaryFolder()
  const ledger = openDock({ folder })
  record(ledger, ...ready('j1', ['WD1']))
  for (let n = 0; n < entries; n++) record(ledger, scanned(`s${n}`, 'x'.repeat(500)))
  ledger.close()
  return folder
}

const failureOf = (folder: string, options = {}) => {
  const opened = openLedger(dockOptions({ folder, ...options }))
  if (!opened.ok) return opened.failure
  opened.value.close()
  throw new Error('it was opened')
}

/** SHA-256 of each file that holds data: not of the scratch space `-shm`, nor of a `-wal` with nothing in it. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name === FILE || (!name.endsWith('-shm') && statSync(join(folder, name)).size > 0))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  )

describe('opening', () => {
  test('makes a ledger that syncs every commit and belongs to its station for good', () => {
    const folder = join(temporaryFolder(), 'not', 'there', 'yet')
    expect(openDock({ folder }).station).toBe('dock-1')
    expect(openDock({ folder, station: 'dock-2' }).station).toBe('dock-1')
    const db = new Database(join(folder, FILE), { readonly: true })
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
    db.close()
    expect(readdirSync(folder).filter((name) => name.includes('.new'))).toEqual([])
  })

  test('a folder where making one was cut off makes it again', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, `${FILE}.new`), 'half')
    writeFileSync(join(folder, `${FILE}.new-wal`), 'half')
    record(openDock({ folder }), scanned('s1'))
    expect(openDock({ folder }).head().seq).toBe(1)
  })

  test('read-only looks at a running ledger and changes nothing', async () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    record(ledger, scanned('s1'))
    const reader = openDock({ folder, readOnly: true })
    expect(must(await reader.verify())).toMatchObject({ ok: true, entries: 1 })
    expect(reader.decide({}, 'b', () => ({ events: [scanned('s2')], result: 0 }))).toMatchObject({
      ok: false,
      failure: { code: 'ledger-read-only' },
    })
    // What the station records afterwards is seen, too.
    record(ledger, scanned('s3'))
    expect(reader.head().seq).toBe(2)
  })

  test('read-only opens a journal that is not sound, so that it can be looked into', async () => {
    const folder = closedLedger()
    const db = new Database(join(folder, FILE))
    db.exec(`DROP TRIGGER journal_is_never_changed;
      UPDATE journal SET text = replace(text, 'b-17', 'b-18') WHERE pos = (SELECT max(pos) FROM journal)`)
    db.close()
    expect(failureOf(folder).code).toBe('ledger-damaged')
    const verified = must(await openDock({ folder, readOnly: true }).verify())
    expect(verified.problems.map((problem) => problem.what)).toEqual(['the text is not what its hash says'])
  })

  test('read-only makes no ledger where there is none', () => {
    const folder = temporaryFolder()
    expect(failureOf(folder, { readOnly: true }).code).toBe('ledger-failed')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('a file that is not whole', () => {
  const page = 4_096
  const damage: [string, (path: string) => void][] = [
    ['is empty', (path) => truncateSync(path, 0)],
    ['was cut short', (path) => truncateSync(path, statSync(path).size - 3 * page)],
    ['is something else', (path) => writeFileSync(path, 'This is a shopping list. '.repeat(500))],
    [
      'is another program’s database',
      (path) => {
        rmSync(path)
        new Database(path).exec('CREATE TABLE songs (name TEXT)').close()
      },
    ],
    [
      'has a page full of noise',
      (path) => {
        const bytes = readFileSync(path)
        bytes.fill(0xa5, 6 * page, 7 * page)
        writeFileSync(path, bytes)
      },
    ],
    [
      'had its newest entry changed',
      (path) => {
        const db = new Database(path)
        db.exec(`DROP TRIGGER journal_is_never_changed;
          UPDATE journal SET text = replace(text, 'b-17', 'b-18') WHERE pos = (SELECT max(pos) FROM journal)`)
        db.close()
      },
    ],
  ]

  test.each(damage)('because it %s is reported and left untouched', (_, harm) => {
    const folder = closedLedger()
    harm(join(folder, FILE))
    const before = contents(folder)
    const failure = failureOf(folder)
    expect(failure.code).toBe('ledger-damaged')
    expect(failure.sentence).toContain(join(folder, FILE))
    expect(contents(folder)).toEqual(before)
    // However often one tries.
    expect(failureOf(folder).code).toBe('ledger-damaged')
    expect(contents(folder)).toEqual(before)
  })

  test('is not replaced by a new one when only its -wal is left', () => {
    const folder = closedLedger()
    rmSync(join(folder, FILE))
    writeFileSync(join(folder, `${FILE}-wal`), 'the last commits')
    expect(failureOf(folder).code).toBe('ledger-damaged')
    expect(readdirSync(folder)).toEqual([`${FILE}-wal`])
  })

  test('found while it is open stops the step in hand', () => {
    const folder = closedLedger(3_000)
    const ledger = openDock({ folder })
    const bytes = readFileSync(join(folder, FILE))
    bytes.fill(0xa5, 2 * page)
    writeFileSync(join(folder, FILE), bytes)
    expect(() => ledger.entries({ after: 0, limit: 5_000 })).toThrow(LedgerError)
  })
})

describe('a file of another time', () => {
  test('written by a newer version is refused and left untouched', () => {
    const folder = closedLedger()
    const db = new Database(join(folder, FILE))
    db.pragma('user_version = 99')
    db.exec(`UPDATE meta SET value = '98' WHERE name = 'readable-from'`)
    db.close()
    const before = contents(folder)
    expect(failureOf(folder).code).toBe('ledger-newer')
    expect(contents(folder)).toEqual(before)
  })

  test('written by a newer version that this one may still open, is opened', () => {
    const folder = closedLedger()
    const db = new Database(join(folder, FILE))
    db.pragma('user_version = 99')
    db.close()
    expect(openDock({ folder }).get('job', 'j1')).toBeDefined()
  })
})

describe('a file that cannot be written', () => {
  test('because another program holds it, says so and records nothing', () => {
    const folder = temporaryFolder()
    const ledger = openDock({ folder })
    const other = new Database(join(folder, FILE))
    other.exec('BEGIN IMMEDIATE')
    const refused = ledger.decide({}, 'b', () => ({ events: [scanned('s1')], result: 0 }))
    expect(refused).toMatchObject({ ok: false, failure: { code: 'ledger-locked' } })
    other.close()
    record(ledger, scanned('s1'))
    expect(ledger.head().seq).toBe(1)
  })

  test('because the disk is full, says so, loses nothing and goes on when there is space', () => {
    const folder = closedLedger()
    const path = join(folder, FILE)
    const db = new Database(path)
    // A limit on the file stands in for a full disk: SQLite answers both with SQLITE_FULL.
    const pages = db.pragma('page_count', { simple: true }) as number
    db.pragma(`max_page_count = ${pages + 5}`)
    const ledger = new Ledger(db, path, new FakeClock(), new CountingIds(2))
    const before = ledger.head().seq
    const scan = (id: string) =>
      ledger.decide({}, 'b', () => ({ events: [scanned(id, 'x'.repeat(2_000))], result: undefined }))

    const outcomes = Array.from({ length: 30 }, (_, n) => scan(`t${n}`))

    const recorded = outcomes.filter((outcome) => outcome.ok).length
    const codes = new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.failure.code)))
    expect(codes).toEqual(new Set(['ledger-full']))
    expect(recorded).toBeGreaterThan(0)
    expect(ledger.head().seq).toBe(before + recorded)
    db.pragma(`max_page_count = ${pages + 1_000}`)
    expect(scan('after').ok).toBe(true)
    ledger.close()
    expect(openDock({ folder }).head().seq).toBe(before + recorded + 1)
  })

  test('because the account may not, says so', () => {
    const folder = closedLedger()
    chmodSync(folder, 0o555)
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444)
    const answer = asNobody(folder)
    chmodSync(folder, 0o755)
    expect(answer).toMatchObject({ code: 'ledger-read-only' })
  })

  /** Opens the ledger and decides something under an account without rights; answers the failure's code. */
  function asNobody(folder: string): unknown {
    const program = fileURLToPath(new URL('./record-one.ts', import.meta.url))
    const account = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const ran = spawnSync(process.execPath, [program, folder], { encoding: 'utf8', ...account })
    return JSON.parse(ran.stdout)
  }
})
