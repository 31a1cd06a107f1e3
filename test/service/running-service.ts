import { readFileSync, rmSync } from 'node:fs'
import { request } from 'node:https'
import type { Caller } from '../../src/service/caller.ts'
import { type RunningService, type ServiceOptions, startService } from '../../src/service/start-service.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { runFolder } from '../fixtures/run-folder.ts'
import { must, SUBSCRIPTION } from './service-under-test.ts'

/** Tokens every running test service trusts. */
const TRUSTED: ReadonlyMap<string, Caller> = new Map([
  ['customer-token', { role: 'customer', subscription: SUBSCRIPTION, actor: 'test-customer' }],
  ['station-token', { role: 'station', actor: 'test-station' }],
  ['operator-token', { role: 'operator', actor: 'test-operator' }],
])

/** A service on a real TLS listener, with a data folder of its own. */
export async function runService(more: Partial<ServiceOptions> = {}) {
  const dataDir = more.dataDir ?? runFolder('running')
  const clock = new FakeClock()
  const service: RunningService = must(
    await startService({
      dataDir,
      port: 0,
      trusted: TRUSTED,
      clock,
      ids: systemIds(clock),
      log: new FakeLog(),
      ...more,
    }),
  )
  return {
    ...service,
    dataDir,
    clock,
    ca: readFileSync(service.caPath, 'utf8'),
    async end() {
      await service.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** One request to a running service, by default as its customer. */
export function ask(
  { url, ca }: { readonly url: string; readonly ca: string },
  method: string,
  path: string,
  body?: unknown,
  token = 'customer-token',
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const asked = request(new URL(path, url), { ca, method, headers, agent: false }, (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      )
    })
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}
