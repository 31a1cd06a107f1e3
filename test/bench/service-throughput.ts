/**
 * What one service process takes in and hands out, on each store: entries/s pushed by stations over HTTP, Get Job/s, and
 * beside each what the same database does bare in the same run: rows as long as an entry inserted in transactions of as
 * many, and one job's record selected by its key. ENTRIES=n, JOBS=n and READS=n change the size.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { NO_HASH } from '../../src/contract/entry.ts'
import { EXCHANGE_VERSION, MOST_ENTRIES_PER_PUSH } from '../../src/contract/exchange.ts'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { fillJobs, jobId, jobPath } from './service/jobs.ts'
import {
  cpuMs,
  get,
  onEachStore,
  percentile,
  type Rig,
  round,
  startServiceProgram,
  tell,
} from './service/rig.ts'
import { Journal, jobsOf } from './service/traffic.ts'

const ENTRIES = Number(process.env.ENTRIES ?? 40_000)
const JOBS = Number(process.env.JOBS ?? 10_000)
const READS = Number(process.env.READS ?? 5_000)
const STATIONS = 4
/** Entries of one push that share a transaction in the service. */
const ROWS_PER_TRANSACTION = 50
const ROW_CHARACTERS = 520
const READERS = 8

await onEachStore(async (rig) => {
  await fillJobs(rig, JOBS)
  const service = await startServiceProgram(rig)
  const idle = cpuMs(service.pid)
  const pushed = await pushAll(service.url)
  const cpuS = (cpuMs(service.pid) - idle) / 1_000
  const reads = await readAll(service.url)
  await service.stop()
  const bare = await (rig.database === undefined ? bareSqlite(rig) : barePostgres(rig.database))
  tell({
    figure: 'service-entries',
    store: rig.store,
    unit: 'entries/s',
    value: Math.round(pushed),
    bareInsert: Math.round(bare.inserts),
    ratio: round(pushed / bare.inserts, 3),
    entries: ENTRIES,
    stations: STATIONS,
    serviceCpuS: round(cpuS),
  })
  tell({
    figure: 'service-get-job',
    store: rig.store,
    unit: 'requests/s',
    value: Math.round(reads.perSecond),
    p50Ms: percentile(reads.times, 0.5),
    p99Ms: percentile(reads.times, 0.99),
    bareSelect: Math.round(bare.selects),
    ratio: round(reads.perSecond / bare.selects, 3),
    jobs: JOBS,
  })
})

async function pushAll(url: string): Promise<number> {
  const api = createHttpSyncApi({ url, token: 'station', timers: systemTimers })
  if (!api.ok) throw new Error(api.failure.sentence)
  const pulled = await api.value.pull('nobody', 0, 500)
  if (!pulled.ok) throw new Error(pulled.failure.sentence)
  const batches = Array.from({ length: STATIONS }, (_, i) => {
    const journal = new Journal(`dock-${i}`, i + 1, jobsOf(i, STATIONS, JOBS))
    journal.known = { cursor: pulled.value.cursor, chain: NO_HASH }
    return Array.from({ length: Math.ceil(ENTRIES / STATIONS / MOST_ENTRIES_PER_PUSH) }, () =>
      Array.from({ length: MOST_ENTRIES_PER_PUSH }, () => journal.next()),
    )
  })
  const begun = performance.now()
  let entries = 0
  await Promise.all(
    batches.map(async (pushes, i) => {
      for (const batch of pushes) {
        const answered = await api.value.push({
          version: EXCHANGE_VERSION,
          station: `dock-${i}`,
          entries: batch,
        })
        if (!answered.ok) throw new Error(answered.failure.sentence)
        const odd = answered.value.answers.find(({ answer }) => answer !== 'accepted')
        if (odd !== undefined || answered.value.answers.length < batch.length)
          throw new Error(`not accepted: ${JSON.stringify(odd)}`)
        entries += batch.length
      }
    }),
  )
  api.value.close()
  return entries / ((performance.now() - begun) / 1_000)
}

async function readAll(url: string): Promise<{ perSecond: number; times: number[] }> {
  const times: number[] = []
  const begun = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: READERS }, async () => {
      for (let n = next++; n < READS; n = next++) {
        const { status, ms } = await get(url, jobPath(1 + ((n * 7_919) % JOBS)))
        if (status !== 200) throw new Error(`Get Job answered ${status}`)
        times.push(ms)
      }
    }),
  )
  return { perSecond: READS / ((performance.now() - begun) / 1_000), times }
}

interface Bare {
  readonly inserts: number
  readonly selects: number
}

function row(): string {
  return randomBytes(ROW_CHARACTERS / 2).toString('hex')
}

async function bareSqlite({ dataDir }: Rig): Promise<Bare> {
  const db = new Database(join(dataDir, 'service.sqlite'))
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.exec('create table bare (id integer primary key, text text not null) strict')
  const insert = db.prepare('insert into bare (id, text) values (?, ?)')
  const inserts = timed(() => {
    for (let id = 0; id < ENTRIES; )
      db.transaction(() => {
        for (let n = 0; n < ROWS_PER_TRANSACTION; n++) insert.run(id++, row())
      })()
    return ENTRIES
  })
  const select = db.prepare("select body from records where kind = 'job' and id = ?")
  const selects = timed(() => {
    for (let n = 0; n < READS; n++) select.get(jobId(1 + ((n * 7_919) % JOBS)))
    return READS
  })
  db.close()
  return { inserts, selects }
}

function timed(work: () => number): number {
  const begun = performance.now()
  const count = work()
  return count / ((performance.now() - begun) / 1_000)
}

async function barePostgres(database: string): Promise<Bare> {
  const client = new pg.Client(database)
  await client.connect()
  await client.query('create table bare (id bigint primary key, text text not null)')
  let begun = performance.now()
  for (let id = 0; id < ENTRIES; id += ROWS_PER_TRANSACTION) {
    const ids = Array.from({ length: ROWS_PER_TRANSACTION }, (_, n) => id + n)
    await client.query('begin')
    await client.query({
      name: 'bare',
      text: 'insert into bare (id, text) select * from unnest($1::bigint[], $2::text[])',
      values: [ids, ids.map(row)],
    })
    await client.query('commit')
  }
  const inserts = ENTRIES / ((performance.now() - begun) / 1_000)
  begun = performance.now()
  for (let n = 0; n < READS; n++)
    await client.query({
      name: 'one',
      text: "select body from records where kind = 'job' and id = $1",
      values: [jobId(1 + ((n * 7_919) % JOBS))],
    })
  const selects = READS / ((performance.now() - begun) / 1_000)
  await client.end()
  return { inserts, selects }
}
