/**
 * A station with a real ledger, for measurements: comes into step with the service at URL once, records ENTRIES entries while
 * offline, prints `recorded`, waits for a line, then sends them through LINK and prints how long it took, as JSON.
 * `node station-program.ts URL LINK FOLDER ENTRIES`
 */
import { createInterface } from 'node:readline'
import type { NewEvent } from '../../../src/ledger/ledger.ts'
import { openLedger } from '../../../src/ledger/open.ts'
import type { Outcome } from '../../../src/lifecycle/outcome.ts'
import { exchange } from '../../../src/sync/exchange.ts'
import { createHttpSyncApi } from '../../../src/sync/http-sync-api.ts'
import { systemClock, systemTimers } from '../../../src/system/clock.ts'
import { systemIds } from '../../../src/system/ids.ts'
import { FakeLog } from '../../fakes/log.ts'
import { packageEvents } from './traffic.ts'

/** Recorded in one transaction: a day's work has to be there quickly. */
const AT_ONCE = 2_000

const [url = '', link = '', folder = '', entries = '0'] = process.argv.slice(2)
const ledger = must(
  openLedger({
    folder,
    station: 'dock-offline',
    clock: systemClock,
    ids: systemIds(systemClock),
    log: new FakeLog(),
  }),
)
await inStep(url)
const waiting: NewEvent[] = []
for (let recorded = 0, job = 1; recorded < Number(entries); ) {
  while (waiting.length < AT_ONCE)
    waiting.push(...(packageEvents('dock-offline', job++, recorded + waiting.length) as NewEvent[]))
  const events = waiting.splice(0, Math.min(AT_ONCE, Number(entries) - recorded))
  must(ledger.decide({}, 'bench', () => ({ events, result: undefined })))
  recorded += events.length
}
console.log('recorded')
for await (const _line of createInterface({ input: process.stdin })) break
const before = process.cpuUsage()
const begun = performance.now()
await inStep(link)
const used = process.cpuUsage(before)
console.log(
  JSON.stringify({
    ms: performance.now() - begun,
    cpuMs: (used.user + used.system) / 1_000,
    unsent: ledger.unsent(1).length,
  }),
)
ledger.close()

async function inStep(at: string): Promise<void> {
  const api = must(createHttpSyncApi({ url: at, token: 'station', timers: systemTimers }))
  const end = await exchange(api, ledger, { greet: true })
  api.close()
  if (end.outcome !== 'in-step') throw new Error(JSON.stringify(end))
}

function must<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value
  throw new Error(`${outcome.failure.code}: ${outcome.failure.sentence}`)
}
