/**
 * Twenty stations push a million entries through a proxy that loses 30 % of the requests and 30 % of the answers, delivers
 * some twice and some late, behind others. In the end the service's history is the stations' journals: every line is
 * compared, in order. On each store. ENTRIES=n changes the size, TALLYDOCK_SEED=n replays a run. Says how fast the first
 * and the last tenth went, too: the log does not slow down as it grows.
 */
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import pg from 'pg'
import { NO_HASH } from '../../src/contract/entry.ts'
import { EXCHANGE_VERSION, MOST_ENTRIES_PER_PUSH, type WireEntry } from '../../src/contract/exchange.ts'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { LossyProxy } from '../fixtures/lossy-proxy.ts'
import { fillJobs } from './service/jobs.ts'
import { onEachStore, type Rig, startServiceProgram, tell } from './service/rig.ts'
import { Journal, jobsOf } from './service/traffic.ts'

const ENTRIES = Number(process.env.ENTRIES ?? 1_000_000)
const SEED = Number(process.env.TALLYDOCK_SEED ?? randomInt(2 ** 31))
const STATIONS = 20
const JOBS = 10_000
const LOSSES = { requests: 0.3, answers: 0.3, twice: 0.05, late: 0.05 }
const EACH = Math.ceil(ENTRIES / STATIONS)

/** A station's journal with the hashes of all it wrote, and the texts the service has not answered. */
class Station {
  readonly journal: Journal
  readonly hashes: string[] = []
  #unanswered: WireEntry[] = []
  #confirmed = 0

  constructor(i: number, known: number) {
    this.journal = new Journal(`dock-${i}`, i + 1, jobsOf(i, STATIONS, JOBS))
    this.journal.known = { cursor: known, chain: NO_HASH }
  }

  get done(): boolean {
    return this.#confirmed === EACH
  }

  batch(): WireEntry[] {
    while (this.#unanswered.length < MOST_ENTRIES_PER_PUSH && this.hashes.length < EACH) {
      const entry = this.journal.next()
      this.hashes.push(entry.hash)
      this.#unanswered.push(entry)
    }
    return this.#unanswered
  }

  answered(head: { readonly seq: number; readonly hash: string }): number {
    if (head.seq > 0 && this.hashes[head.seq - 1] !== head.hash)
      throw new Error('the service holds another entry')
    const more = head.seq - this.#confirmed
    this.#unanswered = this.#unanswered.slice(more)
    this.#confirmed = head.seq
    return more
  }
}

await onEachStore(async (rig) => {
  await fillJobs(rig, JOBS)
  const service = await startServiceProgram(rig)
  const proxy = await LossyProxy.before(service.url, SEED, LOSSES)
  const direct = createHttpSyncApi({ url: service.url, token: 'station', timers: systemTimers })
  const api = createHttpSyncApi({ url: proxy.url, token: 'station', timers: systemTimers })
  if (!direct.ok || !api.ok) throw new Error('no way to the service')
  const pulled = await direct.value.pull('nobody', 0, 500)
  if (!pulled.ok) throw new Error(pulled.failure.sentence)
  const stations = Array.from({ length: STATIONS }, (_, i) => new Station(i, pulled.value.cursor))

  const begun = performance.now()
  const seconds = () => (performance.now() - begun) / 1_000
  let confirmed = 0
  let firstTenthS = 0
  let lastTenthFrom = 0
  await Promise.all(
    stations.map(async (station) => {
      while (!station.done) {
        const { station: name } = station.journal
        const pushed = await api.value.push({
          version: EXCHANGE_VERSION,
          station: name,
          entries: station.batch(),
        })
        if (!pushed.ok) continue
        const odd = pushed.value.answers.find(({ answer }) => answer === 'different' || answer === 'refused')
        if (odd !== undefined) throw new Error(JSON.stringify(odd))
        confirmed += station.answered(pushed.value.head)
        if (firstTenthS === 0 && confirmed >= ENTRIES * 0.1) firstTenthS = seconds()
        if (lastTenthFrom === 0 && confirmed >= ENTRIES * 0.9) lastTenthFrom = seconds()
      }
    }),
  )
  const tookS = seconds()
  await proxy.deliverLate()
  const { counts } = proxy
  api.value.close()
  direct.value.close()
  await proxy.close()
  await service.stop()
  const wrong = await compare(rig, stations)
  if (wrong !== undefined) throw new Error(`${wrong} (seed ${SEED})`)
  tell({
    figure: 'exactly-once',
    store: rig.store,
    unit: 'entries',
    value: STATIONS * EACH,
    lost: 0,
    twice: 0,
    seed: SEED,
    seconds: Math.round(tookS),
    requests: counts.requests,
    requestsLost: counts.requestsLost,
    answersLost: counts.answersLost,
    deliveredTwice: counts.twice,
    deliveredLate: counts.late,
    firstTenthPerS: Math.round((ENTRIES * 0.1) / firstTenthS),
    lastTenthPerS: Math.round((ENTRIES * 0.1) / (tookS - lastTenthFrom)),
  })
})

interface Line {
  readonly cursor: number
  readonly station: string
  readonly seq: number
  readonly hash: string
}

/** What of the service's history is not the stations' journals. */
async function compare(rig: Rig, stations: readonly Station[]): Promise<string | undefined> {
  const next = new Map(stations.map((station) => [station.journal.station, { station, seq: 0 }]))
  let cursor = 0
  for await (const line of linesOf(rig)) {
    cursor += 1
    if (line.cursor !== cursor) return `cursor ${cursor} is missing`
    const lane = next.get(line.station)
    if (lane === undefined) continue
    lane.seq += 1
    if (line.seq !== lane.seq || line.hash !== lane.station.hashes[lane.seq - 1])
      return `${line.station} ${line.seq} is not what was written`
  }
  for (const [name, { seq }] of next) if (seq !== EACH) return `${name} has ${seq} entries of ${EACH}`
  return undefined
}

async function* linesOf({ dataDir, database }: Rig): AsyncGenerator<Line> {
  const columns = 'cursor, station, seq, hash'
  if (database === undefined) {
    const db = new Database(join(dataDir, 'service.sqlite'), { readonly: true })
    yield* db.prepare<[], Line>(`select ${columns} from change_log order by cursor`).iterate()
    db.close()
    return
  }
  const client = new pg.Client(database)
  await client.connect()
  for (let after = 0; ; ) {
    const sql = `select ${columns} from change_log where cursor > $1 order by cursor limit 10000`
    const { rows } = await client.query<Record<keyof Line, string>>(sql, [after])
    for (const row of rows)
      yield { cursor: Number(row.cursor), station: row.station, seq: Number(row.seq), hash: row.hash }
    const last = rows.at(-1)
    if (last === undefined) break
    after = Number(last.cursor)
  }
  await client.end()
}
