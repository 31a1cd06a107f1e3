/**
 * The service as a program of its own for measurements: the whole application behind plain HTTP on loopback, so that what
 * is measured is the service and its database, not the certificate. `node service-program.ts DATA_DIR [DATABASE_URL]`
 * prints `ready PORT` and ends when its input does. Tokens: `station` and `customer`, without limits of rate.
 */
import type { Caller } from '../../../src/service/caller.ts'
import { createApp } from '../../../src/service/http/app.ts'
import { openWorld } from '../../../src/service/open-world.ts'
import { systemClock, systemTimers } from '../../../src/system/clock.ts'
import { systemIds } from '../../../src/system/ids.ts'
import { FakeLog } from '../../fakes/log.ts'
import { SUBSCRIPTION } from './jobs.ts'

const [dataDir = '', database] = process.argv.slice(2)
const opened = await openWorld({
  dataDir,
  database,
  clock: systemClock,
  timers: systemTimers,
  ids: systemIds(systemClock),
  log: new FakeLog(),
})
if (!opened.ok) throw new Error(opened.failure.sentence)
const rate = { burst: 1e9, perSecond: 1e9 }
const trusted: ReadonlyMap<string, Caller> = new Map([
  ['station', { role: 'station', actor: 'bench-station' }],
  ['customer', { role: 'customer', subscription: SUBSCRIPTION, actor: 'bench-customer' }],
])
const app = createApp(opened.value, { trusted, rates: { token: rate, stranger: rate } })
const address = await app.listen({ port: 0, host: '127.0.0.1' })
console.log(`ready ${new URL(address).port}`)
process.stdin.on('end', async () => {
  await app.close()
  await opened.value.store.close()
})
process.stdin.resume()
