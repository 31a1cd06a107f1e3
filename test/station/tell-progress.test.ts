import { describe, expect, test, vi } from 'vitest'
import type { CopyProgress } from '../../src/contract/copy-messages.ts'
import { PROGRESS_EVERY_MS } from '../../src/contract/exchange.ts'
import { TellProgress } from '../../src/station/tell-progress.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { openDock, record } from '../ledger/dock.ts'
import { happened, ready, received } from '../ledger/tellings.ts'

/** A station that copies WD1. */
function copying() {
  const ledger = openDock()
  record(ledger, ...ready('j1', ['WD1']), received('j1', 'WD1', 'a-j1'))
  record(
    ledger,
    happened('arrival-closed', { arrival: 'a-j1', short: false }),
    happened('copy-began', { copy: 'c', job: 'j1', serial: 'WD1', direction: 'import', proof: 'manifest' }),
    happened('copy-moved', { copy: 'c', move: 'began' }),
  )
  const service = new FakeSyncService()
  const clock = new FakeClock()
  const progress = { done: 0, total: 1_000 }
  const progressOf = (): CopyProgress => ({
    phase: 'copying',
    bytesDone: progress.done,
    bytesTotal: progress.total,
    filesDone: 0,
    filesTotal: 1,
  })
  const parts = { station: 'dock-1', ledger, api: service, timers: clock, log: new FakeLog() }
  const telling = new TellProgress({ ...parts, progressOf })
  /** Lets the next report go out, or not. */
  const pass = async () => {
    clock.advance(PROGRESS_EVERY_MS)
    await vi.waitFor(() => expect(clock.waitsMs).toHaveLength(1))
  }
  const told = () =>
    service.progress.flatMap(({ drives }) => drives.map(({ percent, bytes }) => [percent, bytes]))
  return { ledger, service, clock, progress, telling, pass, told }
}

describe('the progress of running copies', () => {
  test('is told every five seconds, when there is something new', async () => {
    const { progress, pass, told, service, clock, telling } = copying()
    progress.done = 333
    clock.advance(PROGRESS_EVERY_MS - 1)
    expect(service.progress).toEqual([])
    await pass()
    await pass()
    expect(told()).toEqual([[33, 333]])
    progress.done = 1_000
    await pass()
    expect(told()).toEqual([
      [33, 333],
      [100, 1_000],
    ])
    await telling.close()
    expect(clock.waitsMs).toEqual([])
  })

  test('that cannot be told is dropped; the next report says more', async () => {
    const { progress, pass, told, service, telling } = copying()
    progress.done = 100
    service.failNext(1)
    await pass()
    progress.done = 200
    await pass()
    expect(told()).toEqual([[20, 200]])
    await telling.close()
  })

  test('is not told while the manifest is read, nor once the copy has ended', async () => {
    const { progress, pass, told, ledger, telling } = copying()
    progress.total = 0
    await pass()
    Object.assign(progress, { done: 5, total: 10 })
    record(ledger, happened('copy-moved', { copy: 'c', move: 'lost' }))
    await pass()
    expect(told()).toEqual([])
    await telling.close()
  })
})
