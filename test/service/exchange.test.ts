import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EXCHANGE_VERSION } from '../../src/contract/exchange.ts'
import { event } from '../../src/lifecycle/events.ts'
import { driveKey } from '../../src/lifecycle/records.ts'
import { Dock } from './dock-stories.ts'
import {
  ADDRESS,
  type ErrorAnswer,
  exportJob,
  importJob,
  Lane,
  look,
  ServiceUnderTest,
} from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

describe('facts and what follows from them', () => {
  test('a package is received, copied and sent home by what a station tells', async () => {
    const dock = new Dock(service, new Lane('dock-1'), await service.shippingJob())
    const state = async () => (await service.get('j')).body.properties.state
    await dock.tell(dock.opened(), dock.received('QZ71M0042'))
    expect(await state()).toBe('Shipping')
    await dock.tell(dock.received('QZ71M0043'), dock.closed())
    expect(await state()).toBe('Received')
    await dock.tell(...dock.copied('QZ71M0042'))
    expect(await state()).toBe('Transferring')
    expect((await service.get('j')).body.properties.percentComplete).toBe(50)
    await dock.tell(...dock.copied('QZ71M0043'))
    expect(await state()).toBe('Packaging')
    await dock.tell(...dock.packed('QZ71M0042', 'QZ71M0043'), dock.labelled(), ...dock.sent())
    expect(await state()).toBe('Completed')
    expect((await service.get('j')).body.properties.returnPackage?.trackingNumber).toBe('990000111222')
  })

  test('what cannot follow is refused with a reason; the fact stays, and the true state goes out to everyone', async () => {
    const job = await service.shippingJob()
    const dock = new Dock(service, new Lane('dock-1'), job)
    const { answers } = await dock.push(
      dock.opened(),
      ...dock.copied('QZ71M0042'),
      dock.received('QZ71M0042'),
    )
    expect(answers.map((a) => [a.answer, 'code' in a ? a.code : ''])).toEqual([
      ['accepted', ''],
      ['refused', 'not-possible'],
      ['refused', 'not-possible'],
      ['refused', 'not-possible'],
      ['accepted', ''],
    ])
    const [first] = await service.told('consequence-refused')
    const [fact] = await service.told('copy-began')
    expect(first).toMatchObject({
      station: 'service',
      pointsAt: fact?.id,
      body: { fact: fact?.id, station: 'dock-1', code: 'not-possible' },
    })
    const truth = first?.body.truth as { kind: string; id: string; state: string }[]
    expect(truth).toContainEqual(expect.objectContaining({ kind: 'job', id: job, state: 'Shipping' }))
    expect(truth).toContainEqual(
      expect.objectContaining({ kind: 'drive', id: driveKey(job, 'QZ71M0042'), state: 'Specified' }),
    )
    expect(first?.body.absent).toEqual([
      { kind: 'custody', id: 'QZ71M0042' },
      { kind: 'copy', id: 'copy-QZ71M0042' },
    ])
    const own = (await service.pull('dock-1')).changes.map(
      ({ entry }) => JSON.parse(entry.text).kind as string,
    )
    expect(own).toEqual(['job-put', 'job-announced', ...Array(4).fill('consequence-refused')])
    // The receipt was decided on copies that never were: the station is told what is true behind it, too.
    const codes = (await service.told('consequence-refused')).map(({ body }) => body.code)
    expect(codes).toEqual([...Array(3).fill('not-possible'), 'overtaken'])
  })

  test('a fact decided before others changed the same is accepted, and the truth behind it goes out', async () => {
    const job = await service.shippingJob()
    const one = new Dock(service, new Lane('dock-1'), job)
    const two = new Lane('dock-2', 60)
    await one.tell(one.opened(), one.received('QZ71M0042'))
    two.known = (await service.pull('dock-2')).cursor
    // Here a person closes the package while a drive is found at the other station.
    await one.tell(one.closed(true))
    const { answers } = await service.push('dock-2', [two.write(one.received('QZ71M0043'))])
    expect(answers).toMatchObject([{ answer: 'accepted' }])
    const [told] = await service.told('consequence-refused')
    expect(told).toMatchObject({
      pointsAt: (await service.told('drive-received')).at(-1)?.id,
      body: { station: 'dock-2', code: 'overtaken' },
    })
    expect(told?.body.absent).toBeUndefined()
    expect(told?.body.truth).toEqual(
      expect.arrayContaining([
        await service.record('job', job),
        await service.record('arrival', 'arrival-1'),
        await service.record('drive', driveKey(job, 'QZ71M0043')),
        await service.record('custody', 'QZ71M0043'),
      ]),
    )
    // Who knew everything is told nothing.
    await one.tell(one.received('QZ71M0042'))
    expect(await service.told('consequence-refused')).toHaveLength(1)
  })

  test('a drive already received with another package is refused as such', async () => {
    const job = await service.shippingJob()
    const one = new Dock(service, new Lane('dock-1'), job, 'arrival-1')
    const two = new Dock(service, new Lane('dock-2', 60), job, 'arrival-2')
    await one.tell(one.opened(), one.received('QZ71M0042'))
    await two.tell(two.opened())
    expect((await two.push(two.received('QZ71M0042'))).answers).toMatchObject([
      { answer: 'refused', code: 'already-received' },
    ])
    // The same package again, scanned at another station, is no contradiction.
    const again = new Dock(service, two.lane, job, 'arrival-1')
    await again.tell(again.received('QZ71M0042'))
    expect(await service.record('custody', 'QZ71M0042')).toMatchObject({
      state: 'tray',
      arrival: 'arrival-1',
    })
  })

  test('Received beats NeverReceived, in whatever order they are told', async () => {
    const job = await service.shippingJob()
    const dock = new Dock(service, new Lane('dock-1'), job)
    await dock.tell(dock.opened(), dock.missed('QZ71M0042'), dock.received('QZ71M0042'))
    await dock.tell(dock.received('QZ71M0043'), dock.missed('QZ71M0043'))
    const drives = (await service.get('j')).body.properties.driveList
    expect(drives?.map((d) => d.state)).toEqual(['Received', 'Received'])
  })

  test.each([
    ['was deleted meanwhile', 'job-gone', async () => service.remove('j')],
    ['is still being created', 'job-creating', async () => undefined],
  ])('a drive of a job that %s is held, with a case', async (_what, reason, meanwhile) => {
    await service.put('j', importJob())
    const job = await service.jobId('j')
    const dock = new Dock(service, new Lane('dock-1'), job)
    await dock.tell(
      event('arrival-opened', { arrival: 'arrival-1', tracking: 'T1', base: 'T1', jobs: [], blind: true }),
    )
    await meanwhile()
    const { answers } = await dock.push(dock.received('QZ71M0042'))
    expect(answers).toMatchObject([{ answer: 'refused', code: reason }])
    expect(await service.record('custody', 'QZ71M0042')).toMatchObject({
      state: 'held',
      heldBecause: reason,
      job,
    })
    expect(await service.told('case-opened')).toMatchObject([
      { station: 'service', body: { reason, serial: 'QZ71M0042' } },
    ])
    const refused = await service.told('consequence-refused')
    expect(refused[0]?.body.truth).toContainEqual(expect.objectContaining({ kind: 'custody', state: 'held' }))
  })

  test('scans and what stations do are kept like everything else', async () => {
    const lane = new Lane('dock-1')
    const { answers } = await service.push('dock-1', [
      lane.write(look('A')),
      lane.write(event('work-changed', { work: { doing: 'bay', bay: '3' } })),
    ])
    expect(answers.map(({ answer }) => answer)).toEqual(['accepted', 'accepted'])
    expect(await service.record('work', 'dock-1')).toMatchObject({ work: { doing: 'bay', bay: '3' } })
    expect((await service.told()).map(({ kind }) => kind)).toEqual(['scan-read', 'work-changed'])
  })

  test('a truth too long for one entry comes in several, none of it missing', async () => {
    const jobs: string[] = []
    for (let n = 0; n < 30; n++)
      jobs.push(
        await service.shippingJob(
          `job-${n}`,
          Array.from({ length: 10 }, (_, d) => `S${n}X${d}`),
        ),
      )
    const lane = new Lane('dock-1')
    lane.known = (await service.pull('dock-1', 1_000)).cursor
    const opened = { arrival: 'big', tracking: 'T1', base: 'T1', jobs, blind: false }
    await service.push('dock-1', [lane.write(event('arrival-opened', opened))])
    for (const kind of ['arrival-closed', 'arrival-forwarded'] as const)
      await service.push('dock-1', [
        lane.write(
          kind === 'arrival-closed'
            ? event(kind, { arrival: 'big', short: true })
            : event(kind, { arrival: 'big', site: 'x' }),
        ),
      ])
    const refused = await service.told('consequence-refused')
    expect(refused.length).toBeGreaterThan(1)
    const told = refused.flatMap(({ body }) => body.truth as { kind: string; id: string }[])
    expect(refused.every(({ body }) => body.fact === refused[0]?.body.fact)).toBe(true)
    expect(told.filter(({ kind }) => kind === 'drive')).toHaveLength(300)
    expect(
      told
        .filter(({ kind }) => kind === 'job')
        .map(({ id }) => id)
        .sort(),
    ).toEqual([...jobs].sort())
    expect(new Set(told.map(({ kind, id }) => `${kind}:${id}`)).size).toBe(told.length)
  })
})

describe('requests of the wrong form', () => {
  const send = async (body: unknown) =>
    service.call<ErrorAnswer>('POST', '/dock/v1/entries', body, await service.token('station'))

  test('are refused before anything is kept', async () => {
    const lane = new Lane('dock-1')
    const entry = lane.write(look('a'))
    expect((await send({ version: 2, station: 'd', entries: [] })).body.error.code).toBe('VersionMismatch')
    expect((await send(undefined)).body.error.code).toBe('VersionMismatch')
    expect((await send({ version: 1, station: '', entries: [] })).body.error.code).toBe('InvalidRequestBody')
    expect((await send({ version: 1, station: 'd', entries: [{ ...entry, more: 1 }] })).body.error.code).toBe(
      'InvalidRequestBody',
    )
    expect((await send({ version: 1, station: 'd', entries: Array(501).fill(entry) })).status).toBe(400)
    expect((await send({ version: 1, station: 'service', entries: [entry] })).body.error.code).toBe(
      'InvalidStation',
    )
    expect(await service.told()).toEqual([])
  })

  test.each([
    ['', 'InvalidStation'],
    ['?station=d&after=-1', 'InvalidCursor'],
    ['?station=d&after=1e9', 'InvalidCursor'],
    ['?station=d&limit=0', 'InvalidLimit'],
    ['?station=d&limit=501', 'InvalidLimit'],
    ['?station=d&station=e', 'InvalidQuery'],
  ])('pull %s', async (query, code) => {
    const answered = await service.call<ErrorAnswer>(
      'GET',
      `/dock/v1/changes${query}`,
      undefined,
      await service.token('station'),
    )
    expect(answered).toMatchObject({ status: 400, body: { error: { code } } })
  })

  test('a cursor from the future answers nothing and stays', async () => {
    expect(await service.pull('d', 77)).toMatchObject({ changes: [], cursor: 77, more: false })
  })
})

describe('personal data beside entries', () => {
  const side = { key: 'case:1', salt: '00ff', text: '{"note":"call Odile"}' }
  const opened = event('case-opened', { case: '1', reason: 'unannounced' })

  test('of a station is kept beside, and handed on', async () => {
    const lane = new Lane('dock-1')
    await service.push('dock-1', [lane.write(opened, { side })])
    expect((await service.pull('dock-2')).changes[0]?.entry.personal).toEqual(side)
  })

  test('that is not what the entry promised, or would replace a customer’s address, is dropped; the fact stands', async () => {
    const id = await service.shippingJob()
    const lane = new Lane('dock-1')
    const forged = { key: `job:${id}`, salt: '00', text: '{"returnAddress":{}}' }
    const { answers } = await service.push('dock-1', [
      { ...lane.write(opened, { side }), personal: { ...side, text: '{"note":"other"}' } },
      lane.write(event('case-taken', { case: '1', owner: 'b-2' }), { side: forged }),
      { ...lane.write(event('case-contacted', { case: '1' })), personal: side },
    ])
    expect(answers.map(({ answer }) => answer)).toEqual(['accepted', 'accepted', 'accepted'])
    expect((await service.pull('dock-2', 2)).changes.map(({ entry }) => entry.personal)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect((await service.get('j')).body.properties.returnAddress).toMatchObject({ city: ADDRESS.city })
    expect(service.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(3)
  })
})

test('a full push of the agreed size is taken', async () => {
  const lane = new Lane('dock-1')
  const entries = Array.from({ length: 500 }, (_, i) => lane.write(look(`${i}${'\u0001'.repeat(100)}`)))
  const { answers } = await service.push('dock-1', entries)
  expect(answers).toHaveLength(500)
  const page = await service.pull('dock-2')
  expect(page.changes).toHaveLength(500)
  expect(page.more).toBe(false)
})

test('what to export is told to stations alone, for a live export job', async () => {
  await service.put('out', exportJob())
  await service.put('in', importJob())
  const ask = async (name: string, role: 'station' | 'customer') =>
    service.call(
      'GET',
      `/dock/v1/jobs/${await service.jobId(name)}/export`,
      undefined,
      await service.token(role),
    )
  expect((await ask('out', 'station')).body).toEqual({
    version: EXCHANGE_VERSION,
    blobPath: ['charts/north.pdf'],
    blobPathPrefix: ['/surveys/'],
  })
  expect((await ask('out', 'customer')).status).toBe(403)
  expect((await ask('in', 'station')).status).toBe(404)
  await service.remove('out')
  expect((await ask('out', 'station')).status).toBe(404)
})
