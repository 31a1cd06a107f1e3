import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Clock } from '../../src/ports/clock.ts'
import { RateLimit } from '../../src/service/http/rate-limit.ts'
import { type Role, StoreBusy } from '../../src/service/store/store.ts'
import { createToken, listTokens, revokeTokens } from '../../src/service/tokens.ts'
import { FakeClock } from '../fakes/clock.ts'
import {
  API,
  drive,
  type ErrorAnswer,
  groupPath,
  importJob,
  jobPath,
  must,
  ServiceUnderTest,
  SUBSCRIPTION,
} from './service-under-test.ts'

let service: ServiceUnderTest
beforeEach(async () => {
  service = await ServiceUnderTest.open()
})
afterEach(() => service.end())

const locations = `/providers/Microsoft.ImportExport/locations?${API}`
const subscriptionJobs = (subscription: string) =>
  `/subscriptions/${subscription}/providers/Microsoft.ImportExport/jobs?${API}`

describe('a token', () => {
  test('is needed, and is asked for in the agreed form', async () => {
    const bare = await service.app.inject({ url: locations })
    expect(bare.statusCode).toBe(401)
    expect(bare.headers['www-authenticate']).toBe('Bearer')
    expect(bare.json<ErrorAnswer>().error.code).toBe('AuthenticationFailed')
    for (const authorization of ['Bearer', 'Basic dTpw', 'Bearer a b', 'Bearer tdk_0000']) {
      const answered = await service.app.inject({ url: locations, headers: { authorization } })
      expect(answered.statusCode, authorization).toBe(401)
      expect(answered.json<ErrorAnswer>().error.message).not.toContain('tdk_')
    }
  })

  test('is checked before anything of the body is read', async () => {
    const answered = await service.app.inject({
      method: 'PUT',
      url: `${jobPath('j')}?${API}`,
      payload: '{not json',
      headers: { 'content-type': 'application/json' },
    })
    expect(answered.statusCode).toBe(401)
  })

  test('revoked by id or by name is refused from the next request on', async () => {
    const first = must(await createToken(service.world, { role: 'operator', name: 'front desk' }))
    const second = must(await createToken(service.world, { role: 'operator', name: 'front desk' }))
    expect((await service.call('GET', locations, undefined, first.token)).status).toBe(200)
    expect(must(await revokeTokens(service.world, first.id))).toEqual({ revoked: [first.id] })
    const refused = await service.call<ErrorAnswer>('GET', locations, undefined, first.token)
    expect(refused).toMatchObject({ status: 401, body: { error: { code: 'InvalidAuthenticationToken' } } })
    expect((await service.call('GET', locations, undefined, second.token)).status).toBe(200)
    expect(must(await revokeTokens(service.world, 'front desk'))).toEqual({ revoked: [second.id] })
    expect(await revokeTokens(service.world, 'nobody')).toMatchObject({
      ok: false,
      failure: { code: 'token-not-found' },
    })
  })

  test('is listed without itself or its hash, and kept only as a hash', async () => {
    const { id, token } = must(
      await createToken(service.world, { role: 'customer', subscription: 's1', name: 'n' }),
    )
    const [listed] = await listTokens(service.world)
    expect(listed).toEqual({
      id,
      role: 'customer',
      subscription: 's1',
      name: 'n',
      createdAt: service.clock.now(),
    })
    const stored = await service.world.store.read((tx) => tx.tokens())
    expect(JSON.stringify(stored)).not.toContain(token)
  })

  test('for a customer needs a subscription, in a form that fits a path', async () => {
    expect(await createToken(service.world, { role: 'customer' })).toMatchObject({
      ok: false,
      failure: { code: 'subscription-missing' },
    })
    expect(await createToken(service.world, { role: 'customer', subscription: 'a/b' })).toMatchObject({
      ok: false,
      failure: { code: 'subscription-invalid' },
    })
  })

  test('trusted by this process alone works without being stored', async () => {
    const own = await ServiceUnderTest.open({ trusted: new Map([['own', { role: 'admin', actor: 'cli' }]]) })
    expect((await own.call('GET', locations, undefined, 'own')).status).toBe(200)
    expect(await listTokens(own.world)).toEqual([])
    await own.end()
  })
})

describe("a station's token", () => {
  const push = async (token: string, station: string) => {
    const body = { version: 1, station, entries: [] }
    const { status, body: answer } = await service.call<ErrorAnswer>('POST', '/dock/v1/entries', body, token)
    return status === 200 ? status : answer.error.code
  }
  const make = async () => must(await createToken(service.world, { role: 'station' }))

  test('speaks for the first station it pushes as, and for no other', async () => {
    const { id, token } = await make()
    expect(await push(token, 'dock-1')).toBe(200)
    expect(await push(token, 'dock-2')).toBe('StationNotYours')
    expect(await push(token, 'dock-1')).toBe(200)
    expect(await listTokens(service.world)).toMatchObject([{ id, role: 'station', station: 'dock-1' }])
    const progress = { version: 1, station: 'dock-2', drives: [] }
    expect((await service.call('POST', '/dock/v1/progress', progress, token)).status).toBe(403)
  })

  test('cannot take a name that another speaks under, until that one is revoked', async () => {
    const [old, other] = [await make(), await make()]
    expect(await push(old.token, 'dock-1')).toBe(200)
    expect(await push(other.token, 'dock-1')).toBe('StationTaken')
    must(await revokeTokens(service.world, old.id))
    expect(await push(other.token, 'dock-1')).toBe(200)
    expect(await push(old.token, 'dock-1')).toBe('InvalidAuthenticationToken')
  })

  test('of the station in this process speaks under its own name at once, which nobody else can take', async () => {
    const own = { role: 'station', actor: 'own-station', station: 'here' } as const
    const house = await ServiceUnderTest.open({ trusted: new Map([['own', own]]) })
    const { token } = must(await createToken(house.world, { role: 'station' }))
    const pushTo = async (t: string, station: string) =>
      (await house.call('POST', '/dock/v1/entries', { version: 1, station, entries: [] }, t)).status
    expect(await pushTo('own', 'there')).toBe(403)
    expect(await pushTo('own', 'here')).toBe(200)
    expect(await pushTo(token, 'here')).toBe(403)
    expect(await pushTo(token, 'there')).toBe(200)
    await house.end()
  })
})

describe('what each role may do', () => {
  const asks: readonly [string, (s: ServiceUnderTest, token: string) => Promise<number>][] = [
    ['locations', async (s, t) => (await s.call('GET', locations, undefined, t)).status],
    ['list jobs', async (s, t) => (await s.call('GET', subscriptionJobs(SUBSCRIPTION), undefined, t)).status],
    ['get a job', async (s, t) => (await s.get('j', { token: t })).status],
    ['patch a job', async (s, t) => (await s.patch('j', {}, { token: t })).status],
    ['list keys', async (s, t) => (await s.keys('j', { token: t })).status],
    [
      'push',
      async (s, t) =>
        (await s.call('POST', '/dock/v1/entries', { version: 1, station: 'd', entries: [] }, t)).status,
    ],
    ['pull', async (s, t) => (await s.call('GET', '/dock/v1/changes?station=d', undefined, t)).status],
  ]
  const allowed: Readonly<Record<Role, readonly string[]>> = {
    customer: ['locations', 'list jobs', 'get a job', 'patch a job', 'list keys'],
    operator: ['locations', 'list jobs', 'get a job', 'patch a job'],
    admin: ['locations', 'list jobs', 'get a job', 'patch a job', 'list keys'],
    station: ['locations', 'list keys', 'push', 'pull'],
  }
  test.each(Object.entries(allowed))('%s: %j', async (role, may) => {
    await service.put('j', importJob())
    const token = await service.token(role as Role)
    for (const [what, ask] of asks)
      expect([what, await ask(service, token)]).toEqual([what, may.includes(what) ? 200 : 403])
  })
})

describe('a customer', () => {
  test('sees its own subscription and no other, whether it exists or not', async () => {
    await service.put('secret-job', importJob())
    const stranger = await service.token('customer', 'stranger')
    const paths = [SUBSCRIPTION, 'no-such-subscription'].map(subscriptionJobs)
    const answers = await Promise.all(
      paths.map((path) => service.call<ErrorAnswer>('GET', path, undefined, stranger)),
    )
    expect(answers.map(({ status }) => status)).toEqual([403, 403])
    expect(answers[0]?.body).toEqual(answers[1]?.body)
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : importJob()
      const answered = await service.call<ErrorAnswer>(
        method,
        `${jobPath('secret-job')}?${API}`,
        body,
        stranger,
      )
      expect(answered.status).toBe(403)
      expect(JSON.stringify(answered.body)).not.toContain('secret')
    }
    expect((await service.keys('secret-job', { token: stranger })).status).toBe(403)
  })

  test('writes its subscription as it likes: ids compare without case', async () => {
    const path = `${jobPath('j').replace(SUBSCRIPTION, SUBSCRIPTION.toUpperCase())}?${API}`
    expect((await service.call('PUT', path, importJob())).status).toBe(201)
    expect((await service.get('j')).status).toBe(200)
  })

  test('cannot reach another subscription through names or tokens of pages', async () => {
    const other = await service.token('customer', 'other')
    await service.put('a', importJob({ driveList: [drive('A')] }), { subscription: 'other', token: other })
    await service.put('b', importJob({ driveList: [drive('B')] }))
    for (const path of [
      `${groupPath()}%2F..`,
      groupPath(`${SUBSCRIPTION}%2F..%2Fother`),
      groupPath(SUBSCRIPTION, 'a%2Fb'),
    ]) {
      const answered = await service.call<{ value?: unknown[] }>('GET', `${path}?${API}`)
      expect(answered.status, path).toBeGreaterThanOrEqual(400)
    }
  })
})

describe('too many requests', () => {
  test('are refused with the wait, for each token by itself', async () => {
    const rates = { token: { burst: 3, perSecond: 1 }, stranger: { burst: 2, perSecond: 1 } }
    const slow = await ServiceUnderTest.open({ rates })
    const [one, two] = [await slow.token('operator'), await slow.token('admin')]
    const ask = async (token: string) =>
      (await slow.call<ErrorAnswer>('GET', locations, undefined, token)).status
    expect([await ask(one), await ask(one), await ask(one), await ask(one)]).toEqual([200, 200, 200, 429])
    expect(await ask(two)).toBe(200)
    const refused = await slow.call<ErrorAnswer>('GET', locations, undefined, one)
    expect(refused.headers['retry-after']).toBe('1')
    expect(refused.body.error.code).toBe('TooManyRequests')
    slow.clock.advance(1_000)
    expect(await ask(one)).toBe(200)
    expect([await ask('guess'), await ask('guess'), await ask('guess')]).toEqual([401, 401, 429])
    expect(await ask(two)).toBe(200)
    await slow.end()
  })

  test('are counted in bounded memory, whatever the clock does', () => {
    const clock = new FakeClock()
    const limit = new RateLimit(clock, { burst: 2, perSecond: 1 })
    for (let i = 0; i < 30_000; i++) limit.take(`caller ${i}`)
    expect(limit.take('caller 1')).toEqual({ remaining: 1 })
    let now = 1_000_000
    const backwards: Clock = { now: () => now }
    const other = new RateLimit(backwards, { burst: 2, perSecond: 1 })
    other.take('a')
    now -= 500_000
    expect(other.take('a')).toEqual({ remaining: 0 })
    expect(other.take('a')).toEqual({ waitS: 1 })
  })
})

describe('answers that are no success', () => {
  test('have the error body also for unknown paths and methods', async () => {
    for (const [method, url] of [
      ['GET', '/nowhere'],
      ['POST', locations],
      ['GET', '/%zz'],
    ] as const) {
      const answered = await service.call<ErrorAnswer>(method, url)
      expect(answered.status).toBeGreaterThanOrEqual(400)
      expect(answered.body.error.code).toMatch(/^[A-Z]/)
    }
  })

  test('tell nothing of the inside when something breaks, and log it', async () => {
    await service.put('j', importJob())
    const id = await service.jobId('j')
    await service.world.store.write((tx) => tx.eraseDocument(id))
    const answered = await service.get<ErrorAnswer>('j')
    expect(answered.status).toBe(500)
    expect(answered.body.error).toEqual({
      code: 'InternalError',
      message: expect.stringContaining(String(answered.headers['x-ms-request-id'])),
    })
    const [line] = service.log.lines.filter(({ level }) => level === 'error')
    expect(line?.facts.request).toBe(answered.headers['x-ms-request-id'])
  })

  test('healthz is open to everyone, and says when the database does not answer', async () => {
    const health = async () => (await service.app.inject({ url: '/healthz' })).statusCode
    expect(await health()).toBe(200)
    vi.spyOn(service.world.store, 'read').mockRejectedValueOnce(new StoreBusy('held by another'))
    expect(await health()).toBe(503)
    expect(await health()).toBe(200)
  })

  test('a database held by others for too long asks to come back', async () => {
    const token = await service.token()
    vi.spyOn(service.world.store, 'write').mockRejectedValueOnce(new StoreBusy('held by another'))
    const answered = await service.put<ErrorAnswer>('j', importJob(), { token })
    expect(answered).toMatchObject({ status: 503, body: { error: { code: 'ServiceBusy' } } })
    expect(answered.headers['retry-after']).toBe('1')
    expect((await service.put('j', importJob(), { token })).status).toBe(201)
  })

  test('each request leaves one log line without its token', async () => {
    const token = await service.token('operator')
    await service.call('GET', locations, undefined, token)
    const requests = service.log.lines.filter(({ message }) => message === 'request')
    expect(requests).toHaveLength(1)
    expect(requests[0]?.facts).toMatchObject({
      method: 'GET',
      status: 200,
      caller: expect.stringMatching(/^TK-/),
    })
    expect(JSON.stringify(service.log.lines)).not.toContain(token)
  })
})

describe('locations and operations', () => {
  test('are listed, and found by either form of their name', async () => {
    const { body } = await service.call<{ value: { id: string; name: string; properties: object }[] }>(
      'GET',
      locations,
    )
    expect(body.value[0]).toMatchObject({
      id: '/providers/Microsoft.ImportExport/locations/homedock',
      name: 'Home Dock',
      type: 'Microsoft.ImportExport/locations',
      properties: { alternateLocations: ['/providers/Microsoft.ImportExport/locations/homedock'] },
    })
    const one = (name: string) =>
      service.call('GET', `/providers/Microsoft.ImportExport/locations/${encodeURIComponent(name)}?${API}`)
    expect((await one('West US')).body).toEqual((await one('westus')).body)
    expect((await one('westus')).body).toMatchObject({
      properties: { alternateLocations: ['/providers/Microsoft.ImportExport/locations/homedock'] },
    })
    expect((await one('Atlantis')).status).toBe(404)
    const operations = await service.call<{ value: { name: string }[] }>(
      'GET',
      `/providers/Microsoft.ImportExport/operations?${API}`,
    )
    expect(operations.body.value.map(({ name }) => name)).toContain(
      'Microsoft.ImportExport/jobs/listBitLockerKeys/action',
    )
  })
})
