import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  ADDRESS,
  API,
  drive,
  type ErrorAnswer,
  exportJob,
  importJob,
  jobPath,
  KEY,
  ServiceUnderTest,
} from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

describe('a PUT is refused', () => {
  const { properties: usual } = importJob()
  const cases: readonly [string, unknown, string, string?][] = [
    ['no body', undefined, 'InvalidRequestBody', 'body'],
    ['a list for a body', [], 'InvalidRequestBody', 'body'],
    ['no location', { properties: usual }, 'InvalidRequestBody', 'location'],
    ['an unknown location', importJob({}, { location: 'Atlantis' }), 'LocationNotSupported', 'location'],
    ['an unknown job type', importJob({ jobType: 'Both' }), 'InvalidRequestBody', 'properties.jobType'],
    [
      'no storage account',
      importJob({ storageAccountId: ' ' }),
      'InvalidRequestBody',
      'properties.storageAccountId',
    ],
    [
      'an import without a drive list',
      importJob({ driveList: null }),
      'DriveListRequired',
      'properties.driveList',
    ],
    [
      'eleven drives',
      importJob({ driveList: Array.from({ length: 11 }, (_, i) => drive(`D${i}`)) }),
      'InvalidRequestBody',
      'properties.driveList',
    ],
    [
      'a drive without a serial',
      importJob({ driveList: [drive('  ')] }),
      'InvalidRequestBody',
      'properties.driveList[0].driveId',
    ],
    [
      'a manifest hash of odd length',
      importJob({ driveList: [drive('A', { manifestHash: 'ABC' })] }),
      'InvalidRequestBody',
      'properties.driveList[0].manifestHash',
    ],
    [
      'an import with an export section',
      importJob({ export: exportJob().properties.export }),
      'ExportNotAllowed',
      'properties.export',
    ],
    [
      'an export with drives',
      exportJob({ driveList: [drive('A')] }),
      'DriveListNotAllowed',
      'properties.driveList',
    ],
    [
      'an export of nothing',
      exportJob({ export: { blobList: {} } }),
      'ExportSelectionRequired',
      'properties.export',
    ],
    [
      'both ways to select',
      exportJob({ export: { blobList: { blobPath: ['aaa/b'] }, blobListBlobPath: 'aaa/list.xml' } }),
      'ExportSelectionAmbiguous',
      'properties.export',
    ],
    [
      'a blob path without a blob',
      exportJob({ export: { blobList: { blobPath: ['onlycontainer'] } } }),
      'InvalidRequestBody',
      'properties.export.blobList.blobPath[0]',
    ],
    [
      'a prefix without its slash',
      exportJob({ export: { blobList: { blobPathPrefix: ['surveys/'] } } }),
      'InvalidRequestBody',
      'properties.export.blobList.blobPathPrefix[0]',
    ],
    [
      'an address without a phone number',
      importJob({ returnAddress: { ...ADDRESS, phone: undefined } }),
      'InvalidRequestBody',
      'properties.returnAddress.phone',
    ],
    [
      'an address with control characters',
      importJob({ returnAddress: { ...ADDRESS, city: 'Elver\nhaven' } }),
      'InvalidRequestBody',
      'properties.returnAddress.city',
    ],
    ['a state', importJob({ state: 'Shipping' }), 'StateNotSettable', 'properties.state'],
    ['a cancel', importJob({ cancelRequested: true }), 'CancelNotSettable', 'properties.cancelRequested'],
    [
      'a customer-managed key',
      importJob({ encryptionKey: { kekType: 'CustomerManaged' } }),
      'CmkErrorVaultNotFound',
      'properties.encryptionKey',
    ],
    [
      'an identity',
      importJob({}, { identity: { type: 'SystemAssigned' } }),
      'CmkErrorVaultNotFound',
      'identity',
    ],
    [
      'a tracking number with signs nobody can print',
      importJob({ deliveryPackage: { carrierName: 'FedEx', trackingNumber: '箱箱' } }),
      'InvalidTrackingNumber',
      'properties.deliveryPackage.trackingNumber',
    ],
  ]
  test.each(cases)('with %s', async (_what, body, code, target) => {
    const answered = await service.put<ErrorAnswer>('j', body)
    expect(answered.status).toBe(400)
    expect(answered.body.error.code).toBe(code)
    expect(answered.body.error.target).toBe(target)
    expect(answered.body.error.message).toMatch(/^\S.{20,}\.$/)
    expect(await service.told()).toEqual([])
  })

  test('and the refusal never repeats a key', async () => {
    const driveList = [drive('A', { bitLockerKey: `${KEY}\n`, manifestHash: KEY })]
    const answered = await service.put('j', importJob({ driveList }))
    expect(answered.status).toBe(400)
    expect(JSON.stringify(answered.body)).not.toContain(KEY)
  })

  test('with a name that is no name', async () => {
    for (const name of ['a/b', 'a?b', '.', ' a', 'x'.repeat(129)])
      expect((await service.put<ErrorAnswer>(name, importJob())).status, name).toBeGreaterThanOrEqual(400)
    expect((await service.put<ErrorAnswer>('a/b', importJob())).body.error.code).toBe('InvalidName')
  })

  test('with JSON that is none, or none at all', async () => {
    const url = `${jobPath('j')}?${API}`
    const send = async (payload: string, type: string) =>
      (
        await service.app.inject({
          method: 'PUT',
          url,
          payload,
          headers: { authorization: `Bearer ${await service.token()}`, 'content-type': type },
        })
      ).json<ErrorAnswer>().error.code
    expect(await send('{', 'application/json')).toBe('InvalidJson')
    expect(await send('{"__proto__":{}}', 'application/json')).toBe('InvalidJson')
    expect(await send('location=westus', 'application/x-www-form-urlencoded')).toBe('UnsupportedMediaType')
    expect(await send(`"${'x'.repeat(5_000_000)}"`, 'application/json')).toBe('RequestTooLarge')
  })

  test('without an api-version, or with one nobody knows', async () => {
    const code = async (query: string) =>
      (await service.call<ErrorAnswer>('PUT', `${jobPath('j')}${query}`, importJob())).body.error.code
    expect(await code('')).toBe('MissingApiVersionParameter')
    expect(await code('?api-version=2014-11-01')).toBe('InvalidApiVersionParameter')
    for (const version of ['2016-11-01', '2020-08-01', '2021-01-01'])
      expect(
        (await service.call('PUT', `${jobPath('j')}?api-version=${version}`, importJob())).status,
      ).toBeLessThan(300)
  })
})

test('whatever is sent, the answer is a job or a refusal with a reason', async () => {
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom(null, '', [], {}, 0, 'Import', 'Shipping'),
  )
  const member = fc.constantFrom(
    'location tags identity properties storageAccountId jobType returnAddress returnShipping deliveryPackage'.split(
      ' ',
    ),
    'diagnosticsPath logLevel backupDriveManifest driveList export encryptionKey state cancelRequested'.split(
      ' ',
    ),
  )
  const strange = fc.tuple(
    member.chain((names) => fc.constantFrom(...names)),
    value,
  )
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('put', 'patch'),
      fc.array(strange, { maxLength: 3 }),
      async (verb, changes) => {
        const { properties, ...rest } = importJob({ driveList: [] })
        const top = ['location', 'tags', 'identity', 'properties']
        const body = {
          ...rest,
          properties: {
            ...properties,
            ...Object.fromEntries(changes.filter(([name]) => !top.includes(name))),
          },
          ...Object.fromEntries(changes.filter(([name]) => top.includes(name))),
        }
        const answered = verb === 'put' ? await service.put('j', body) : await service.patch('j', body)
        expect(answered.status, JSON.stringify(body)).toBeLessThan(500)
        if (answered.status >= 400)
          expect((answered.body as unknown as ErrorAnswer).error.message).toMatch(/\S{2}.*\.$/s)
        else expect(answered.body.properties.state).toBe('Creating')
      },
    ),
    { numRuns: 80 },
  )
})
