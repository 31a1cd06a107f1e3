import { mkdtempSync, rmSync } from 'node:fs'
import { get } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { HEARTBEAT_MS } from '../../src/contract/exchange.ts'
import { LiveLog } from '../../src/service/exchange/live-log.ts'
import { openWorld } from '../../src/service/open-world.ts'
import { StoreBusy } from '../../src/service/store/store.ts'
import { createToken, revokeTokens } from '../../src/service/tokens.ts'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { startSync } from '../../src/sync/sync-loop.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { openDock, record, temporaryFolder } from '../ledger/dock.ts'
import { scanned } from '../ledger/tellings.ts'
import { Lane } from '../suites/sync-api.ts'
import { ask, runService } from './running-service.ts'
import { API, importJob, jobPath, must, ServiceUnderTest } from './service-under-test.ts'

type Running = Awaited<ReturnType<typeof runService>>

/** The raw text of a stream, as it comes. */
function listen({ url, ca }: Running, path: string, headers: Record<string, string> = {}) {
  const heard = { status: 0, text: '', over: false, close: (): unknown => undefined }
  const request = get(
    new URL(path, url),
    { ca, agent: false, headers: { authorization: 'Bearer station-token', ...headers } },
    (response) => {
      heard.status = response.statusCode ?? 0
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        heard.text += part
      })
      response.on('close', () => {
        heard.over = true
      })
    },
  )
  request.on('error', () => {
    heard.over = true
  })
  heard.close = () => request.destroy()
  return heard
}
const until = (what: () => unknown) =>
  vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: 20_000, interval: 10 })
const events = (text: string) => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id))

describe('the live stream', () => {
  let service: Running
  beforeEach(async () => {
    service = await runService({ timers: systemTimers })
  })
  afterEach(() => service.end())

  test('tells of others, never of the station itself, and goes on behind the last event', async () => {
    const put = (name: string) => ask(service, 'PUT', `${jobPath(name)}?${API}`, importJob({ driveList: [] }))
    const one = listen(service, '/dock/v1/stream?station=dock-1&after=0')
    await until(() => one.text.includes(': listening'))
    await put('a')
    await until(() => events(one.text).length === 1)
    expect(one.text).toContain('event: changed\ndata: {"version":1,"cursor":1}\n\n')
    const entries = new Lane('dock-1').write(2)
    await ask(
      service,
      'POST',
      '/dock/v1/entries',
      { version: 1, station: 'dock-1', entries },
      'station-token',
    )
    await put('b')
    await until(() => events(one.text).length === 2)
    expect(events(one.text)).toEqual([1, 4])
    // Who comes back names the last event it saw, and hears of what came since at once; or of nothing.
    const again = listen(service, '/dock/v1/stream?station=dock-1&after=0', { 'last-event-id': '1' })
    await until(() => events(again.text).length === 1)
    expect(events(again.text)).toEqual([4])
    const newest = listen(service, '/dock/v1/stream?station=dock-1&after=4')
    await put('c')
    await until(() => events(newest.text).length === 1)
    expect(events(newest.text)).toEqual([5])
  })

  test('is for stations, names its listener, and a token has only a few', async () => {
    const refused = async (path: string, token = 'station-token') =>
      JSON.parse((await ask(service, 'GET', path, undefined, token)).text).error.code
    expect(await refused('/dock/v1/stream?station=d', 'customer-token')).toBe('AuthorizationFailed')
    expect(await refused('/dock/v1/stream')).toBe('InvalidStation')
    expect(await refused('/dock/v1/stream?station=d&after=x')).toBe('InvalidCursor')
    const open = Array.from({ length: 4 }, () => listen(service, '/dock/v1/stream?station=d'))
    await until(() => open.every(({ text }) => text !== ''))
    expect(await refused('/dock/v1/stream?station=d')).toBe('TooManyStreams')
    open[0]?.close()
    await until(async () => {
      const next = listen(service, '/dock/v1/stream?station=d')
      await until(() => next.status !== 0)
      return next.status === 200
    })
  })

  test('ends when the service stops, which does not wait for it', async () => {
    const one = listen(service, '/dock/v1/stream?station=dock-1')
    await until(() => one.text !== '')
    await service.close()
    await until(() => one.over)
  })
})

test('a stream beats, and ends with the token that was revoked', async () => {
  const clock = new FakeClock()
  const service = await runService({ clock, timers: clock })
  const world = must(
    await openWorld({ dataDir: service.dataDir, clock, ids: systemIds(clock), log: new FakeLog() }),
  )
  try {
    const { id, token } = must(await createToken(world, { role: 'station' }))
    const one = listen(service, '/dock/v1/stream?station=dock-1', { authorization: `Bearer ${token}` })
    await until(() => one.text !== '')
    clock.advance(HEARTBEAT_MS)
    await until(() => one.text.includes(': still here'))
    expect(one.over).toBe(false)
    must(await revokeTokens(world, id))
    clock.advance(HEARTBEAT_MS)
    await until(() => one.over)
  } finally {
    await world.store.close()
    await service.end()
  }
})

test('a look that fails is said, and the next one tells', async () => {
  const service = await ServiceUnderTest.open()
  const clock = new FakeClock()
  const live = new LiveLog(service.world.store, clock, service.log)
  const told: number[] = []
  vi.spyOn(service.world.store, 'read').mockRejectedValueOnce(new StoreBusy('held'))
  live.follow({ station: 'dock-1', after: 0, told: (cursor) => told.push(cursor) })
  await until(() => clock.waitsMs.length === 1)
  expect(service.log.lines.some(({ level }) => level === 'warn')).toBe(true)
  await service.put('j', importJob())
  clock.advance(500)
  await until(() => told.length === 1)
  expect(told).toEqual([1])
  await live.close()
  await service.end()
})

describe('two stations with their own loops', () => {
  /** A station that would poll once an hour: what it hears in time, it was told. */
  function station(service: Running, name: string, maker: number) {
    const ledger = openDock({ station: name, ids: new CountingIds(maker), folder: temporaryFolder() })
    const api = must(
      createHttpSyncApi({ url: service.url, token: 'station-token', ca: service.ca, timers: systemTimers }),
    )
    let hears = false
    const listening: typeof api = {
      ...api,
      listen: (who, after, ear) =>
        api.listen?.(who, after, {
          ...ear,
          opened: () => {
            hears = true
            ear.opened()
          },
        }) ?? { close: () => undefined },
    }
    const loop = startSync({
      api: listening,
      ledger,
      clock: systemClock,
      timers: systemTimers,
      ids: systemIds(systemClock),
      log: new FakeLog(),
      pollMs: 3_600_000,
    })
    const end = async () => {
      await loop.stop()
      api.close()
    }
    return { ledger, loop, hears: () => hears, end }
  }

  test.each([
    ['one service', 1],
    ['two services on one database', 2],
  ])('see each other within two seconds through %s', async (_, processes) => {
    const dataDir = mkdtempSync(join(tmpdir(), 'tallydock-live-'))
    const first = await runService({ dataDir, timers: systemTimers, clock: new FakeClock() })
    const second = processes === 1 ? first : await runService({ dataDir, timers: systemTimers })
    const one = station(first, 'dock-1', 1)
    const two = station(second, 'dock-2', 2)
    try {
      await until(() => one.hears() && two.hears())
      const took: number[] = []
      for (let n = 0; n < 5; n++) {
        const [from, to] = n % 2 === 0 ? [one, two] : [two, one]
        const scan = `scan-${n}`
        record(from.ledger, scanned(scan))
        const at = systemClock.now()
        from.loop.nudge()
        await until(() => to.ledger.get('scan', scan))
        took.push(systemClock.now() - at)
      }
      expect(Math.max(...took)).toBeLessThan(2_000)
    } finally {
      await one.end()
      await two.end()
      await first.close()
      await second.close()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
