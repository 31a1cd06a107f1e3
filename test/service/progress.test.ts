import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EXCHANGE_VERSION } from '../../src/contract/exchange.ts'
import { event } from '../../src/lifecycle/events.ts'
import { Dock } from './dock-stories.ts'
import { type ErrorAnswer, Lane, ServiceUnderTest } from './service-under-test.ts'

const [A, B] = ['QZ71M0042', 'QZ71M0043'] as const

describe('progress of a running copy', () => {
  let service: ServiceUnderTest
  let dock: Dock
  beforeEach(async () => {
    service = await ServiceUnderTest.open()
    dock = new Dock(service, new Lane('dock-1'), await service.shippingJob())
    await dock.tell(dock.opened(), dock.received(A), dock.received(B), dock.closed())
  })
  afterEach(() => service.end())

  const began = (serial: string) =>
    event('copy-began', {
      copy: `copy-${serial}`,
      job: dock.job,
      serial,
      direction: 'import',
      proof: 'manifest',
    })
  const tell = async (...drives: { serial: string; percent: number; bytes: number }[]) =>
    service.call<{ taken: number }>(
      'POST',
      '/dock/v1/progress',
      {
        version: EXCHANGE_VERSION,
        station: 'dock-1',
        drives: drives.map((one) => ({ job: dock.job, ...one })),
      },
      await service.token('station', 'dock-1'),
    )
  const shown = async () => {
    const { percentComplete, driveList = [] } = (await service.get('j')).body.properties
    return [percentComplete, ...driveList.map((d) => [d.percentComplete, d.bytesSucceeded])]
  }

  test('shows in the job, and writes no entry', async () => {
    await dock.tell(began(A))
    const entries = (await service.told()).length
    expect((await tell({ serial: A, percent: 41, bytes: 4_100 })).body).toEqual({ version: 1, taken: 1 })
    expect(await shown()).toEqual([20, [41, 4_100], [undefined, undefined]])
    expect(await service.told()).toHaveLength(entries)
    await dock.tell(began(B))
    await tell({ serial: A, percent: 60, bytes: 6_000 }, { serial: B, percent: 10, bytes: 1_000 })
    expect(await shown()).toEqual([35, [60, 6_000], [10, 1_000]])
  })

  test('ends with what the copy proved, and its logs', async () => {
    await dock.tell(began(A))
    await tell({ serial: A, percent: 99, bytes: 5_000 })
    const [, ...rest] = dock.copied(A, true)
    await dock.tell(...rest)
    expect(await shown()).toMatchObject([49, [99, 1_024], [undefined, undefined]])
    const [drive] = (await service.get('j')).body.properties.driveList ?? []
    expect(drive).toMatchObject({
      state: 'CompletedMoreInfo',
      errorLogUri: 'waimportexport/error.xml',
    })
    // A report that was on its way meanwhile changes nothing any more.
    expect((await tell({ serial: A, percent: 100, bytes: 9_999 })).body.taken).toBe(0)
    expect(await shown()).toMatchObject([49, [99, 1_024], [undefined, undefined]])
  })

  test('of a drive that is not being copied, or of no job, is left out', async () => {
    expect((await tell({ serial: A, percent: 5, bytes: 5 })).body.taken).toBe(0)
    expect((await tell({ serial: 'NOBODY', percent: 5, bytes: 5 })).body.taken).toBe(0)
    expect((await tell({ serial: '__proto__', percent: 5, bytes: 5 })).body.taken).toBe(0)
    expect(await shown()).toEqual([0, [undefined, undefined], [undefined, undefined]])
  })

  test('is for stations alone, and of the agreed form', async () => {
    const body = { version: EXCHANGE_VERSION, station: 'dock-1', drives: [] }
    expect((await service.call('POST', '/dock/v1/progress', body)).status).toBe(403)
    const wrong = await service.call<ErrorAnswer>(
      'POST',
      '/dock/v1/progress',
      { ...body, drives: [{ job: 'j', serial: 'A', percent: 101, bytes: 1 }] },
      await service.token('station', 'dock-1'),
    )
    expect([wrong.status, wrong.body.error.code]).toEqual([400, 'InvalidRequestBody'])
  })

  test('never goes back, in whatever order reports come and copies begin', async () => {
    const report = fc.record({
      serial: fc.constantFrom(A, B),
      percent: fc.integer({ min: 0, max: 100 }),
      bytes: fc.nat({ max: 10_000 }),
    })
    await dock.tell(began(A))
    let before = (await shown()).flat() as (number | undefined)[]
    await fc.assert(
      fc.asyncProperty(
        fc.array(report, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (told, begin) => {
          if (begin) await dock.push(began(B))
          await tell(...told)
          const after = (await shown()).flat() as (number | undefined)[]
          for (const [i, figure] of after.entries())
            expect(figure ?? 0).toBeGreaterThanOrEqual(before[i] ?? 0)
          before = after
        },
      ),
      { numRuns: 40, endOnFailure: true },
    )
  })
})
