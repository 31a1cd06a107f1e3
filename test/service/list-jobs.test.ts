import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { JOB_STATES } from '../../src/lifecycle/states.ts'
import { readFilter } from '../../src/service/jobs/filter.ts'
import { pageToken, readPageToken } from '../../src/service/jobs/page-token.ts'
import { Dock } from './dock-stories.ts'
import {
  API,
  drive,
  type ErrorAnswer,
  exportJob,
  groupPath,
  importJob,
  type JobBody,
  Lane,
  PARCEL,
  ServiceUnderTest,
  SUBSCRIPTION,
} from './service-under-test.ts'

interface Page {
  readonly value: readonly JobBody[]
  readonly nextLink?: string
}

describe('lists of jobs', () => {
  let service: ServiceUnderTest
  beforeEach(async () => {
    service = await ServiceUnderTest.open()
  })
  afterEach(() => service.end())

  const inGroup = groupPath()
  const inSubscription = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.ImportExport/jobs`
  const list = async (path: string, query = '') => service.call<Page>('GET', `${path}?${API}${query}`)
  const filtered = async (filter: string) =>
    (await list(inGroup, `&$filter=${encodeURIComponent(filter)}`)).body.value.map((job) => job.name)
  const walk = async (path: string, query: string) => {
    const pages: string[][] = []
    let url: string | undefined = `${path}?${API}${query}`
    while (url !== undefined) {
      const { body }: { body: Page } = await service.call<Page>('GET', url.replace(/^http:\/\/[^/]+/, ''))
      pages.push(body.value.map((job) => job.name))
      url = body.nextLink
    }
    return pages
  }
  const put = (name: string, where = {}) =>
    service.put(name, importJob({ driveList: [drive(`S-${name}`)] }), where)

  test('of a group leave the drives out; those of a subscription show them', async () => {
    await put('a')
    await put('b', { group: 'other' })
    const ofGroup = (await list(inGroup)).body
    expect(ofGroup.value.map((job) => [job.name, job.properties.driveList])).toEqual([['a', undefined]])
    const ofSubscription = (await list(inSubscription)).body
    expect(ofSubscription.value.map((job) => [job.name, job.properties.driveList?.length])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(ofSubscription.nextLink).toBeUndefined()
    expect(ofGroup.value[0]?.location).toBe('West US')
  })

  test('come in pages whose link restates the question', async () => {
    for (const name of ['e', 'b', 'D', 'a', 'c']) await put(name)
    const first = (await list(inGroup, "&$top=2&$filter=type eq 'Import'")).body
    expect(first.nextLink).toMatch(/^http:\/\/[^/]+\/subscriptions\//)
    const link = new URL(first.nextLink ?? '')
    expect(link.searchParams.get('api-version')).toBe('2021-01-01')
    expect(link.searchParams.get('$top')).toBe('2')
    expect(link.searchParams.get('$filter')).toBe("type eq 'Import'")
    expect(await walk(inGroup, '&$top=2')).toEqual([['a', 'b'], ['c', 'D'], ['e']])
    expect(await walk(inSubscription, '&$top=5')).toEqual([['a', 'b', 'c', 'D', 'e']])
  })

  test('miss and repeat nothing when jobs come and go between pages', async () => {
    for (const name of ['a', 'c', 'e', 'g']) await put(name)
    const first = (await list(inGroup, '&$top=2')).body
    await service.remove('a')
    await service.remove('c')
    await put('b')
    await put('f')
    const second = await service.call<Page>('GET', (first.nextLink ?? '').replace(/^http:\/\/[^/]+/, ''))
    expect(second.body.value.map((job) => job.name)).toEqual(['e', 'f'])
  })

  test('show at most 100 jobs', async () => {
    for (let i = 0; i < 101; i++) await put(`j${String(i).padStart(3, '0')}`)
    const pages = await walk(inGroup, '')
    expect(pages.map((page) => page.length)).toEqual([100, 1])
  })

  test('are filtered by type, state and tracking number of either package', async () => {
    await put('in')
    await service.put('out', exportJob())
    await put('sent')
    await service.patch('sent', {
      properties: { state: 'Shipping', deliveryPackage: { ...PARCEL, trackingNumber: 'TN77-1' } },
    })
    expect(await filtered("type eq 'Export'")).toEqual(['out'])
    expect(await filtered("type eq 'Import' and state eq 'Shipping'")).toEqual(['sent'])
    expect(await filtered("trackingnumber eq 'tn77-1'")).toEqual(['sent'])
    expect(await filtered("trackingnumber eq 'TN77'")).toEqual([])
    expect(await filtered("trackingnumber eq 'TN77-1' and state eq 'Creating'")).toEqual([])
    expect(await filtered("type eq 'Import' and type eq 'Export'")).toEqual([])
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('sent'))
    await dock.tell(dock.opened('TN77'), dock.received('S-SENT'), dock.closed(), ...dock.copied('S-SENT'))
    await dock.tell(...dock.packed('S-SENT'), dock.labelled(), ...dock.sent())
    expect(await filtered("trackingnumber eq '990000111222' and state eq 'Completed'")).toEqual(['sent'])
    expect((await service.get('sent')).body.properties.returnPackage).toMatchObject({
      trackingNumber: '990000111222',
      driveCount: 1,
    })
  })

  test.each([
    ['&$top=0', 'InvalidTop'],
    ['&$top=101', 'InvalidTop'],
    ['&$top=ten', 'InvalidTop'],
    ['&$top=1&$top=2', 'InvalidQuery'],
    ["&$filter=name eq 'x'", 'InvalidFilter'],
    ["&$filter=state eq 'Faulted'", 'InvalidFilter'],
    ["&$filter=state ne 'Creating'", 'InvalidFilter'],
    ["&$filter=state eq 'Creating' or type eq 'Import'", 'InvalidFilter'],
    ["&$filter=state eq 'Creating'and type eq 'Import'", 'InvalidFilter'],
    ['&$filter=state eq Creating', 'InvalidFilter'],
    ['&$skiptoken=nonsense', 'InvalidSkipToken'],
    [`&$skiptoken=${pageToken('other-subscription/grp/x')}`, 'InvalidSkipToken'],
  ])('refuse %s', async (query, code) => {
    const answered = await service.call<ErrorAnswer>('GET', `${inGroup}?${API}${query}`)
    expect(answered.status).toBe(400)
    expect(answered.body.error.code).toBe(code)
  })

  test('name the host of a public address when there is one', async () => {
    const behind = await ServiceUnderTest.open({ publicUrl: 'https://dock.example/api' })
    for (const name of ['a', 'b']) await behind.put(name, importJob({ driveList: [drive(name)] }))
    const { body } = await behind.call<Page>('GET', `${inGroup}?${API}&$top=1`)
    expect(body.nextLink).toMatch(/^https:\/\/dock\.example\/api\/subscriptions\//)
    await behind.end()
  })
})

describe('the filter grammar', () => {
  const condition = fc.oneof(
    fc.constantFrom('Import', 'Export').map((value) => ({ field: 'type', value })),
    fc.constantFrom(...JOB_STATES).map((value) => ({ field: 'state', value })),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => ({ field: 'trackingnumber', value })),
  )
  const blanks = fc.constantFrom(' ', '  ', '\t')

  test('every sentence of it is read as it was meant', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(condition, { selector: (c) => c.field, minLength: 1 }),
        blanks,
        (conditions, gap) => {
          const text = conditions
            .map(({ field, value }) => `${field}${gap}eq${gap}'${value.replaceAll("'", "''")}'`)
            .join(`${gap}and${gap}`)
          const wanted = Object.fromEntries(
            conditions.map(({ field, value }) => [
              field === 'trackingnumber' ? 'trackingNumber' : field,
              value,
            ]),
          )
          expect(readFilter(text)).toEqual({ ok: true, value: wanted })
        },
      ),
    )
  })

  test('anything else is refused or read, and never breaks', () => {
    const near = fc.stringMatching(/^[a-z]{0,14} ?(eq|ne|and)? ?'[A-Za-z']{0,10}'? ?(and)? ?.{0,20}$/)
    fc.assert(
      fc.property(fc.oneof(fc.string(), near, fc.string({ unit: 'binary' })), (text) => {
        const read = readFilter(text)
        if (!read.ok) expect(read.failure).toMatchObject({ status: 400, code: 'InvalidFilter' })
      }),
    )
  })

  test('takes time in proportion to its length', () => {
    const long = `trackingnumber eq '${"''".repeat(400)}`
    expect(readFilter(long).ok).toBe(false)
    expect(readFilter(`state eq 'Creating'${' and'.repeat(5_000)}`).ok).toBe(false)
  })
})

describe('page tokens', () => {
  test('come back as they were given out, and only for their list', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(readPageToken(pageToken(`sub/grp/${name}`), 'sub/grp/')).toBe(`sub/grp/${name}`)
        expect(readPageToken(pageToken(`sub/grp/${name}`), 'sub/other/')).toBeUndefined()
      }),
    )
  })

  test('made up by others are refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (text) => {
          expect(readPageToken(text, 'sub/grp/')).toBeUndefined()
        },
      ),
    )
  })
})
