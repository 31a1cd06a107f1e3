import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { event } from '../../src/lifecycle/events.ts'
import { createToken, revokeTokens } from '../../src/service/tokens.ts'
import { Dock } from './dock-stories.ts'
import { importJob, Lane, must, ServiceUnderTest, SUBSCRIPTION } from './service-under-test.ts'

const FROM_HERE = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' }

describe("the customers' page", () => {
  let service: ServiceUnderTest
  beforeEach(async () => {
    service = await ServiceUnderTest.open()
  })
  afterEach(() => service.end())

  const get = (url: string, headers: Record<string, string> = {}) =>
    service.app.inject({ method: 'GET', url, headers })
  const signIn = (token: string, headers: Record<string, string> = FROM_HERE) =>
    service.app.inject({
      method: 'POST',
      url: '/sign-in',
      headers,
      payload: `token=${encodeURIComponent(token)}`,
    })
  const cookieFor = async (subscription = SUBSCRIPTION) => {
    const { headers } = await signIn(await service.token('customer', subscription))
    return String(headers['set-cookie']).split(';', 1)[0] ?? ''
  }

  test('asks for a token, in the language the browser prefers', async () => {
    const asked: [string, string, string][] = [
      ['', 'en', 'Sign in'],
      ['nl-BE,en;q=0.5', 'nl', 'Aanmelden'],
      ['de, sv;q=0.8, fr;q=0.9', 'fr', 'Se connecter'],
      ['sv-SE', 'sv', 'Logga in'],
      ['fr;q=0, sv;q=0.1', 'sv', 'Logga in'],
      ['xx;q=x', 'en', 'Sign in'],
    ]
    for (const [accepted, language, button] of asked) {
      const { body, headers } = await get('/', { 'accept-language': accepted })
      expect(body).toContain(`<html lang="${language}">`)
      expect(body).toContain(`>${button}</button>`)
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['cache-control']).toBe('no-store')
    }
    expect((await get('/?lang=nl', { 'accept-language': 'fr' })).body).toContain('Aanmelden')
    expect((await get('/')).body).not.toMatch(/<script|style=/)
  })

  test('shows a customer its jobs with drives, percent, codes and logs, in four languages', async () => {
    await service.put('mine <1>'.replace(/[<>]/g, "'"), importJob())
    const job = await service.shippingJob('on its way', ['SN-1'])
    const dock = new Dock(service, new Lane('dock-1'), job)
    await dock.tell(dock.opened(), dock.received('SN-1'), dock.closed(), ...dock.copied('SN-1', true))
    const cookie = await cookieFor()
    const words = { en: 'Being packed', nl: 'Wordt ingepakt', sv: 'Packas', fr: 'Emballage en cours' }
    for (const [language, word] of Object.entries(words)) {
      const { body, statusCode } = await get(`/?lang=${language}`, { cookie })
      expect(statusCode).toBe(200)
      for (const part of [
        word,
        'Packaging',
        'CompletedMoreInfo',
        'SN-1',
        'waimportexport/error.xml',
        'mine &#39;1&#39;',
      ])
        expect(body).toContain(part)
    }
  })

  test('shows nothing of others, and no key', async () => {
    await service.put('secret-name', importJob())
    const { body } = await get('/', { cookie: await cookieFor('stranger') })
    expect(body).toContain('No jobs yet')
    expect(body).not.toContain('secret-name')
    expect((await get('/', { cookie: await cookieFor() })).body).not.toContain('135795')
  })

  test('comes in pages that lead on and back', async () => {
    for (let n = 0; n < 51; n++) await service.put(`job-${100 + n}`, importJob({ driveList: [] }))
    const cookie = await cookieFor()
    const first = (await get('/', { cookie })).body
    expect(first).toContain('job-149')
    expect(first).not.toContain('job-150')
    const next = /href="(\/\?lang=en&amp;after=[^"]+)"/.exec(first)?.[1]?.replace('&amp;', '&') ?? ''
    const second = (await get(next, { cookie })).body
    expect(second).toContain('job-150')
    expect(second).toContain('Back to the first jobs')
    expect((await get('/?after=cut', { cookie })).body).toContain('job-100')
  })

  test('lets in who holds a live customer token, and says to others why not', async () => {
    const { id, token } = must(await createToken(service.world, { role: 'customer', subscription: 's1' }))
    const entered = await signIn(token)
    expect(entered.statusCode).toBe(303)
    expect(entered.headers['set-cookie']).toMatch(
      /^__Host-tallydock=.*; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(String(entered.headers['set-cookie'])).not.toContain(token)
    const cookie = String(entered.headers['set-cookie']).split(';', 1)[0] ?? ''
    expect((await get('/', { cookie })).body).toContain('s1')
    const wrong = await signIn('tdk_nonsense')
    expect([wrong.statusCode, wrong.headers['set-cookie']]).toEqual([401, undefined])
    expect(wrong.body).toContain('This token is not known')
    expect((await signIn(await service.token('operator'))).statusCode).toBe(403)
    // Revoked, the page is closed as well, at once.
    must(await revokeTokens(service.world, id))
    expect((await get('/', { cookie })).body).toContain('Paste the token')
  })

  test('takes forms from itself alone, and a cookie only as it was sealed and for half a day', async () => {
    const token = await service.token()
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await signIn(token, { ...form, 'sec-fetch-site': 'cross-site' })).statusCode).toBe(403)
    expect((await signIn(token, { ...form, origin: 'https://evil.example' })).statusCode).toBe(403)
    expect((await signIn(token, form)).statusCode).toBe(403)
    expect(
      (await signIn(token, { ...form, host: 'dock.example:8443', origin: 'https://dock.example:8443' }))
        .statusCode,
    ).toBe(303)
    const cookie = await cookieFor()
    const out = await service.app.inject({
      method: 'POST',
      url: '/sign-out',
      headers: { ...FROM_HERE, cookie },
      payload: '',
    })
    expect(out.headers['set-cookie']).toMatch(/Max-Age=0/)
    const at = cookie.length - 9
    const forged = `${cookie.slice(0, at)}${cookie[at] === 'A' ? 'B' : 'A'}${cookie.slice(at + 1)}`
    for (const other of [forged, '__Host-tallydock=', '__Host-tallydock=AAAA', 'x=1', ''])
      expect((await get('/', { cookie: other })).body).toContain('Paste the token')
    service.clock.advance(12 * 3_600_000)
    expect((await get('/', { cookie })).body).toContain('Paste the token')
  })

  test('tries at a token run out; what is sent is bounded', async () => {
    const tries: number[] = []
    for (let n = 0; n < 61; n++) tries.push((await signIn('tdk_guess')).statusCode)
    expect([tries[0], tries.at(-1)]).toEqual([401, 429])
    const long = await signIn('x'.repeat(5_000))
    expect(long.statusCode).toBe(413)
    // A token is never part of an address, and no log line holds one.
    expect(JSON.stringify(service.log.lines)).not.toContain('tdk_')
  })

  test('brings its own style and fonts', async () => {
    for (const file of ['page.css', 'next-400.woff2', 'next-700.woff2', 'mono-400.woff2'])
      expect((await get(`/page/${file}`)).statusCode).toBe(200)
  })
})

describe('for people who run the service', () => {
  let service: ServiceUnderTest
  beforeAll(async () => {
    service = await ServiceUnderTest.open()
  })
  afterAll(() => service.end())

  test('figures count requests by route, entries by answer, and name no customer', async () => {
    await service.put('secret-name', importJob())
    await service.get('nobody')
    const lane = new Lane('dock-9')
    await service.push('dock-9', [lane.write(event('work-changed', { work: { doing: 'nothing' } }))])
    const { body, headers } = await service.app.inject({ method: 'GET', url: '/metrics' })
    expect(headers['content-type']).toContain('text/plain; version=0.0.4')
    const route =
      '/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.ImportExport/jobs/:name'
    expect(body).toContain(`tallydock_http_requests_total{route="${route}",method="PUT",status="201"} 1`)
    expect(body).toContain(`tallydock_http_requests_total{route="${route}",method="GET",status="404"} 1`)
    expect(body).toContain('tallydock_entries_total{answer="accepted"} 1')
    expect(body).toMatch(/^tallydock_log_cursor 2$/m)
    expect(body).toContain('process_cpu_seconds_total')
    for (const secret of ['secret-name', SUBSCRIPTION, 'dock-9', 'tdk_']) expect(body).not.toContain(secret)
  })

  test('the interface document names routes that are there', async () => {
    const { body } = await service.app.inject({ method: 'GET', url: '/openapi.json' })
    const { paths, openapi } = JSON.parse(body)
    expect(openapi).toBe('3.1.0')
    const told = Object.entries(paths as Record<string, object>).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    const has = (line: string) => {
      const [method = '', path = ''] = line.split(' ')
      return service.app.hasRoute({ method: method as 'GET', url: path.replace(/\{(\w+)\}/g, ':$1') })
    }
    // The live stream needs timers, which this one was opened without.
    expect(told.filter((line) => !has(line))).toEqual(['GET /dock/v1/stream'])
    expect(told).toContain('POST /dock/v1/progress')
  })
})
