import { describe, expect, test } from 'vitest'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import { type SyncLoopParts, type SyncStatus, startSync } from '../../src/sync/sync-loop.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { openDock, record } from '../ledger/dock.ts'
import { jobPut, scanned } from '../ledger/tellings.ts'

/** A station whose loop runs on time that only passes when told to. */
function station(parts: Partial<SyncLoopParts<never, never>> = {}) {
  const service = new FakeSyncService()
  const ledger = openDock()
  const clock = new FakeClock(service.now - 90_000)
  const log = new FakeLog()
  const told: SyncStatus[] = []
  const begin = () =>
    startSync({
      api: service,
      ledger,
      clock,
      timers: clock,
      ids: new CountingIds(),
      log,
      onStatus: (status) => told.push(status),
      ...(parts as object),
    })
  return { service, ledger, clock, log, told, begin }
}

/** Lets everything that needs no time happen. */
async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}

describe('the loop', () => {
  test('greets the service at once, then polls', async () => {
    const { service, clock, begin } = station()
    const loop = begin()
    expect(loop.status).toEqual({ state: 'starting' })
    await settled()
    expect(service.calls).toEqual(['push', 'pull'])
    clock.advance(4_999)
    await settled()
    expect(service.calls).toHaveLength(2)
    clock.advance(1)
    await settled()
    expect(service.calls).toEqual(['push', 'pull', 'pull'])
  })

  test('says how far the service’s clock is ahead', async () => {
    const { clock, begin } = station()
    const loop = begin()
    await settled()
    expect(loop.status).toEqual({ state: 'in-step', at: clock.now(), clockAheadMs: 90_000 })
  })

  test('sends at once when nudged, also in the middle of a round', async () => {
    const { service, ledger, begin } = station()
    const loop = begin()
    await settled()
    record(ledger, scanned('s1'))
    loop.nudge()
    record(ledger, scanned('s2'))
    loop.nudge()
    await settled()
    expect(ledger.unsentCount()).toBe(0)
    record(ledger, scanned('s3'))
    loop.nudge()
    await settled()
    expect(service.lane('dock-1')).toHaveLength(3)
  })

  test('brings what others did, and tells of it', async () => {
    const changed: string[] = []
    const { service, begin } = station({
      onReceived: (received: { changed: readonly { id: string }[] }) =>
        changed.push(...received.changed.map((r) => r.id)),
    } as never)
    service.order(jobPut('j1', ['WD1']) as LifeEvent)
    begin()
    await settled()
    expect(changed).toEqual(['j1', 'j1/WD1'])
  })

  test('waits longer and longer while the service is away, and is not hurried by scans', async () => {
    const { service, ledger, clock, log, begin } = station()
    service.failNext(4)
    const loop = begin()
    await settled()
    record(ledger, scanned('s1'))
    loop.nudge()
    await settled()
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      expect(loop.status.state).toBe('waiting')
      const [waitMs] = clock.waitsMs
      waits.push(waitMs ?? 0)
      clock.advance(waitMs ?? 0)
      await settled()
    }
    for (const [i, waitMs] of waits.entries()) {
      expect(waitMs).toBeGreaterThan(500 * 2 ** i)
      expect(waitMs).toBeLessThanOrEqual(1_000 * 2 ** i)
    }
    expect(loop.status.state).toBe('in-step')
    expect(ledger.unsentCount()).toBe(0)
    // One line when it began, one when it was over.
    expect(log.lines.map((line) => [line.level, line.facts.code])).toEqual([
      ['warn', 'service-unreachable'],
      ['info', undefined],
    ])
  })

  test('tries at once when a person asks', async () => {
    const { service, clock, begin } = station()
    service.failNext(1)
    const loop = begin()
    await settled()
    expect(loop.status).toMatchObject({ state: 'waiting', nextAt: clock.now() + (clock.waitsMs[0] ?? 0) })
    loop.tryNow()
    await settled()
    expect(loop.status.state).toBe('in-step')
    expect(clock.waitsMs).toEqual([5_000])
  })

  test('asks seldom when only a person can help', async () => {
    const { service, clock, begin } = station()
    service.failNext(1, 'not-allowed')
    const loop = begin()
    await settled()
    expect(loop.status).toMatchObject({ state: 'waiting', failure: { code: 'not-allowed' } })
    expect(clock.waitsMs[0]).toBeGreaterThan(30_000)
  })

  test('goes on greeting until a round has gone through', async () => {
    const { service, clock, begin } = station()
    service.failNext(1)
    begin()
    await settled()
    clock.advance(1_000)
    await settled()
    expect(service.calls).toEqual(['push', 'pull'])
  })

  test('shows that pushing is stopped', async () => {
    const { service, ledger, begin, told } = station()
    record(ledger, scanned('s1'))
    service.push = async (request) => ({
      ok: true,
      value: {
        version: 1,
        answers: request.entries.map(() => ({ seq: 1, answer: 'different' as const, sentence: 'Another.' })),
        head: { seq: 0, hash: '0'.repeat(64) },
      },
    })
    begin()
    await settled()
    expect(told.at(-1)).toMatchObject({ state: 'stopped', failure: { code: 'journal-differs' } })
  })

  test('outlives a ledger that cannot be read, and shows it', async () => {
    const { ledger, clock, log, begin } = station()
    const cursor = ledger.cursor.bind(ledger)
    ledger.cursor = () => {
      throw new Error('disk I/O error')
    }
    const loop = begin()
    await settled()
    expect(loop.status).toMatchObject({
      state: 'waiting',
      failure: { code: 'sync-broke', detail: 'Error: disk I/O error' },
    })
    expect(log.lines).toHaveLength(1)
    ledger.cursor = cursor
    clock.advance(1_000)
    await settled()
    expect(loop.status.state).toBe('in-step')
  })

  test('ends after the round under way, and sets no timer behind it', async () => {
    const { service, ledger, clock, begin } = station()
    record(ledger, scanned('s1'))
    const loop = begin()
    await loop.stop()
    expect(service.lane('dock-1')).toHaveLength(1)
    expect(clock.waitsMs).toEqual([])
    loop.tryNow()
    loop.nudge()
    await settled()
    expect(service.calls).toEqual(['push', 'pull'])
  })
})
