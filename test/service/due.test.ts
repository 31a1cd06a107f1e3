import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { event } from '../../src/lifecycle/events.ts'
import { sweep } from '../../src/service/due/sweep.ts'
import { Dock } from './dock-stories.ts'
import { drive, importJob, Lane, PARCEL, ServiceUnderTest, SUBSCRIPTION } from './service-under-test.ts'

const DAY_MS = 86_400_000

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

const later = (days: number) => service.clock.now() + days * DAY_MS
const look = async (at: number) => (await sweep(service.world, { at, apply: false })).due
const apply = async (at: number) => (await sweep(service.world, { at, apply: true })).due
const announce = { properties: { state: 'Shipping', deliveryPackage: PARCEL } }

describe('what falls due', () => {
  test('a job in Creating is deleted 14 days after its last update, not a moment earlier', async () => {
    await service.put('j', importJob())
    expect(await look(later(14) - 1)).toEqual([])
    const [due] = await look(later(14))
    expect(due).toMatchObject({
      kind: 'creating-expires',
      does: 'automatic',
      at: later(14),
      applied: false,
      job: { subscription: SUBSCRIPTION, group: 'harbor-rg', name: 'j' },
    })
    expect((await service.get('j')).status).toBe(200)
    expect(await apply(later(14))).toMatchObject([{ kind: 'creating-expires', applied: true }])
    expect((await service.get('j')).status).toBe(404)
    expect(await service.told('job-deleted')).toMatchObject([{ body: { by: 'timer' }, at: later(14) }])
    expect(await service.world.store.read((tx) => tx.personalToErase(1))).toEqual([])
    expect(await apply(later(20))).toEqual([])
  })

  test('any update starts the wait anew', async () => {
    await service.put('j', importJob())
    service.clock.advance(10 * DAY_MS)
    await service.patch('j', { properties: { logLevel: 'Verbose' } })
    expect(await look(later(13))).toEqual([])
    expect(await look(later(14))).toHaveLength(1)
  })

  test('an overdue package: drives NeverReceived, a notice, a case; closing is only proposed', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    expect(await apply(later(14))).toMatchObject([{ kind: 'shipping-overdue', applied: true }])
    const { body } = await service.get('j')
    expect(body.properties.state).toBe('Shipping')
    expect(body.properties.driveList?.map((d) => d.state)).toEqual(['NeverReceived', 'NeverReceived'])
    expect((await service.told()).map(({ kind }) => kind).slice(2)).toEqual([
      'shipping-overdue-noticed',
      'drive-missed',
      'drive-missed',
      'case-opened',
    ])
    expect(await apply(later(15))).toEqual([])
    const proposed = await apply(later(44))
    expect(proposed).toMatchObject([{ kind: 'unanswered-closes', does: 'proposal', applied: false }])
    expect((await service.get('j')).body.properties.state).toBe('Shipping')
    const job = await service.jobId('j')
    const lane = new Lane('dock-1')
    await service.push('dock-1', [lane.write(event('job-went-unanswered', { job }))])
    expect((await service.get('j')).body.properties.state).toBe('Closed')
  })

  test('an extension starts the wait anew and the second notice finds the case open', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    await apply(later(14))
    const job = await service.jobId('j')
    const lane = new Lane('dock-1')
    const at = later(16)
    service.clock.advance(16 * DAY_MS)
    await service.push('dock-1', [lane.write(event('wait-extended', { job }), { at })])
    expect(await look(at + 14 * DAY_MS - 1)).toEqual([])
    expect(await apply(at + 14 * DAY_MS)).toMatchObject([{ kind: 'shipping-overdue', applied: true }])
    expect(await service.told('case-opened')).toHaveLength(1)
    expect(await service.told('shipping-overdue-noticed')).toHaveLength(2)
  })

  test('part of a package: the missing drive is given up and the job goes on', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('j'))
    await dock.tell(dock.opened(), dock.received('QZ71M0042'), dock.closed())
    expect((await service.get('j')).body.properties.state).toBe('Shipping')
    await apply(later(14))
    expect((await service.get('j')).body.properties).toMatchObject({
      state: 'Received',
      driveList: [{ state: 'Received' }, { state: 'NeverReceived' }],
    })
  })

  test('an ended job is deleted after 90 days', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('j'))
    await dock.tell(dock.opened(), dock.received('QZ71M0042'), dock.received('QZ71M0043'), dock.closed())
    await dock.tell(...dock.copied('QZ71M0042'), ...dock.copied('QZ71M0043'))
    await dock.tell(...dock.packed('QZ71M0042', 'QZ71M0043'), dock.labelled(), ...dock.sent())
    const ended = (await service.record('job', dock.job))?.endedAt ?? 0
    expect(await look(ended + 90 * DAY_MS - 1)).toEqual([])
    expect(await apply(ended + 90 * DAY_MS)).toMatchObject([{ kind: 'ended-job-deleted', applied: true }])
    expect((await service.get('j')).status).toBe(404)
  })

  test('goals are shown and never carried out; the list is by time', async () => {
    await service.put('early', importJob({ driveList: [] }))
    service.clock.advance(1_000)
    await service.put('late', importJob())
    await service.patch('late', announce)
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('late'))
    await dock.tell(dock.opened(), dock.received('QZ71M0042'), dock.received('QZ71M0043'), dock.closed())
    const due = await apply(later(30))
    expect(due.map(({ kind, applied }) => [kind, applied])).toEqual([
      ['copy-goal-green', false],
      ['copy-goal-red', false],
      ['creating-expires', true],
    ])
  })

  test('two sweeps at once do each thing once', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    const both = await Promise.all([apply(later(14)), apply(later(14))])
    expect(both.flat().filter(({ applied }) => applied)).toHaveLength(1)
    expect(await service.told('shipping-overdue-noticed')).toHaveLength(1)
  })

  test('a sweep that is overtaken by the customer does nothing', async () => {
    await service.put('j', importJob())
    const at = later(14)
    const stale = await service.world.store.read((tx) => tx.recordsDue(at, 10))
    expect(stale).toHaveLength(1)
    service.clock.advance(13 * DAY_MS)
    await service.patch('j', { tags: { still: 'packing' } })
    vi.spyOn(service.world.store, 'read').mockResolvedValueOnce(stale)
    expect(await apply(at)).toMatchObject([{ kind: 'creating-expires', applied: false }])
    expect((await service.get('j')).status).toBe(200)
  })

  test('a job that was called off ends when nothing has come by the end of the wait', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    await service.patch('j', { properties: { cancelRequested: true } })
    expect(await look(later(14) - 1)).toEqual([])
    expect(await apply(later(14))).toMatchObject([
      { kind: 'cancelled-ends', applied: true, next: expect.stringContaining('ends as Completed') },
    ])
    expect((await service.get('j')).body.properties.state).toBe('Completed')
    expect((await service.told()).map(({ kind }) => kind).at(-1)).toBe('nothing-coming')
    expect(await apply(later(14 + 90))).toMatchObject([{ kind: 'ended-job-deleted', applied: true }])
    // It has left the API; its story is in the journal.
    expect((await service.get('j')).status).toBe(404)
    expect((await service.told()).map(({ kind }) => kind)).toContain('job-put')
  })

  test('also when the notice had gone out before; but not while one of its drives is here', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    await apply(later(14))
    await service.patch('j', { properties: { cancelRequested: true } })
    expect(await apply(later(14))).toMatchObject([{ kind: 'cancelled-ends', applied: true }])
    await service.put('k', importJob({ driveList: [drive('K1'), drive('K2')] }))
    const parcel = { ...PARCEL, trackingNumber: '77K' }
    await service.patch('k', { properties: { state: 'Shipping', deliveryPackage: parcel } })
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('k'))
    await dock.tell(dock.opened('77K'), dock.received('K1'))
    await service.patch('k', { properties: { cancelRequested: true } })
    await apply(later(14))
    expect((await service.get('k')).body.properties).toMatchObject({
      state: 'Shipping',
      driveList: [{ state: 'Received' }, { state: 'NeverReceived' }],
    })
    await dock.tell(dock.closed(true))
    expect((await service.get('k')).body.properties.state).toBe('Packaging')
  })

  test('a drive nobody announced: reach, return, and destroy only after a contact; any answer stops it', async () => {
    const lane = new Lane('dock-1')
    const push = async (...events: Parameters<Lane['write']>[0][]) => {
      lane.known = (await service.pull('dock-1')).cursor
      const at = service.clock.now()
      return service.push(
        'dock-1',
        events.map((one) => lane.write(one, { at })),
      )
    }
    const from = service.clock.now()
    await push(event('case-opened', { case: 'c1', reason: 'unannounced', serial: 'X1' }))
    expect(await look(from + 14 * DAY_MS - 1)).toEqual([])
    expect(await apply(from + 14 * DAY_MS)).toMatchObject([
      { kind: 'reach-the-customer', does: 'goal', applied: false },
      { kind: 'return-unannounced', does: 'proposal', applied: false },
    ])
    service.clock.advance(20 * DAY_MS)
    await push(event('case-contacted', { case: 'c1' }))
    const contacted = service.clock.now()
    const kinds = async (at: number) => (await apply(at)).map(({ kind }) => kind)
    expect(await kinds(contacted + 90 * DAY_MS - 1)).not.toContain('destroy')
    expect(await kinds(contacted + 90 * DAY_MS)).toContain('destroy')
    await push(event('case-answered', { case: 'c1' }))
    expect(await kinds(contacted + 900 * DAY_MS)).toEqual([])
  })
})

describe("a station's clock", () => {
  const years = 365 * DAY_MS

  test.each([
    ['is in 1970', () => 5],
    ['runs twenty years ahead', () => service.clock.now() + 20 * years],
  ])('that %s neither deletes a job nor keeps it for ever, and blocks nothing', async (_, wrong) => {
    await service.put('j', importJob({ driveList: [drive('A1')] }))
    await service.patch('j', announce)
    service.clock.advance(3_600_000)
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('j'))
    const steps = [
      dock.opened(),
      dock.received('A1'),
      dock.closed(),
      ...dock.copied('A1'),
      ...dock.packed('A1'),
    ]
    for (const one of [...steps, dock.labelled(), ...dock.sent()]) {
      dock.lane.known = (await service.pull('dock-1')).cursor
      const { answers } = await service.push('dock-1', [dock.lane.write(one, { at: wrong() })])
      expect(answers).toMatchObject([{ answer: 'accepted' }])
    }
    const ended = await service.record('job', dock.job)
    expect(ended).toMatchObject({ state: 'Completed', endedAt: service.clock.now() })
    expect(await look(later(90) - 1)).toEqual([])
    expect(await apply(later(90))).toMatchObject([{ kind: 'ended-job-deleted', applied: true }])
    // The station is told the times that count.
    const [told] = await service.told('consequence-refused')
    expect(told?.body).toMatchObject({ code: 'overtaken', station: 'dock-1' })
  })

  test('that is right, and was away for a week, is believed', async () => {
    const job = await service.shippingJob()
    const dock = new Dock(service, new Lane('dock-1'), job)
    dock.lane.known = (await service.pull('dock-1')).cursor
    const opened = service.clock.now() + 3_600_000
    const entry = dock.lane.write(dock.opened(), { at: opened })
    service.clock.advance(7 * DAY_MS)
    await service.push('dock-1', [entry])
    expect(await service.record('arrival', 'arrival-1')).toMatchObject({ openedAt: opened })
    expect(await service.told('consequence-refused')).toEqual([])
  })
})
