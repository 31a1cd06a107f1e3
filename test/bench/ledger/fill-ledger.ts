/**
 * Makes a big ledger fast: `node test/bench/ledger/fill-ledger.ts FOLDER JOBS [DRIVES_PER_JOB] [WAITING]`.
 *
 * Two small lives of a job are told to a real ledger: one that came, was cancelled and went home, and one that still
 * waits for its package. Their rows (journal, records, look-ups, timeline) are then copied once for each job with other
 * names, and the hashes and chains are computed anew. So the views are those that folding the journal would give, and
 * the journal verifies; a test holds both.
 *
 * Job `n` (0, 1 …) is `jobId(n)`, its drive `d` `serialOf(n, d)`, its package `trackingOf(n)`. The last WAITING jobs are in
 * Shipping with every drive Specified; all others are Completed and their drives gone.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { type Entry, entryText, NO_HASH } from '../../../src/contract/entry.ts'
import { nextChain, textHash } from '../../../src/ledger/canonical.ts'
import type { Ledger, NewEvent } from '../../../src/ledger/ledger.ts'
import { openLedger } from '../../../src/ledger/open.ts'
import { type EventBodies, type EventKind, event } from '../../../src/lifecycle/events.ts'
import type { Outcome } from '../../../src/lifecycle/outcome.ts'
import { FakeClock } from '../../fakes/clock.ts'
import { CountingIds } from '../../fakes/ids.ts'
import { FakeLog } from '../../fakes/log.ts'

export interface Filling {
  readonly folder: string
  readonly jobs: number
  readonly drivesPerJob: number
  /** How many of the jobs still wait for their package. */
  readonly waiting: number
  readonly station: string
}

const jobId = (n: number): string => `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`
export const serialOf = (n: number, drive: number): string =>
  `WD${n.toString(36).toUpperCase().padStart(6, '0')}${drive}`
export const trackingOf = (n: number): string => `1Z${String(n).padStart(10, '0')}`

/** Names in the lives that are told; each is replaced by a job's own. */
const JOB = '{job}'
const SERIAL = (drive: number) => `{serial${drive}}`
const TRACKING = '{tracking}'

interface Template {
  readonly entries: readonly {
    readonly received: boolean
    readonly entry: Entry
    readonly inStory: boolean
  }[]
  /** Rows of the views: kind, id, json. */
  readonly records: readonly (readonly string[])[]
  /** kind, field, value, id. */
  readonly lookups: readonly (readonly string[])[]
}

/** Fills a new data folder; answers how many journal rows it wrote. */
export function fillLedger({ folder, jobs, drivesPerJob, waiting, station }: Filling): number {
  const done = tell([...ordered(drivesPerJob), ...came(drivesPerJob)], station)
  const awaited = tell(ordered(drivesPerJob), station)
  must(openLedger(options(folder, station))).close()
  const db = new Database(join(folder, 'ledger.sqlite'))
  db.pragma('journal_mode = OFF')
  db.pragma('synchronous = OFF')
  db.pragma('cache_size = -400000')
  const write = new Writer(db)
  db.transaction(() => {
    for (let n = 0; n < jobs; n++) write.job(n, drivesPerJob, n < jobs - waiting ? done : awaited)
    write.end()
  })()
  db.pragma('journal_mode = WAL')
  db.close()
  return write.pos
}

class Writer {
  pos = 0
  #own = { seq: 0, hash: NO_HASH }
  #received = { cursor: 0, chain: NO_HASH }
  readonly #ids = new CountingIds(0xb16)
  readonly #journal
  readonly #answered
  readonly #record
  readonly #lookup
  readonly #timeline
  readonly #meta

  constructor(db: Database.Database) {
    this.#journal = db.prepare('INSERT INTO journal (origin, seq, text, hash, chain) VALUES (?, ?, ?, ?, ?)')
    this.#answered = db.prepare('INSERT INTO answered VALUES (?, ?)')
    this.#record = db.prepare('INSERT INTO records VALUES (?, ?, ?)')
    this.#lookup = db.prepare('INSERT INTO lookups VALUES (?, ?, ?, ?)')
    this.#timeline = db.prepare('INSERT INTO timeline VALUES (?, ?)')
    this.#meta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)')
  }

  job(n: number, drives: number, template: Template): void {
    const names = new Map([
      [JOB, jobId(n)],
      [TRACKING, trackingOf(n)],
      ...Array.from({ length: drives }, (_, d) => [SERIAL(d), serialOf(n, d)] as const),
    ])
    const fill = (text: string) =>
      text.replace(/\{(?:job|tracking|serial\d+)\}/g, (name) => names.get(name) ?? name)
    for (const { received, entry, inStory } of template.entries) {
      const body = JSON.parse(fill(JSON.stringify(entry.body)))
      if (received) this.#writeReceived({ ...entry, body })
      else this.#writeOwn({ ...entry, body })
      if (inStory) this.#timeline.run(jobId(n), this.pos)
    }
    for (const row of template.records) this.#record.run(row.map(fill))
    for (const row of template.lookups) this.#lookup.run(row.map(fill))
  }

  #writeOwn(entry: Entry): void {
    const { cursor, chain } = this.#received
    const seq = this.#own.seq + 1
    const text = entryText({
      ...entry,
      id: this.#ids.uuid(),
      seq,
      after: { cursor, chain },
      prev: this.#own.hash,
    })
    this.#own = { seq, hash: textHash(text) }
    this.#journal.run('own', seq, text, this.#own.hash, null)
    this.pos += 1
    this.#answered.run(seq, this.pos)
  }

  #writeReceived(entry: Entry): void {
    this.pos += 1
    const text = entryText({ ...entry, id: this.#ids.uuid(), station: 'service', seq: this.pos })
    const hash = textHash(text)
    this.#received = { cursor: this.pos, chain: nextChain(this.#received.chain, this.pos, hash) }
    this.#journal.run('service', this.pos, text, hash, this.#received.chain)
  }

  end(): void {
    this.#meta.run('cursor', String(this.pos))
    this.#meta.run('anchor', `${this.#own.seq}:${this.#own.hash}`)
  }
}

function ordered(drives: number): NewEvent[] {
  return [
    happened('job-put', {
      job: {
        id: JOB,
        subscription: '11111111-1111-4111-8111-111111111111',
        group: 'dock',
        name: `order-${JOB}`,
        type: 'Import',
        site: 'westus',
        storageAccountId:
          '/subscriptions/1111/resourceGroups/dock/providers/Microsoft.Storage/storageAccounts/cold',
        diagnosticsPath: 'waimportexport',
        logLevel: 'Error',
        backupDriveManifest: true,
        hasReturnAddress: true,
        hasCarrierAccount: true,
        returnCarrier: 'FedEx',
        drives: Array.from({ length: drives }, (_, d) => ({
          serial: SERIAL(d),
          driveId: SERIAL(d),
          manifestFile: '\\DriveManifest.xml',
          manifestHash: '109B21108597EF36D5785F08303F3638',
        })),
      },
    }),
    happened('job-announced', {
      job: JOB,
      package: { carrier: 'FedEx', tracking: TRACKING, base: TRACKING, driveCount: drives },
    }),
  ]
}

function came(drives: number): NewEvent[] {
  const each = (make: (serial: string) => NewEvent) =>
    Array.from({ length: drives }, (_, d) => make(SERIAL(d)))
  const arrival = `arrival-${JOB}`
  const box = `return-${JOB}`
  return [
    happened('arrival-opened', { arrival, tracking: TRACKING, base: TRACKING, jobs: [JOB], blind: false }),
    ...each((serial) =>
      happened('drive-received', { job: JOB, serial, driveId: serial, arrival, tray: 'A', apart: false }),
    ),
    happened('arrival-closed', { arrival, short: false }),
    happened('job-cancel-requested', { job: JOB }),
    happened('return-opened', { return: box, number: `TDR-${JOB}`, job: JOB }),
    ...each((serial) => happened('drive-packed', { return: box, serial })),
    happened('label-printed', { return: box, reprint: false }),
    happened('return-closed', { return: box }),
    happened('return-shipped', { return: box, carrier: 'FedEx', tracking: `back-${TRACKING}` }),
  ]
}

const happened = <K extends EventKind>(kind: K, body: EventBodies[K]): NewEvent =>
  event(kind, body) as NewEvent

/** Tells a life to a real ledger and reads back every row it left. */
function tell(events: readonly NewEvent[], station: string): Template {
  const folder = mkdtempSync(join(tmpdir(), 'tallydock-fill-'))
  try {
    const ledger = must(openLedger(options(folder, station)))
    const entries = events.map((event) => tellOne(ledger, event))
    ledger.close()
    const db = new Database(join(folder, 'ledger.sqlite'), { readonly: true })
    const rows = (sql: string) => db.prepare<[], string[]>(sql).raw().all()
    const timeline = new Set(db.prepare<[], number>('SELECT pos FROM timeline').pluck().all())
    const template = {
      entries: entries.map((entry, i) => ({
        received: entry.kind.startsWith('job-'),
        entry,
        inStory: timeline.has(i + 1),
      })),
      records: rows('SELECT kind, id, json FROM records'),
      lookups: rows('SELECT kind, field, value, id FROM lookups'),
    }
    db.close()
    return template
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function tellOne(ledger: Ledger, event: NewEvent): Entry {
  const { entries, refusedHere } = must(
    ledger.decide({}, 'filler', () => ({ events: [event], result: undefined })),
  )
  const [entry] = entries
  const [refused] = refusedHere
  if (entry === undefined || refused !== undefined)
    throw new Error(`${event.kind}: ${refused?.trouble.because}`)
  return entry
}

const options = (folder: string, station: string) => ({
  folder,
  station,
  clock: new FakeClock(),
  ids: new CountingIds(),
  log: new FakeLog(),
})

function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.failure.code}: ${outcome.failure.sentence}`)
}

if (process.argv[1] === import.meta.filename) {
  const [folder, jobs, drivesPerJob = '10', waiting = '10'] = process.argv.slice(2)
  if (folder === undefined || jobs === undefined) {
    console.error('usage: fill-ledger.ts FOLDER JOBS [DRIVES_PER_JOB] [WAITING]')
    process.exit(2)
  }
  const rows = fillLedger({
    folder,
    jobs: Number(jobs),
    drivesPerJob: Number(drivesPerJob),
    waiting: Number(waiting),
    station: 'bench',
  })
  console.log(JSON.stringify({ folder, rows }))
}
