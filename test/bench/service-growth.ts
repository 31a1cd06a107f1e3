/**
 * Does the service slow down as its jobs grow in number? The same load (Get Job, the first page of the list, pushes) on
 * 10,000 jobs and on 1,000,000, on each store: p99 stays within twice. SMALL=n and LARGE=n change the sizes.
 */
import { NO_HASH } from '../../src/contract/entry.ts'
import { EXCHANGE_VERSION } from '../../src/contract/exchange.ts'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { fillJobs, jobPath } from './service/jobs.ts'
import { get, onEachStore, percentile, type Rig, round, startServiceProgram, tell } from './service/rig.ts'
import { Journal } from './service/traffic.ts'

const SIZES = [Number(process.env.SMALL ?? 10_000), Number(process.env.LARGE ?? 1_000_000)] as const
/** One each, so that a million jobs fit into minutes. */
const DRIVES = 1
const READS = 3_000
const PUSHES = 400
/** A station that is in step pushes few at a time. */
const ENTRIES_PER_PUSH = 5

type Times = Readonly<Record<'get-job' | 'push', readonly number[]>>

const found = new Map<string, Times>()
for (const size of SIZES)
  await onEachStore(async (rig) => {
    const begun = performance.now()
    await fillJobs(rig, size, DRIVES)
    const fillS = (performance.now() - begun) / 1_000
    const times = await load(rig, size)
    const before = found.get(rig.store)
    found.set(rig.store, times)
    for (const what of ['get-job', 'push'] as const) {
      const p99Ms = percentile(times[what], 0.99)
      const small = before === undefined ? undefined : percentile(before[what], 0.99)
      tell({
        figure: `service-growth-${what}`,
        store: rig.store,
        unit: 'ms',
        p50: percentile(times[what], 0.5),
        p99: p99Ms,
        jobs: size,
        fillS: round(fillS),
        ...(small === undefined ? {} : { timesSmaller: round(p99Ms / small, 2), target: 2 }),
      })
    }
  })

async function load(rig: Rig, jobs: number): Promise<Times> {
  const service = await startServiceProgram(rig)
  const reads: number[] = []
  for (let n = 0; n < READS + 200; n++) {
    const { status, ms } = await get(service.url, jobPath(1 + ((n * 7_919) % jobs)))
    if (status !== 200) throw new Error(`Get Job answered ${status}`)
    if (n >= 200) reads.push(ms)
  }
  const api = createHttpSyncApi({ url: service.url, token: 'station', timers: systemTimers })
  if (!api.ok) throw new Error(api.failure.sentence)
  const pulled = await api.value.pull('nobody', 0, 500)
  if (!pulled.ok) throw new Error(pulled.failure.sentence)
  const step = Math.max(1, Math.floor(jobs / PUSHES))
  const journal = new Journal(
    'dock-1',
    1,
    Array.from({ length: PUSHES }, (_, i) => 1 + i * step),
    DRIVES,
  )
  journal.known = { cursor: pulled.value.cursor, chain: NO_HASH }
  const pushes: number[] = []
  for (let n = 0; n < PUSHES; n++) {
    const entries = Array.from({ length: ENTRIES_PER_PUSH }, () => journal.next())
    const begun = performance.now()
    const answered = await api.value.push({ version: EXCHANGE_VERSION, station: 'dock-1', entries })
    pushes.push(performance.now() - begun)
    if (!answered.ok || answered.value.answers.some(({ answer }) => answer !== 'accepted'))
      throw new Error(JSON.stringify(answered))
  }
  api.value.close()
  await service.stop()
  return { 'get-job': reads, push: pushes }
}
