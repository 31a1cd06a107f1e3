import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { join } from 'node:path'
import { connect } from 'node:tls'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openWorld } from '../../src/service/open-world.ts'
import { startService } from '../../src/service/start-service.ts'
import { createToken } from '../../src/service/tokens.ts'
import { startEmbeddedService } from '../../src/station/embedded-service.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { runFolder } from '../fixtures/run-folder.ts'
import { runService } from './running-service.ts'
import { API, importJob, jobPath, must } from './service-under-test.ts'

let dataDir: string
beforeEach(() => {
  dataDir = runFolder('start')
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
})

const parts = () => {
  const clock = new FakeClock()
  return { dataDir, clock, ids: systemIds(clock), log: new FakeLog() }
}

function ask(
  url: string,
  ca: string,
  token = 'operator-token',
  method = 'GET',
  body?: unknown,
  agent?: Agent,
) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request(
      url,
      {
        ca,
        method,
        agent: agent ?? false,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    asked.on('error', reject)
    asked.end(body === undefined ? undefined : JSON.stringify(body))
  })
}

describe('the service', () => {
  test('answers over TLS alone, with a certificate of its own that is used again', async () => {
    const first = await runService({ dataDir })
    expect(first.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/)
    expect((await ask(`${first.url}/healthz`, first.ca)).status).toBe(200)
    await expect(fetch(first.url.replace('https', 'http'))).rejects.toThrow()
    await expect(ask(`${first.url}/healthz`, readFileSync(makeOther(), 'utf8'))).rejects.toThrow()
    expect(statSync(join(dataDir, 'tls', 'service-key.pem')).mode & 0o777).toBe(0o600)
    expect(new X509Certificate(first.ca).subjectAltName).toContain('127.0.0.1')
    await first.close()
    const second = await runService({ dataDir })
    expect(second.ca).toBe(first.ca)
    await second.close()
  })

  function makeOther(): string {
    const other = join(dataDir, 'other.pem')
    writeFileSync(other, OTHER_CERTIFICATE)
    return other
  }

  test('renews a certificate that is about to run out', async () => {
    const first = await runService({ dataDir })
    await first.close()
    const clock = new FakeClock(Date.UTC(2035, 11, 20))
    const second = await runService({ dataDir, clock })
    expect(second.ca).not.toBe(first.ca)
    await second.close()
  })

  test('speaks nothing older than TLS 1.2', async () => {
    const service = await runService({ dataDir })
    const { port } = new URL(service.url)
    const failed = await new Promise<boolean>((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: Number(port),
        ca: service.ca,
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
      })
      socket.on('secureConnect', () => resolve(false))
      socket.on('error', () => resolve(true))
    })
    expect(failed).toBe(true)
    await service.close()
  })

  test('says when its port is taken, and leaves nothing open behind', async () => {
    const service = await runService({ dataDir })
    const port = Number(new URL(service.url).port)
    const other = runFolder('start')
    const outcome = await startService({ ...parts(), dataDir: other, port })
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'port-taken' } })
    const db = new Database(join(other, 'service.sqlite'))
    db.pragma('locking_mode = EXCLUSIVE')
    db.exec('begin exclusive; commit')
    db.close()
    rmSync(other, { recursive: true })
    await service.close()
  })

  test('keeps everything over a restart', async () => {
    const first = await runService({ dataDir })
    const path = `${jobPath('j')}?${API}`
    expect((await ask(`${first.url}${path}`, first.ca, 'customer-token', 'PUT', importJob())).status).toBe(
      201,
    )
    await first.close()
    const second = await runService({ dataDir })
    expect((await ask(`${second.url}${path}`, second.ca, 'customer-token', 'PUT', importJob())).status).toBe(
      200,
    )
    await second.close()
  })

  test('ends although a client keeps its connection, and may be ended twice', async () => {
    const service = await runService({ dataDir })
    const agent = new Agent({ keepAlive: true })
    expect((await ask(`${service.url}/healthz`, service.ca, '', 'GET', undefined, agent)).status).toBe(200)
    await Promise.all([service.close(), service.close()])
    await expect(ask(`${service.url}/healthz`, service.ca)).rejects.toThrow()
    agent.destroy()
  })

  test('shares its file with another process: a token made there holds at once', async () => {
    const service = await runService({ dataDir })
    const beside = must(await openWorld(parts()))
    const { token } = must(await createToken(beside, { role: 'operator' }))
    await beside.store.close()
    const path = `/providers/Microsoft.ImportExport/locations?${API}`
    expect((await ask(`${service.url}${path}`, service.ca, token)).status).toBe(200)
    await service.close()
  })

  test('sweeps by itself when it has timers', async () => {
    const clock = new FakeClock()
    const service = await runService({ dataDir, clock, timers: clock })
    const path = `${jobPath('j')}?${API}`
    await ask(`${service.url}${path}`, service.ca, 'customer-token', 'PUT', importJob())
    clock.advance(15 * 86_400_000)
    await expect
      .poll(async () => {
        clock.advance(600_000)
        return (await ask(`${service.url}${path}`, service.ca, 'customer-token')).status
      })
      .toBe(404)
    await service.close()
    expect(clock.waitsMs).toEqual([])
  })
})

describe('a start that cannot be', () => {
  const failure = async (more: object = {}) => {
    const outcome = await startService({ ...parts(), port: 0, ...more })
    if (outcome.ok) await outcome.value.close()
    return outcome.ok ? 'started' : outcome.failure
  }

  test('with another master key is refused before it can harm', async () => {
    await (await runService({ dataDir })).close()
    const masterKey = Buffer.alloc(32, 7).toString('base64')
    expect(await failure({ masterKey })).toMatchObject({ code: 'service-key-mismatch' })
    expect(await failure()).toBe('started')
  })

  test('with a master key of the wrong length is refused without showing it', async () => {
    const refused = await failure({ masterKey: 'c2hvcnQtc2VjcmV0' })
    expect(refused).toMatchObject({ code: 'service-key-malformed' })
    expect(JSON.stringify(refused)).not.toContain('c2hvcnQ')
  })

  test('with a key file that was damaged is refused', async () => {
    mkdirSync(join(dataDir, 'keys'))
    writeFileSync(join(dataDir, 'keys', 'service.key'), 'half a key')
    expect(await failure()).toMatchObject({ code: 'service-key-malformed' })
  })

  test('with a key given leaves no key in the folder', async () => {
    expect(await failure({ masterKey: Buffer.alloc(32, 9).toString('base64') })).toBe('started')
    expect(() => statSync(join(dataDir, 'keys', 'service.key'))).toThrow('ENOENT')
  })

  test('with a certificate that is none, or not of its key, is refused', async () => {
    const [keyPath, certPath] = [join(dataDir, 'k.pem'), join(dataDir, 'c.pem')]
    expect(await failure({ tls: { keyPath, certPath } })).toMatchObject({ code: 'tls-unreadable' })
    await (await runService({ dataDir })).close()
    writeFileSync(certPath, OTHER_CERTIFICATE)
    expect(
      await failure({ tls: { keyPath: join(dataDir, 'tls', 'service-key.pem'), certPath } }),
    ).toMatchObject({
      code: 'tls-unreadable',
    })
  })

  test('with a table of locations that is none is refused', async () => {
    const locationsPath = join(dataDir, 'locations.json')
    writeFileSync(locationsPath, '{"sites": []}')
    expect(await failure({ locationsPath })).toMatchObject({ code: 'locations-unreadable' })
    writeFileSync(locationsPath, '{')
    expect(await failure({ locationsPath })).toMatchObject({ code: 'locations-unreadable' })
  })

  test('takes the table of locations that lies in the data folder', async () => {
    writeFileSync(
      join(dataDir, 'locations.json'),
      JSON.stringify({ sites: [{ ...SITE, name: 'North Pier' }] }),
    )
    const service = await runService({ dataDir })
    const path = `/providers/Microsoft.ImportExport/locations/northpier?${API}`
    expect((await ask(`${service.url}${path}`, service.ca)).status).toBe(200)
    await service.close()
    writeFileSync(
      join(dataDir, 'locations.json'),
      JSON.stringify({ sites: [SITE], redirected: { 'West US': 'Nowhere' } }),
    )
    expect(await failure()).toMatchObject({
      code: 'locations-unreadable',
      detail: expect.stringContaining('Nowhere'),
    })
  })

  test('in a place that is no folder, or on an address that is not here, is refused', async () => {
    writeFileSync(join(dataDir, 'file'), '')
    expect(await failure({ dataDir: join(dataDir, 'file', 'x') })).toMatchObject({
      code: 'data-folder-unusable',
    })
    expect(await failure({ host: '192.0.2.1' })).toMatchObject({ code: 'address-unusable' })
  })
})

describe('the service in a thread of its own', () => {
  test('starts, knows the station’s token, and stops', async () => {
    const logFile = join(dataDir, 'logs', 'service.log')
    const stationToken = 'only-for-this-run'
    const service = must(await startEmbeddedService({ dataDir, port: 0, stationToken, logFile }))
    const ca = readFileSync(service.caPath, 'utf8')
    expect((await ask(`${service.url}/dock/v1/changes?station=d`, ca, stationToken)).status).toBe(200)
    expect((await ask(`${service.url}/dock/v1/changes?station=d`, ca, 'other')).status).toBe(401)
    await service.close()
    expect(await service.ended).toBeUndefined()
    await expect(ask(`${service.url}/healthz`, ca)).rejects.toThrow()
    expect(readFileSync(logFile, 'utf8')).not.toContain(stationToken)
  })

  test('says why it could not start', async () => {
    mkdirSync(join(dataDir, 'keys'))
    writeFileSync(join(dataDir, 'keys', 'service.key'), '?')
    chmodSync(join(dataDir, 'keys', 'service.key'), 0o600)
    const outcome = await startEmbeddedService({ dataDir, port: 0, stationToken: 't' })
    expect(outcome).toMatchObject({ ok: false, failure: { code: 'service-key-malformed' } })
  })
})

const SITE = {
  name: 'South Pier',
  recipientName: 'Pier',
  streetAddress1: '1 Pier Road',
  city: 'Elverhaven',
  stateOrProvince: 'N',
  postalCode: '1',
  countryOrRegion: 'Norland',
  phone: '5550100',
  supportedCarriers: ['UPS'],
}

/** Self-made for nobody, its key thrown away. */
const OTHER_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBiDCCAS2gAwIBAgIUKFOctGpK4WN2YHI5Ura0v9Ioj8wwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTAgFw0yNjExMjAxMTQ2MzRaGA8yMTI2
MTAyNzExNDYzNFowGDEWMBQGA1UEAwwNb3RoZXIuZXhhbXBsZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABIEbiTaUIiGRyXLqmpfKHNx9iN37eThf2IQS68s8iSfZ
deYFScwbJ7GVs6TwU4cXHS0Mp3VT0V/8NYcAqh0n4D+jUzBRMB0GA1UdDgQWBBR7
fK1nM/CrIzp9Ad1HqUXI7Jbl8zAfBgNVHSMEGDAWgBR7fK1nM/CrIzp9Ad1HqUXI
7Jbl8zAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCbIApXoIFs
MAkJfzRv2sVev3CvviwQW4PZpNEqtgwDVgIhAPmSG5DyA/kk1yGH19wqxISiD3Tw
lyJkmoMnLPHleg+q
-----END CERTIFICATE-----
`
