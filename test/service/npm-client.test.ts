import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { StorageImportExport } from '@azure/arm-storageimportexport'
import type { TokenCredential } from '@azure/core-auth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runService } from './running-service.ts'
import { ADDRESS, drive, KEY, PARCEL, SHIPPING, SUBSCRIPTION } from './service-under-test.ts'

/** The published client, unchanged, against a real TLS listener. */
describe('@azure/arm-storageimportexport', () => {
  let service: Awaited<ReturnType<typeof runService>>
  let client: StorageImportExport
  const group = 'harbor-rg'
  const connect = ({
    token = 'customer-token',
    subscription = SUBSCRIPTION,
    ...options
  }: {
    token?: string
    subscription?: string
    apiVersion?: string
  } = {}) => {
    const credential: TokenCredential = {
      getToken: async () => ({ token, expiresOnTimestamp: Number.MAX_SAFE_INTEGER }),
    }
    const made = new StorageImportExport(credential, subscription, {
      endpoint: service.url,
      retryOptions: { maxRetries: 0 },
      ...options,
    })
    // What NODE_EXTRA_CA_CERTS does for a whole process.
    made.pipeline.addPolicy({
      name: 'trust the test service',
      sendRequest: (request, next) => {
        request.tlsSettings = { ca: service.ca }
        return next(request)
      },
    })
    return made
  }
  const order = (name: string, properties: object = {}) => ({
    location: 'West US',
    tags: { ticket: 'HB-204' },
    properties: {
      storageAccountId: `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/s`,
      jobType: 'Import',
      returnAddress: ADDRESS,
      returnShipping: SHIPPING,
      diagnosticsPath: 'waimportexport',
      logLevel: 'Verbose',
      backupDriveManifest: true,
      driveList: [drive(`SN-${name}`, { driveHeaderHash: '' })],
      ...properties,
    },
  })
  const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
    const found: T[] = []
    for await (const one of pages) found.push(one)
    return found
  }

  beforeAll(async () => {
    service = await runService()
    client = connect()
  })
  afterAll(() => service.end())

  test('locations are listed and got by either name', async () => {
    const locations = await all(client.locations.list())
    expect(locations.map(({ name }) => name)).toContain('Home Dock')
    expect((await client.locations.get('West US')).alternateLocations).toEqual([
      '/providers/Microsoft.ImportExport/locations/homedock',
    ])
    await expect(client.locations.get('nowhere')).rejects.toMatchObject({
      statusCode: 404,
      code: 'ResourceNotFound',
    })
  })

  test('operations are listed', async () => {
    const operations = await all(client.operations.list())
    expect(operations[0]).toMatchObject({
      name: 'Microsoft.ImportExport/jobs/write',
      provider: 'Microsoft Import/Export',
    })
  })

  test('a job lives through create, get, update and delete', async () => {
    const created = await client.jobs.create('life', group, order('life'), { clientTenantId: 'tenant-7' })
    expect(created).toMatchObject({
      name: 'life',
      location: 'West US',
      identity: { type: 'None' },
      properties: {
        state: 'Creating',
        provisioningState: 'Succeeded',
        encryptionKey: { kekType: 'MicrosoftManaged' },
      },
    })
    expect(created.properties?.driveList).toEqual([
      {
        driveId: 'SN-life',
        manifestFile: '\\DriveManifest.xml',
        manifestHash: 'D914C50ACC4F55EDB021E970F29DEDC3',
        driveHeaderHash: '',
        state: 'Specified',
      },
    ])
    expect(created.systemData?.createdAt).toEqual(new Date(service.clock.now()))
    const tagged = await client.jobs.update('life', group, { tags: { ticket: 'HB-205' } })
    expect(tagged.tags).toEqual({ ticket: 'HB-205' })
    const announced = await client.jobs.update('life', group, {
      state: 'Shipping',
      deliveryPackage: { ...PARCEL, shipDate: '2026-02-03' },
    })
    expect(announced.properties).toMatchObject({
      state: 'Shipping',
      deliveryPackage: { shipDate: '2026-02-03' },
    })
    const read = await client.jobs.get('life', group)
    expect(read.properties).toMatchObject({ state: 'Shipping', cancelRequested: false })
    await expect(client.jobs.delete('life', group)).rejects.toMatchObject({
      statusCode: 409,
      code: 'JobStateConflict',
    })
    expect(
      (await client.jobs.update('life', group, { cancelRequested: true })).properties?.cancelRequested,
    ).toBe(true)
    await client.jobs.create('short', group, order('short'))
    await client.jobs.delete('short', group)
    await expect(client.jobs.get('short', group)).rejects.toMatchObject({ statusCode: 404 })
  })

  test('an export job is created and read', async () => {
    const created = await client.jobs.create('out', group, {
      ...order('out'),
      properties: {
        ...order('out').properties,
        jobType: 'Export',
        driveList: [],
        export: { blobPath: ['charts/north.pdf'], blobPathPrefix: ['/surveys/'] },
      },
    })
    expect(created.properties?.export).toMatchObject({
      blobPath: ['charts/north.pdf'],
      blobPathPrefix: ['/surveys/'],
    })
    expect(created.properties?.driveList).toEqual([])
  })

  test('lists are paged and filtered', async () => {
    for (const name of ['p1', 'p2', 'p3']) await client.jobs.create(name, 'pages', order(name))
    expect((await all(client.jobs.listByResourceGroup('pages', { top: 2 }))).map(({ name }) => name)).toEqual(
      ['p1', 'p2', 'p3'],
    )
    const byPage = []
    for await (const page of client.jobs.listByResourceGroup('pages', { top: 2 }).byPage())
      byPage.push(page.length)
    expect(byPage).toEqual([2, 1])
    const listed = await all(
      client.jobs.listBySubscription({ filter: "type eq 'Import' and state eq 'Creating'", top: 1 }),
    )
    expect(listed.map(({ name }) => name)).toEqual(expect.arrayContaining(['p1', 'p2', 'p3']))
    expect(listed.every(({ properties }) => properties?.driveList !== undefined)).toBe(true)
    await expect(all(client.jobs.listBySubscription({ filter: 'nonsense' }))).rejects.toMatchObject({
      statusCode: 400,
      code: 'InvalidFilter',
    })
  })

  test('keys come back through their own operation', async () => {
    await client.jobs.create('keys', group, order('keys'))
    expect(await all(client.bitLockerKeys.list('keys', group))).toEqual([
      { driveId: 'SN-keys', bitLockerKey: KEY },
    ])
  })

  test('a customer puts, ships and polls; the station lists the keys; what was never shipped is deleted', async () => {
    await client.jobs.create('trip', group, order('trip'))
    const announced = { state: 'Shipping', deliveryPackage: PARCEL }
    // A client repeats a request whose answer was lost.
    for (let n = 0; n < 2; n++)
      expect((await client.jobs.update('trip', group, announced)).properties?.state).toBe('Shipping')
    expect((await client.jobs.get('trip', group)).properties).toMatchObject({
      state: 'Shipping',
      percentComplete: 0,
      driveList: [{ driveId: 'SN-trip', state: 'Specified' }],
    })
    const station = connect({ token: 'station-token' })
    expect(await all(station.bitLockerKeys.list('trip', group))).toEqual([
      { driveId: 'SN-trip', bitLockerKey: KEY },
    ])
    await client.jobs.create('draft', group, order('draft'))
    for (let n = 0; n < 2; n++) await client.jobs.delete('draft', group)
    await expect(client.jobs.get('draft', group)).rejects.toMatchObject({ statusCode: 404 })
  })

  test('an unknown token, another subscription and a role that may not are told apart', async () => {
    const stranger = connect({ token: 'tdk_unknown' })
    await expect(stranger.jobs.get('trip', group)).rejects.toMatchObject({
      statusCode: 401,
      code: 'InvalidAuthenticationToken',
      message: expect.stringContaining('not known or was revoked'),
    })
    const other = connect({ subscription: 'another-one' })
    await expect(all(other.jobs.listBySubscription())).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
    })
    const station = connect({ token: 'station-token' })
    await expect(station.jobs.get('trip', group)).rejects.toMatchObject({
      statusCode: 403,
      code: 'AuthorizationFailed',
      message: expect.stringContaining('"station"'),
    })
  })

  test('every api-version is spoken, and a path in the endpoint is no matter of the client', async () => {
    for (const apiVersion of ['2016-11-01', '2020-08-01', '2021-01-01'])
      expect((await connect({ apiVersion }).jobs.create('v', group, order('v'))).identity).toEqual({
        type: 'None',
      })
    await expect(connect({ apiVersion: '2014-11-01' }).jobs.get('v', group)).rejects.toMatchObject({
      code: 'InvalidApiVersionParameter',
    })
  })

  test('a refusal reaches the caller as code and sentence', async () => {
    const refused = client.jobs.create('bad', group, order('bad', { driveList: undefined }))
    await expect(refused).rejects.toMatchObject({
      statusCode: 400,
      code: 'DriveListRequired',
      message: expect.stringContaining('An import job needs driveList'),
    })
  })

  test('a process with NODE_EXTRA_CA_CERTS trusts the file that the service names', async () => {
    const script = `
      const { StorageImportExport } = await import('@azure/arm-storageimportexport')
      const credential = { getToken: async () => ({ token: 'customer-token', expiresOnTimestamp: 9e15 }) }
      const client = new StorageImportExport(credential, '${SUBSCRIPTION}', { endpoint: '${service.url}' })
      for await (const location of client.locations.list()) { console.log(location.name); break }`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: service.caPath },
    })
    expect(stdout.trim()).toBe('Home Dock')
  })
})
