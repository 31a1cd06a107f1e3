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
  PARCEL,
  ServiceUnderTest,
  SHIPPING,
  SUBSCRIPTION,
} from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

describe('a job is put', () => {
  test('a first PUT creates the job and echoes it in the recorded form', async () => {
    const answered = await service.put<object>(
      'harbor-job-1',
      importJob({}, { location: 'westus', tags: { ticket: 'HB-204' } }),
    )
    expect(answered.status).toBe(201)
    expect(answered.body).toEqual({
      id: `/subscriptions/${SUBSCRIPTION}/resourceGroups/harbor-rg/providers/Microsoft.ImportExport/jobs/harbor-job-1`,
      name: 'harbor-job-1',
      type: 'Microsoft.ImportExport/jobs',
      location: 'westus',
      tags: { ticket: 'HB-204' },
      identity: { type: 'None' },
      systemData: {
        createdBy: expect.stringMatching(/^TK-/),
        createdByType: 'Application',
        createdAt: '2026-01-05T08:00:00.000Z',
        lastModifiedBy: expect.stringMatching(/^TK-/),
        lastModifiedByType: 'Application',
        lastModifiedAt: '2026-01-05T08:00:00.000Z',
      },
      properties: {
        storageAccountId: importJob().properties.storageAccountId,
        jobType: 'Import',
        state: 'Creating',
        provisioningState: 'Succeeded',
        cancelRequested: false,
        percentComplete: 0,
        logLevel: 'Error',
        backupDriveManifest: false,
        diagnosticsPath: 'waimportexport',
        encryptionKey: { kekType: 'MicrosoftManaged' },
        returnAddress: { ...ADDRESS, streetAddress2: '' },
        returnShipping: SHIPPING,
        shippingInformation: expect.objectContaining({ recipientName: 'Home Dock Receiving' }),
        driveList: ['QZ71M0042', 'QZ71M0043'].map((driveId) => ({
          driveId,
          manifestFile: '\\DriveManifest.xml',
          manifestHash: 'D914C50ACC4F55EDB021E970F29DEDC3',
          state: 'Specified',
        })),
      },
    })
    expect(answered.headers['content-type']).toBe('application/json')
    expect(answered.headers['x-ms-request-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(answered.headers['cache-control']).toBe('no-cache')
  })

  test('later answers give the location its display name, and the site that takes its packages', async () => {
    await service.put('j', importJob({}, { location: 'westus' }))
    const { body } = await service.get('j')
    expect(body.location).toBe('West US')
    expect(body.properties.shippingInformation?.recipientName).toBe('Home Dock Receiving')
    expect((await service.record('job', await service.jobId('j')))?.site).toBe('homedock')
  })

  test('a drive header hash comes back exactly when it was sent, also empty', async () => {
    const driveList = [
      drive('A1', { driveHeaderHash: '' }),
      drive('A2', { driveHeaderHash: '0:10:AB' }),
      drive('A3'),
    ]
    const { body } = await service.put('j', importJob({ driveList }))
    expect(
      body.properties.driveList?.map((d) => (d as { driveHeaderHash?: string }).driveHeaderHash),
    ).toEqual(['', '0:10:AB', undefined])
  })

  test('an export job shows an empty drive list and its selection, in the newest spelling', async () => {
    const { body, status } = await service.put<{ properties: object }>(
      'e',
      exportJob({ export: { blobListblobPath: 'lists/what.xml' } }),
    )
    expect(status).toBe(201)
    expect(body.properties).toMatchObject({ driveList: [], export: { blobListBlobPath: 'lists/what.xml' } })
    expect((await service.put<{ properties: object }>('f', exportJob())).body.properties).toMatchObject({
      export: { blobList: { blobPath: ['charts/north.pdf'], blobPathPrefix: ['/surveys/'] } },
    })
  })

  test('what the customer ordered goes into the log without anything personal, which travels beside it', async () => {
    await service.put('j', importJob({ deliveryPackage: PARCEL }))
    const [change] = (await service.pull('dock-1')).changes
    const text = change?.entry.text ?? ''
    for (const secret of [
      KEY,
      ...Object.values(ADDRESS).slice(0, 2),
      ADDRESS.email,
      SHIPPING.carrierAccountNumber,
    ])
      expect(text).not.toContain(secret)
    expect(JSON.parse(text)).toMatchObject({
      station: 'service',
      seq: 1,
      kind: 'job-put',
      body: { job: { name: 'j', hasReturnAddress: true, hasCarrierAccount: true, returnCarrier: 'FedEx' } },
      personal: { key: expect.stringMatching(/^job:/) },
    })
    expect(JSON.parse(change?.entry.personal?.text ?? '')).toMatchObject({
      returnAddress: { recipientName: 'Odile Brandt' },
      returnShipping: SHIPPING,
    })
  })

  test('names and resource paths compare without case', async () => {
    await service.put('Harbor-Job', importJob())
    const other = await service.get('HARBOR-job', { group: 'HARBOR-RG' })
    expect(other.body.name).toBe('Harbor-Job')
    const path = jobPath('harbor-job').toLowerCase()
    expect((await service.call('GET', `${path}?${API}`)).status).toBe(200)
  })

  test('a name may hold blanks and letters of any script', async () => {
    expect((await service.put('Kiste № 7 箱', importJob())).status).toBe(201)
    expect((await service.get('Kiste № 7 箱')).body.name).toBe('Kiste № 7 箱')
  })
})

describe('a job is put again', () => {
  test('the same body again changes nothing: 200, no second entry, whatever the order of its members', async () => {
    await service.put('j', importJob())
    const { properties, ...rest } = importJob()
    const turned = { properties: Object.fromEntries(Object.entries(properties).reverse()), ...rest }
    const again = await service.put('j', turned)
    expect(again.status).toBe(200)
    expect(again.body.properties.state).toBe('Creating')
    expect(await service.told()).toHaveLength(1)
  })

  test('the same body is answered calmly in any later state', async () => {
    await service.put('j', importJob())
    await service.patch('j', { properties: { state: 'Shipping', deliveryPackage: PARCEL } })
    const again = await service.put('j', importJob())
    expect(again.status).toBe(200)
    expect(again.body.properties.state).toBe('Shipping')
  })

  test('another body in Creating changes the job and restarts its wait', async () => {
    await service.put('j', importJob())
    service.clock.advance(5_000)
    const changed = await service.put(
      'j',
      importJob({ logLevel: 'Verbose', driveList: [drive('QZ71M0043'), drive('NEW1')] }),
    )
    expect(changed.status).toBe(200)
    expect(changed.body.properties.logLevel).toBe('Verbose')
    expect(changed.body.properties.driveList?.map((d) => d.driveId)).toEqual(['QZ71M0043', 'NEW1'])
    expect((await service.record('job', await service.jobId('j')))?.updatedAt).toBe(service.clock.now())
  })

  test('another body outside Creating is a conflict', async () => {
    await service.put('j', importJob())
    await service.patch('j', { properties: { state: 'Shipping', deliveryPackage: PARCEL } })
    const answered = await service.put<ErrorAnswer>('j', importJob({ logLevel: 'Verbose' }))
    expect(answered.status).toBe(409)
    expect(answered.body.error).toMatchObject({ code: 'JobStateConflict' })
    expect(answered.body.error.message).toContain('PATCH')
  })

  test('a PUT after a PATCH in Creating brings the job back to its body', async () => {
    await service.put('j', importJob())
    await service.patch('j', { properties: { logLevel: 'Verbose' } })
    expect((await service.put('j', importJob())).body.properties.logLevel).toBe('Error')
  })

  test('a job read by GET can be sent back: the keys it does not show stay', async () => {
    await service.put('j', importJob())
    const read = await service.get<Record<string, unknown>>('j')
    const back = await service.put('j', { ...read.body, tags: { seen: 'yes' } })
    expect(back.status).toBe(200)
    expect((await service.keys('j')).body.value).toHaveLength(2)
  })

  test('address and package stay when a later PUT leaves them out', async () => {
    await service.put('j', importJob({ deliveryPackage: PARCEL }))
    const { returnAddress: _, ...others } = importJob().properties
    const answered = await service.put('j', {
      location: 'West US',
      properties: { ...others, logLevel: 'Verbose' },
    })
    expect(answered.body.properties).toMatchObject({
      returnAddress: { recipientName: 'Odile Brandt' },
      deliveryPackage: { trackingNumber: PARCEL.trackingNumber },
    })
  })

  test('many PUTs at once make one job', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => service.put('j', importJob())))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201])
    expect(await service.told('job-put')).toHaveLength(1)
  })
})

describe('a drive is listed once', () => {
  test('twice in one list, however it is written, is refused', async () => {
    const answered = await service.put<ErrorAnswer>(
      'j',
      importJob({ driveList: [drive('qz 71'), drive('QZ71')] }),
    )
    expect(answered).toMatchObject({
      status: 400,
      body: { error: { code: 'DuplicateDrive', target: 'properties.driveList[1].driveId' } },
    })
  })

  test('in two live jobs of a subscription is a conflict that names the other job', async () => {
    await service.put('first', importJob(), { group: 'group-a' })
    const answered = await service.put<ErrorAnswer>(
      'second',
      importJob({ driveList: [drive('qz71m0042')] }),
      {
        group: 'group-b',
      },
    )
    expect(answered.status).toBe(409)
    expect(answered.body.error.code).toBe('DriveListedInAnotherJob')
    expect(answered.body.error.message).toContain('"first"')
    expect(answered.body.error.message).toContain('group-a')
  })

  test('in jobs of two subscriptions is accepted, and neither learns of the other', async () => {
    await service.put('first', importJob())
    const subscription = 'other-subscription'
    const token = await service.token('customer', subscription)
    const answered = await service.put('second', importJob(), { subscription, token })
    expect(answered.status).toBe(201)
    expect(JSON.stringify(answered.body)).not.toContain('first')
  })

  test('is free again once the other job is deleted', async () => {
    await service.put('first', importJob())
    await service.remove('first')
    expect((await service.put('second', importJob())).status).toBe(201)
  })
})
