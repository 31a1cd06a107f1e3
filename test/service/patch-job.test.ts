import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Dock } from './dock-stories.ts'
import {
  ADDRESS,
  drive,
  type ErrorAnswer,
  exportJob,
  importJob,
  KEY,
  Lane,
  PARCEL,
  ServiceUnderTest,
  SHIPPING,
} from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

const announce = { properties: { state: 'Shipping', deliveryPackage: PARCEL } }
const code = async (body: unknown, name = 'j') => {
  const answered = await service.patch<ErrorAnswer>(name, body)
  return `${answered.status} ${answered.body.error?.code ?? ''}`.trim()
}

/** A job with both drives, brought to a state by a station. */
async function jobIn(
  state: 'Shipping' | 'Received' | 'Transferring' | 'Packaging' | 'labelled' | 'Completed',
) {
  await service.put('j', importJob())
  await service.patch('j', announce)
  const dock = new Dock(service, new Lane('dock-1'), await service.jobId('j'))
  if (state === 'Shipping') return dock
  await dock.tell(dock.opened(), dock.received('QZ71M0042'), dock.received('QZ71M0043'), dock.closed())
  if (state === 'Received') return dock
  await dock.tell(...dock.copied('QZ71M0042'))
  if (state === 'Transferring') return dock
  await dock.tell(...dock.copied('QZ71M0043'))
  if (state === 'Packaging') return dock
  await dock.tell(...dock.packed('QZ71M0042', 'QZ71M0043'), dock.labelled())
  if (state === 'labelled') return dock
  await dock.tell(...dock.sent())
  return dock
}

describe('state', () => {
  test('Shipping with a package announces the job', async () => {
    await service.put('j', importJob())
    const answered = await service.patch('j', announce)
    expect(answered.status).toBe(200)
    expect(answered.body.properties.state).toBe('Shipping')
    expect(answered.body.properties.deliveryPackage).toEqual(PARCEL)
    expect((await service.told()).map((entry) => entry.kind)).toEqual(['job-put', 'job-announced'])
    expect(await service.record('job', await service.jobId('j'))).toMatchObject({
      state: 'Shipping',
      package: { base: '612990000777' },
      waitingSince: service.clock.now(),
    })
  })

  test('Shipping with a package sent earlier announces the job, too', async () => {
    await service.put('j', importJob())
    const first = await service.patch('j', { properties: { deliveryPackage: PARCEL } })
    expect(first.body.properties.state).toBe('Creating')
    expect((await service.patch('j', { properties: { state: 'Shipping' } })).body.properties.state).toBe(
      'Shipping',
    )
  })

  test('an empty text means unchanged, as published examples send it', async () => {
    await service.put('j', importJob())
    const answered = await service.patch('j', { properties: { state: '', logLevel: 'Verbose' } })
    expect(answered.status).toBe(200)
    expect(answered.body.properties).toMatchObject({ state: 'Creating', logLevel: 'Verbose' })
  })

  test('Shipping again is answered calmly, also when the package has come meanwhile', async () => {
    await jobIn('Received')
    const before = (await service.told()).length
    expect(await code(announce)).toBe('200')
    expect(await service.told()).toHaveLength(before)
  })

  test('nothing but Shipping can be set', async () => {
    await service.put('j', importJob())
    for (const state of ['Completed', 'Creating', 'shipping', 7])
      expect(await code({ properties: { state } })).toBe('400 InvalidRequestBody')
  })

  test('Shipping needs an address, a package and, for an import, drives', async () => {
    await service.put('bare', importJob({ returnAddress: null, driveList: [] }))
    expect(await code(announce, 'bare')).toBe('400 ReturnAddressRequired')
    expect(await code({ properties: { state: 'Shipping', returnAddress: ADDRESS } }, 'bare')).toBe(
      '400 DeliveryPackageRequired',
    )
    const both = { ...announce.properties, returnAddress: ADDRESS }
    expect(await code({ properties: both }, 'bare')).toBe('400 DriveListRequired')
    expect(await code({ properties: { ...both, driveList: [drive('A1')] } }, 'bare')).toBe('200')
    await service.put('out', exportJob())
    expect(await code(announce, 'out')).toBe('200')
  })

  test('an ended job is not announced again', async () => {
    await jobIn('Completed')
    expect(await code(announce)).toBe('409 JobStateConflict')
  })
})

describe('cancelRequested', () => {
  test.each(['Shipping', 'Received', 'Transferring'] as const)(
    'is accepted in %s, and again',
    async (state) => {
      await jobIn(state)
      const answered = await service.patch('j', { properties: { cancelRequested: true } })
      expect(answered.status).toBe(200)
      expect(answered.body.properties.cancelRequested).toBe(true)
      const before = (await service.told()).length
      expect(await code({ properties: { cancelRequested: true } })).toBe('200')
      expect(await service.told()).toHaveLength(before)
    },
  )

  test('in Creating leaves the state and allows a delete, as recorded', async () => {
    await service.put('j', importJob())
    const answered = await service.patch('j', { properties: { cancelRequested: true } })
    expect(answered.body.properties).toMatchObject({ state: 'Creating', cancelRequested: true })
    expect(answered.body.properties.driveList?.map((d) => d.state)).toEqual(['Specified', 'Specified'])
    expect((await service.remove('j')).status).toBe(200)
  })

  test.each(['Packaging', 'Completed'] as const)('is refused in %s', async (state) => {
    await jobIn(state)
    const answered = await service.patch<ErrorAnswer>('j', { properties: { cancelRequested: true } })
    expect(answered.status).toBe(409)
    expect(answered.body.error).toMatchObject({
      code: 'JobStateConflict',
      target: 'properties.cancelRequested',
    })
    expect(answered.body.error.message).toContain('can no longer be cancelled')
  })

  test('sends received drives straight home, and the same PATCH again stays calm in Packaging', async () => {
    await jobIn('Received')
    const answered = await service.patch('j', { properties: { cancelRequested: true } })
    expect(answered.body.properties.state).toBe('Packaging')
    expect(await code({ properties: { cancelRequested: true } })).toBe('200')
  })

  test('can only be set to true', async () => {
    await service.put('j', importJob())
    expect(await code({ properties: { cancelRequested: false } })).toBe('400 InvalidRequestBody')
  })
})

describe('driveList', () => {
  const [a, b, c] = [drive('QZ71M0042'), drive('QZ71M0043'), drive('NEW1')]

  test('is replaced as a whole in Creating and in Shipping', async () => {
    await service.put('j', importJob())
    const first = await service.patch('j', { properties: { driveList: [c, a] } })
    expect(first.body.properties.driveList?.map((d) => d.driveId)).toEqual(['NEW1', 'QZ71M0042'])
    await service.patch('j', announce)
    const second = await service.patch('j', { properties: { driveList: [a, b] } })
    expect(second.body.properties.driveList?.map((d) => d.driveId)).toEqual(['QZ71M0042', 'QZ71M0043'])
    expect((await service.keys('j')).body.value.map((key) => key.driveId)).toEqual(['QZ71M0042', 'QZ71M0043'])
  })

  test('keeps a drive that was seen as it is', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('j'))
    await dock.tell(dock.opened(), dock.received('QZ71M0042'))
    expect(await code({ properties: { driveList: [b, c] } })).toBe('409 DriveAlreadySeen')
    const other = drive('QZ71M0042', { manifestFile: '\\Other.xml' })
    expect(await code({ properties: { driveList: [other, b] } })).toBe('409 DriveAlreadySeen')
    const otherKey = drive('QZ71M0042', { bitLockerKey: '000000' })
    expect(await code({ properties: { driveList: [otherKey, b] } })).toBe('409 DriveAlreadySeen')
    expect(await code({ properties: { driveList: [a, c] } })).toBe('200')
  })

  test.each(['Received', 'Transferring', 'Packaging', 'Completed'] as const)(
    'is fixed in %s',
    async (state) => {
      await jobIn(state)
      expect(await code({ properties: { driveList: [a, b, c] } })).toBe('409 DriveListFixed')
      expect(await code({ properties: { driveList: [a, b] } })).toBe('200')
    },
  )

  test('takes a new key for a drive not seen yet, and keeps the old one when none is sent', async () => {
    await service.put('j', importJob())
    const renewed = [
      drive('QZ71M0042', { bitLockerKey: '999' }),
      drive('QZ71M0043', { bitLockerKey: undefined }),
    ]
    expect(await code({ properties: { driveList: renewed } })).toBe('200')
    expect((await service.keys('j')).body.value).toEqual([
      { driveId: 'QZ71M0042', bitLockerKey: '999' },
      { driveId: 'QZ71M0043', bitLockerKey: KEY },
    ])
  })

  test('is refused for an export, with a drive twice, with one of another job, with eleven', async () => {
    await service.put('out', exportJob())
    expect(await code({ properties: { driveList: [a] } }, 'out')).toBe('400 DriveListNotAllowed')
    expect(await code({ properties: { driveList: [] } }, 'out')).toBe('200')
    await service.put('j', importJob())
    await service.put('k', importJob({ driveList: [c] }))
    expect(await code({ properties: { driveList: [a, a] } })).toBe('400 DuplicateDrive')
    expect(await code({ properties: { driveList: [a, c] } })).toBe('409 DriveListedInAnotherJob')
    const eleven = Array.from({ length: 11 }, (_, i) => drive(`E${i}`))
    expect(await code({ properties: { driveList: eleven } })).toBe('400 InvalidRequestBody')
  })
})

describe('the rest of a job', () => {
  test('deliveryPackage alone leaves Creating, and corrects the number in Shipping', async () => {
    await service.put('j', importJob())
    const parcel = { carrierName: 'UPS', trackingNumber: '1Z999-2', driveCount: 0 }
    const first = await service.patch('j', { properties: { deliveryPackage: parcel } })
    expect(first.body.properties).toMatchObject({ state: 'Creating', deliveryPackage: parcel })
    await service.patch('j', { properties: { state: 'Shipping' } })
    const corrected = { ...parcel, trackingNumber: '1Z998' }
    await service.patch('j', { properties: { state: 'Shipping', deliveryPackage: corrected } })
    expect(await service.record('job', await service.jobId('j'))).toMatchObject({
      package: { base: '1Z998' },
    })
  })

  test('deliveryPackage is fixed once the package has come in', async () => {
    await jobIn('Received')
    expect(await code({ properties: { deliveryPackage: { ...PARCEL, trackingNumber: '1' } } })).toBe(
      '409 DeliveryPackageFixed',
    )
    expect(await code({ properties: { deliveryPackage: PARCEL } })).toBe('200')
  })

  test.each(['Shipping', 'Received', 'Transferring'] as const)(
    'returnShipping changes in %s',
    async (state) => {
      await jobIn(state)
      const answered = await service.patch('j', {
        properties: { returnShipping: { ...SHIPPING, carrierAccountNumber: '42' } },
      })
      expect(answered.body.properties.returnShipping?.carrierAccountNumber).toBe('42')
    },
  )

  test('returnShipping is fixed in Packaging, unless there was none', async () => {
    const dock = await jobIn('Packaging')
    const other = { properties: { returnShipping: { ...SHIPPING, carrierAccountNumber: '42' } } }
    expect(await code(other)).toBe('409 ReturnShippingFixed')
    await service.put('k', importJob({ returnShipping: null, driveList: [drive('K1')] }))
    await service.patch('k', {
      properties: { ...announce.properties, deliveryPackage: { ...PARCEL, trackingNumber: '5555' } },
    })
    const second = new Dock(service, dock.lane, await service.jobId('k'), 'arrival-2')
    await second.tell(second.opened('5555'), second.received('K1'), second.closed(), ...second.copied('K1'))
    expect((await service.get('k')).body.properties.state).toBe('Packaging')
    expect(await code(other, 'k')).toBe('200')
  })

  test('returnAddress changes until a label is printed', async () => {
    const dock = await jobIn('Packaging')
    const to = (city: string) => ({ properties: { returnAddress: { ...ADDRESS, city } } })
    expect(await code(to('Ostvik'))).toBe('200')
    await dock.tell(...dock.packed('QZ71M0042', 'QZ71M0043'), dock.labelled())
    expect(await code(to('Vestvik'))).toBe('409 ReturnLabelPrinted')
    expect(await code(to('Ostvik'))).toBe('200')
  })

  test('a new address travels beside the change, and the old one is gone', async () => {
    await service.put('j', importJob())
    await service.patch('j', { properties: { returnAddress: { ...ADDRESS, city: 'Ostvik' } } })
    const changes = (await service.pull('dock-1')).changes
    expect(changes.map(({ entry }) => entry.personal !== undefined)).toEqual([false, true])
    expect(JSON.parse(changes[1]?.entry.personal?.text ?? '')).toMatchObject({
      returnAddress: { city: 'Ostvik' },
      returnShipping: SHIPPING,
    })
  })

  test('logLevel and backupDriveManifest change until everything is copied', async () => {
    await jobIn('Transferring')
    const settings = { properties: { logLevel: 'Verbose', backupDriveManifest: true } }
    expect((await service.patch('j', settings)).body.properties).toMatchObject(settings.properties)
    await service.put('k', importJob({ driveList: [drive('K1')] }))
    await service.patch('k', announce)
    const dock = new Dock(service, new Lane('dock-2', 60), await service.jobId('k'), 'arrival-2')
    await dock.tell(dock.opened(), dock.received('K1'), dock.closed(), ...dock.copied('K1'))
    expect(await code(settings, 'k')).toBe('409 CopySettingFixed')
    expect(await code({ properties: { logLevel: 'Error' } }, 'k')).toBe('200')
  })

  test('tags alone change in any state; in Creating that is a sign of life', async () => {
    await service.put('j', importJob())
    service.clock.advance(60_000)
    const answered = await service.patch('j', { tags: { box: 1 }, properties: {} })
    expect(answered.body.tags).toEqual({ box: 1 })
    expect((await service.record('job', await service.jobId('j')))?.updatedAt).toBe(service.clock.now())
    await service.remove('j')
    await jobIn('Completed')
    expect((await service.patch('j', { tags: { done: true } })).body.tags).toEqual({ done: true })
  })

  test('what PATCH cannot change is refused, not ignored', async () => {
    await service.put('j', importJob())
    for (const member of ['storageAccountId', 'jobType', 'diagnosticsPath', 'export', 'encryptionKey'])
      expect(await code({ properties: { [member]: 'x' } }), member).toBe('400 InvalidRequestBody')
  })

  test('a PATCH is done whole or not at all', async () => {
    await jobIn('Packaging')
    expect(
      await code({
        tags: { a: 1 },
        properties: { returnAddress: { ...ADDRESS, city: 'X' }, cancelRequested: true },
      }),
    ).toBe('409 JobStateConflict')
    const { body } = await service.get('j')
    expect(body.tags).toBeUndefined()
    expect(body.properties.returnAddress).toMatchObject({ city: ADDRESS.city })
  })

  test('an empty PATCH answers the job and changes nothing', async () => {
    await service.put('j', importJob())
    expect((await service.patch('j', {})).body.properties.state).toBe('Creating')
    expect((await service.patch('j', { properties: null })).status).toBe(200)
    expect(await service.told()).toHaveLength(1)
  })

  test('a job nobody knows is not found', async () => {
    expect(await code(announce, 'nobody')).toBe('404 ResourceNotFound')
  })
})
