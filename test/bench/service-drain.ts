/**
 * A station that was offline with a full outbox comes back over a slow link: how long until everything is answered, and
 * what a customer's Get Job takes meanwhile (asked 50 times a second, past the link). The station has a real ledger. On
 * each store. ENTRIES=n changes the size, DELAY_MS=n what every byte takes each way.
 */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { Link } from '../fixtures/postgres/link.ts'
import { fillJobs, jobPath } from './service/jobs.ts'
import {
  cpuMs,
  get,
  onEachStore,
  percentile,
  type ServiceProgram,
  startServiceProgram,
  tell,
} from './service/rig.ts'

const ENTRIES = Number(process.env.ENTRIES ?? 100_000)
/** A round trip over the link takes twice this. */
const DELAY_MS = Number(process.env.DELAY_MS ?? 25)
const JOBS = 10_000
const ASK_EVERY_MS = 20
const TARGET = { drainS: 60, getJobP99Ms: 50 }

await onEachStore(async (rig) => {
  await fillJobs(rig, JOBS)
  const service = await startServiceProgram(rig)
  const link = await Link.to('127.0.0.1', service.port, { delayMs: DELAY_MS })
  const folder = join(rig.dataDir, 'station')
  mkdirSync(folder)
  const station = spawn(
    process.execPath,
    [
      join(import.meta.dirname, 'service', 'station-program.ts'),
      service.url,
      `http://127.0.0.1:${link.port}`,
      folder,
      String(ENTRIES),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: station.stdout })[Symbol.asyncIterator]()
  const next = async () => String((await lines.next()).value)
  if ((await next()) !== 'recorded') throw new Error('the station did not get ready')
  const quiet = await asking(service, pause(3_000))
  const before = cpuMs(service.pid)
  station.stdin.write('go\n')
  const drained = next()
  const during = await asking(service, drained)
  const {
    ms,
    cpuMs: stationCpuMs,
    unsent,
  } = JSON.parse(await drained) as Record<'ms' | 'cpuMs' | 'unsent', number>
  if (unsent > 0) throw new Error('the outbox is not empty')
  tell({
    figure: 'service-drain',
    store: rig.store,
    unit: 's',
    value: Math.round(ms / 100) / 10,
    target: TARGET.drainS,
    entries: ENTRIES,
    roundTripMs: 2 * DELAY_MS,
    serviceCpuS: Math.round((cpuMs(service.pid) - before) / 100) / 10,
    stationCpuS: Math.round(stationCpuMs / 100) / 10,
  })
  tell({
    figure: 'service-get-job-during-drain',
    store: rig.store,
    unit: 'ms',
    p50: percentile(during, 0.5),
    p99: percentile(during, 0.99),
    target: TARGET.getJobP99Ms,
    quietP99: percentile(quiet, 0.99),
    asked: during.length,
  })
  station.stdin.end()
  await link.close()
  await service.stop()
})

/** Asks for a job every 20 ms until `over`, whether the one before was answered or not. */
async function asking(service: ServiceProgram, over: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  const underWay: Promise<void>[] = []
  let going = true
  const ended = over.finally(() => {
    going = false
  })
  for (let n = 0; going; n++) {
    const asked = get(service.url, jobPath(1 + ((n * 7_919) % JOBS))).then(({ status, ms }) => {
      if (status !== 200) throw new Error(`Get Job answered ${status}`)
      times.push(ms)
    })
    underWay.push(asked)
    await pause(ASK_EVERY_MS)
  }
  await Promise.all(underWay)
  await ended
  return times
}
