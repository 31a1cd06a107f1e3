import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { event } from '../../src/lifecycle/events.ts'
import { sweep } from '../../src/service/due/sweep.ts'
import { Vault } from '../../src/service/keys/vault.ts'
import { CountingIds } from '../fakes/ids.ts'
import { Dock } from './dock-stories.ts'
import {
  ADDRESS,
  drive,
  type ErrorAnswer,
  importJob,
  KEY,
  Lane,
  PARCEL,
  ServiceUnderTest,
} from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

const announce = { properties: { state: 'Shipping', deliveryPackage: PARCEL } }

/** Everything the service has on disk, as one text. */
function onDisk(): string {
  return readdirSync(service.dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(service.dir, name)).isFile())
    .map((name) => readFileSync(join(service.dir, name), 'latin1'))
    .join('\n')
}

describe('deleting a job', () => {
  test('answers 200 without a body, again when repeated, and the job is gone', async () => {
    await service.put('j', importJob())
    const first = await service.remove('j')
    expect(first).toMatchObject({ status: 200, body: undefined })
    expect(first.headers['content-length']).toBe('0')
    expect((await service.remove('j')).status).toBe(200)
    expect((await service.get('j')).status).toBe(404)
    expect(await service.told('job-deleted')).toMatchObject([{ body: { by: 'customer' } }])
  })

  test('of a name nobody ever used is not found', async () => {
    expect(await service.remove('nobody')).toMatchObject({
      status: 404,
      body: { error: { code: 'ResourceNotFound' } },
    })
  })

  test('the name is free again, for a job with an identity of its own', async () => {
    await service.put('j', importJob())
    const first = await service.jobId('j')
    await service.remove('j')
    expect((await service.put('j', importJob())).status).toBe(201)
    expect(await service.jobId('j')).not.toBe(first)
  })

  test('is refused outside Creating and Completed', async () => {
    await service.put('j', importJob())
    await service.patch('j', announce)
    const answered = await service.remove('j')
    expect(answered).toMatchObject({ status: 409, body: { error: { code: 'JobStateConflict' } } })
    expect(answered.body.error.message).toContain('Shipping')
  })

  test('erases address, keys and document from the disk', async () => {
    await service.put('j', importJob({}, { tags: { note: 'remember-me-not' } }))
    expect(onDisk()).toContain(ADDRESS.email)
    await service.remove('j')
    await service.world.store.close()
    expect(onDisk()).not.toContain(ADDRESS.email)
    expect(onDisk()).not.toContain('remember-me-not')
  })

  test('keeps the address while a drive of the job is on site, and erases it when the last one has left', async () => {
    await service.put('j', importJob())
    const job = await service.jobId('j')
    const lane = new Lane('dock-1')
    await service.push('dock-1', [
      lane.write(
        event('arrival-opened', { arrival: 'a', tracking: 'X1', base: 'X1', jobs: [], blind: true }),
      ),
      lane.write(event('drive-held', { serial: 'QZ71M0042', job, arrival: 'a', because: 'job-creating' })),
    ])
    expect((await service.remove('j')).status).toBe(200)
    const address = () => service.world.store.read((tx) => tx.personal(`job:${job}`))
    expect(await address()).toBeDefined()
    await sweep(service.world, { at: service.clock.now(), apply: true })
    expect(await address()).toBeDefined()
    await service.push('dock-1', [
      lane.write(
        event('drive-released', {
          serial: 'QZ71M0042',
          as: 'destroyed',
          second: 'b-2',
          reason: 'nobody answered',
        }),
      ),
    ])
    await sweep(service.world, { at: service.clock.now(), apply: true })
    expect(await address()).toBeUndefined()
  })
})

describe('BitLocker keys', () => {
  test('come back through listBitLockerKeys alone, and each reading is an entry', async () => {
    await service.put(
      'j',
      importJob({ driveList: [drive('qz 1'), drive('QZ2', { bitLockerKey: undefined })] }),
    )
    const listed = await service.keys('j')
    expect(listed.status).toBe(200)
    expect(listed.body).toEqual({ value: [{ driveId: 'qz 1', bitLockerKey: KEY }] })
    expect(JSON.stringify((await service.get('j')).body)).not.toContain(KEY)
    expect(await service.told('key-used')).toMatchObject([
      { station: 'service', actor: expect.stringMatching(/^TK-/), body: { serial: 'QZ1' } },
    ])
    await service.keys('j')
    expect(await service.told('key-used')).toHaveLength(2)
  })

  test('of a job without any are an empty list, and of no job are not found', async () => {
    await service.put('j', importJob({ driveList: [drive('A', { bitLockerKey: '' })] }))
    expect((await service.keys('j')).body).toEqual({ value: [] })
    expect((await service.keys<ErrorAnswer>('k')).status).toBe(404)
  })

  test('are never on disk in clear, nor in any log line', async () => {
    await service.put('j', importJob())
    await service.keys('j')
    await service.patch('j', announce)
    await service.call(
      'GET',
      `/dock/v1/jobs/${await service.jobId('j')}/keys`,
      undefined,
      await service.token('station'),
    )
    for (const trace of [onDisk(), JSON.stringify(service.log.lines)]) {
      expect(trace).not.toContain(KEY)
      expect(trace).not.toContain(KEY.slice(0, 20))
      expect(trace).not.toContain(Buffer.from(KEY).toString('base64').slice(0, 40))
    }
    expect(onDisk()).toContain('QZ71M0042')
    expect(statSync(join(service.dir, 'keys', 'service.key')).mode & 0o777).toBe(0o600)
  })

  test('go to stations while the job lives', async () => {
    await service.put('j', importJob())
    const id = await service.jobId('j')
    const ask = async () =>
      service.call('GET', `/dock/v1/jobs/${id}/keys`, undefined, await service.token('station'))
    expect((await ask()).body).toEqual({
      version: 1,
      keys: ['QZ71M0042', 'QZ71M0043'].map((driveId) => ({ driveId, bitLockerKey: KEY })),
    })
    expect(await service.told('key-used')).toHaveLength(2)
    await service.remove('j')
    expect((await ask()).status).toBe(404)
  })

  test('sealed for one drive do not open for another, nor after a changed byte, nor with another key', () => {
    const ids = new CountingIds()
    const vault = new Vault(Buffer.alloc(32, 1), ids)
    const sealed = vault.seal(KEY, 'job/A')
    expect(vault.open(sealed, 'job/A')).toBe(KEY)
    expect(vault.seal(KEY, 'job/A')).not.toBe(sealed)
    expect(() => vault.open(sealed, 'job/B')).toThrow()
    const bytes = Buffer.from(sealed, 'base64')
    bytes[20] = (bytes[20] ?? 0) ^ 1
    expect(() => vault.open(bytes.toString('base64'), 'job/A')).toThrow()
    expect(() => new Vault(Buffer.alloc(32, 2), ids).open(sealed, 'job/A')).toThrow()
  })
})

describe('a job that ended', () => {
  test('with a failed drive is Closed and cannot be deleted by the customer', async () => {
    await service.put('j', importJob({ driveList: [drive('A1')] }))
    await service.patch('j', announce)
    const dock = new Dock(service, new Lane('dock-1'), await service.jobId('j'))
    await dock.tell(dock.opened(), dock.received('A1'), dock.closed(), ...dock.copied('A1', true))
    await dock.tell(...dock.packed('A1'), dock.labelled(), ...dock.sent())
    expect((await service.get('j')).body.properties).toMatchObject({
      state: 'Closed',
      driveList: [{ state: 'ShippedBack', errorLogUri: 'waimportexport/error.xml', bytesSucceeded: 1024 }],
    })
    expect((await service.remove('j')).status).toBe(409)
  })
})
