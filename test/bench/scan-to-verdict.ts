/**
 * From a scan's text to its verdict, durable commit included, on a ledger of 1,000,000 drives in 100,000 jobs.
 * JOBS=n in the environment makes it smaller.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openLedger } from '../../src/ledger/open.ts'
import { createReceiveScan } from '../../src/station/receive-scan.ts'
import { readSentences } from '../../src/station/sentences.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { systemLog } from '../../src/system/log.ts'
import { fillLedger, serialOf, trackingOf } from './ledger/fill-ledger.ts'

const JOBS = Number(process.env.JOBS ?? 100_000)
const DRIVES_PER_JOB = 10
const WAITING = 200

const folder = mkdtempSync(join(tmpdir(), 'tallydock-bench-'))
try {
  fillLedger({ folder, jobs: JOBS, drivesPerJob: DRIVES_PER_JOB, waiting: WAITING, station: 'dock-1' })
  const ids = systemIds(systemClock)
  const log = systemLog({ level: 'error' })
  const opened = openLedger({ folder, station: 'dock-1', clock: systemClock, ids, log })
  if (!opened.ok) throw new Error(opened.failure.sentence)
  const ledger = opened.value
  // The site of the filled jobs, whatever it is called.
  const site = ledger.find('job', 'state', 'Shipping', { limit: 1 })[0]?.site
  if (site === undefined) throw new Error('The filled ledger has no job that waits.')
  const receiveScan = createReceiveScan({
    ledger,
    site,
    clock: systemClock,
    ids,
    log,
    speak: readSentences('en'),
    people: { any: () => false, known: () => undefined, isPinOf: () => false },
    serviceNow: () => systemClock.now(),
    onWritten: () => undefined,
  })
  const verdicts = new Map<string, number>()
  const timesMs: number[] = []
  const scan = (text: string) => {
    const before = process.hrtime.bigint()
    const { verdict } = receiveScan(text, ids.uuid(), 'bench')
    timesMs.push(Number(process.hrtime.bigint() - before) / 1e6)
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
  }
  for (let job = JOBS - WAITING; job < JOBS; job++) {
    scan(trackingOf(job))
    for (let drive = 0; drive < DRIVES_PER_JOB; drive++) scan(serialOf(job, drive))
  }
  ledger.close()
  timesMs.sort((a, b) => a - b)
  const at = (share: number) => Number((timesMs[Math.floor(share * (timesMs.length - 1))] ?? 0).toFixed(2))
  console.log(
    JSON.stringify({
      figure: 'scan-to-verdict',
      unit: 'ms',
      jobs: JOBS,
      drives: JOBS * DRIVES_PER_JOB,
      scans: timesMs.length,
      p50: at(0.5),
      p99: at(0.99),
      max: at(1),
      verdicts: Object.fromEntries(verdicts),
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}
