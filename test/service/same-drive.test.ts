import { expect, test, vi } from 'vitest'
import { FollowService } from '../../src/station/follow-service.ts'
import { createReceiveScan } from '../../src/station/receive-scan.ts'
import { readSentences } from '../../src/station/sentences.ts'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { startSync } from '../../src/sync/sync-loop.ts'
import { systemClock, systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { openDock } from '../ledger/dock.ts'
import { ask, runService } from './running-service.ts'
import { API, drive, importJob, jobPath, must, PARCEL } from './service-under-test.ts'

type Running = Awaited<ReturnType<typeof runService>>

/** A station with its ledger, its scanner and its loop, as an engine wires them. */
function station(service: Running, name: string) {
  const ids = systemIds(systemClock)
  const log = new FakeLog()
  const ledger = openDock({ station: name, ids, clock: systemClock })
  const mint = { uuid: () => ids.uuid(), returnNumber: () => 'TDR-1' }
  const follow = new FollowService({ ledger, clock: systemClock, ids, log, mint })
  const api = must(
    createHttpSyncApi({ url: service.url, token: 'station-token', ca: service.ca, timers: systemTimers }),
  )
  const loop = startSync({
    api,
    ledger,
    clock: systemClock,
    timers: systemTimers,
    ids,
    log,
    onReceived: (received) => {
      follow.received(received)
      if (ledger.unsentCount() > 0) loop.nudge()
    },
  })
  let scans = 0
  const receiveScan = createReceiveScan({
    ledger,
    site: 'homedock',
    clock: systemClock,
    ids,
    log,
    speak: readSentences('en'),
    people: { any: () => false, known: () => undefined, isPinOf: () => false },
    serviceNow: () => systemClock.now(),
    onWritten: () => loop.nudge(),
  })
  const scan = (text: string) => receiveScan(text, `${name}-${++scans}`, 'b-17').verdict
  const cases = () =>
    ledger.find('case', 'state', 'open').filter((one) => one.reason === 'consequence-refused')
  const end = async () => {
    await loop.stop()
    api.close()
  }
  return { ledger, scan, cases, end }
}

const until = (what: () => unknown) =>
  vi.waitFor(() => expect(what()).toBeTruthy(), { timeout: 20_000, interval: 10 })

test('two stations receive one drive in the same second: one Received everywhere, both people told in two', async () => {
  const service = await runService({ timers: systemTimers, clock: systemClock as never })
  const put = async (properties: object) =>
    ask(service, 'PUT', `${jobPath('j')}?${API}`, importJob(properties))
  await put({ driveList: [drive('WX32DA0K4T7N'), drive('WX32DA0K4T8P')] })
  const announced = { properties: { state: 'Shipping', deliveryPackage: PARCEL } }
  await ask(service, 'PATCH', `${jobPath('j')}?${API}`, announced)
  const [one, two] = [station(service, 'dock-1'), station(service, 'dock-2')]
  try {
    for (const { ledger } of [one, two])
      await until(() => ledger.find('job', 'state', 'Shipping').length === 1)
    // When both scan the package's number and the drive before either has heard of the other
    for (const { scan } of [one, two]) expect(scan(PARCEL.trackingNumber)).toBe('arrival-opened')
    for (const { scan } of [one, two]) expect(scan('WX32DA0K4T7N')).toBe('received')
    const at = systemClock.now()
    // Then the drive came once, in one package, and a case says so at both
    const received = (dock: typeof one) => dock.ledger.find('drive', 'serial', 'WX32DA0K4T7N')
    await until(() => one.cases().length === 1 && two.cases().length === 1)
    const took = systemClock.now() - at
    await until(() => JSON.stringify(received(one)) === JSON.stringify(received(two)))
    expect(received(one)).toMatchObject([{ state: 'Received' }])
    expect(one.cases()).toEqual(two.cases())
    expect(one.cases()).toMatchObject([{ serial: 'WX32DA0K4T7N' }])
    expect(took).toBeLessThan(2_000)
  } finally {
    await one.end()
    await two.end()
    await service.end()
  }
})
