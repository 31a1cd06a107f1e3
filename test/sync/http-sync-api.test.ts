import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { generate } from 'selfsigned'
import { describe, expect, onTestFinished, test } from 'vitest'
import { EXCHANGE_VERSION, progressReport, pushRequest } from '../../src/contract/exchange.ts'
import { createHttpSyncApi, type HttpSyncApiOptions } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeSyncService } from '../fakes/sync-api.ts'
import { must } from '../ledger/dock.ts'
import { Lane, syncApiSuite } from '../suites/sync-api.ts'

const TOKEN = 'tds_secret'

interface Listening {
  readonly url: string
  readonly sockets: Set<Socket>
  end(): Promise<void>
}

async function listen(server: Server): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  server.on('secureConnection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const scheme = 'setSecureContext' in server ? 'https' : 'http'
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    sockets,
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A server that answers every request with this; it is gone when the test ends. */
async function answering(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Listening> {
  const listening = await listen(createHttpServer(answer))
  onTestFinished(() => listening.end())
  return listening
}

function apiAt(url: string, options: Partial<HttpSyncApiOptions> = {}) {
  const api = must(createHttpSyncApi({ url, token: TOKEN, timers: systemTimers, ...options }))
  onTestFinished(() => api.close())
  return api
}

/** The fake service behind HTTP. */
function serve(
  service: FakeSyncService,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body))
    const url = new URL(request.url ?? '', 'http://service')
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void send(401, {})
    if (request.method === 'POST' && url.pathname === '/dock/v1/entries') {
      const parts: Buffer[] = []
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
      const body = pushRequest.parse(JSON.parse(Buffer.concat(parts).toString()))
      return void send(200, must(await service.push(body)))
    }
    if (request.method === 'POST' && url.pathname === '/dock/v1/progress') {
      const parts: Buffer[] = []
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
      const report = progressReport.parse(JSON.parse(Buffer.concat(parts).toString()))
      return void send(200, must(await service.tellProgress(report)))
    }
    const query = (name: string) => url.searchParams.get(name) ?? ''
    if (url.pathname === '/dock/v1/changes')
      return void send(
        200,
        must(await service.pull(query('station'), Number(query('after')), Number(query('limit')))),
      )
    const [, job = '', what] = /^\/dock\/v1\/jobs\/([^/]+)\/(keys|export)$/.exec(url.pathname) ?? []
    const keys = service.keysByJob.get(decodeURIComponent(job))
    const wanted = service.exportsByJob.get(decodeURIComponent(job))
    if (what === 'export')
      return void send(wanted === undefined ? 404 : 200, { version: EXCHANGE_VERSION, ...wanted })
    return void send(keys === undefined ? 404 : 200, { version: EXCHANGE_VERSION, keys })
  }
}

syncApiSuite('HTTP', async () => {
  const service = new FakeSyncService()
  const listening = await listen(createHttpServer(serve(service)))
  const api = must(createHttpSyncApi({ url: listening.url, token: TOKEN, timers: systemTimers }))
  return {
    apiFor: () => api,
    exportJob: async (wanted) => {
      const job = `job ${service.exportsByJob.size} ?#`
      service.exportsByJob.set(job, wanted)
      return job
    },
    end: async () => {
      api.close()
      await listening.end()
    },
  }
})

describe('the keys of a job', () => {
  test('are fetched by its id, whatever characters are in it', async () => {
    const service = new FakeSyncService()
    const keys = [{ driveId: 'WD1', bitLockerKey: '000000-111111' }]
    service.keysByJob.set('j/1 ?#', keys)
    const { url } = await answering(serve(service))
    expect(await apiAt(url).keys('j/1 ?#')).toEqual({ ok: true, value: keys })
  })
})

describe('what the service answers', () => {
  const head = { seq: 0, hash: '0'.repeat(64) }

  test.each([
    [401, 'not-allowed'],
    [403, 'not-allowed'],
    [404, 'not-found'],
    [400, 'version-mismatch'],
    [409, 'version-mismatch'],
    [413, 'version-mismatch'],
    [408, 'service-busy'],
    [429, 'service-busy'],
    [500, 'service-busy'],
    [503, 'service-busy'],
    [502, 'service-unreachable'],
    [504, 'service-unreachable'],
    [204, 'bad-answer'],
    [302, 'bad-answer'],
  ])('with status %i is %s', async (status, code) => {
    const { url } = await answering((_, response) => response.writeHead(status, { location: '/' }).end('{}'))
    const answer = await apiAt(url).pull('dock-1', 0, 1)
    expect(answer).toMatchObject({ ok: false, failure: { code, detail: `HTTP ${status}` } })
    expect(JSON.stringify(answer)).not.toContain(TOKEN)
  })

  test.each<[string, string, string]>([
    ['no JSON', 'bad-answer', '<html>Please log in</html>'],
    ['nothing', 'bad-answer', ''],
    ['another shape', 'bad-answer', JSON.stringify({ version: 1, answers: 'all fine', head })],
    ['a member nobody knows', 'bad-answer', JSON.stringify({ version: 1, answers: [], head, extra: 1 })],
    [
      'an answer nobody knows',
      'bad-answer',
      JSON.stringify({ version: 1, answers: [{ seq: 1, answer: 'maybe' }], head }),
    ],
    ['another version', 'version-mismatch', JSON.stringify({ version: 2, answers: [], head })],
  ])('that is %s is %s', async (_, code, body) => {
    const { url } = await answering((__, response) => response.writeHead(200).end(body))
    const answer = await apiAt(url).push({ version: EXCHANGE_VERSION, station: 'dock-1', entries: [] })
    expect(answer).toMatchObject({ ok: false, failure: { code } })
  })
})

describe('a service that cannot be reached', () => {
  test('because nobody listens', async () => {
    const listening = await listen(createHttpServer())
    await listening.end()
    expect(await apiAt(listening.url).pull('dock-1', 0, 1)).toMatchObject({
      failure: { code: 'service-unreachable', detail: expect.stringContaining('ECONNREFUSED') },
    })
  })

  test('because it hangs up in the middle of an answer', async () => {
    const { url } = await answering((_, response) => {
      response.writeHead(200, { 'content-length': 1_000 })
      response.write('{"version":')
      response.destroy()
    })
    expect(await apiAt(url).pull('dock-1', 0, 1)).toMatchObject({ failure: { code: 'service-unreachable' } })
  })

  test('because it takes too long, however steadily it drips', async () => {
    const timers = new FakeClock()
    const asked = Promise.withResolvers<void>()
    const { url } = await answering((_, response) => {
      response.writeHead(200)
      response.write('{')
      asked.resolve()
    })
    const answer = apiAt(url, { timers, timeoutMs: 10_000 }).pull('dock-1', 0, 1)
    await asked.promise
    expect(timers.waitsMs).toEqual([10_000])
    timers.advance(10_000)
    expect(await answer).toMatchObject({
      failure: { code: 'service-unreachable', detail: expect.stringContaining('10000 ms') },
    })
  })

  test('sets no timer that outlives its answer', async () => {
    const timers = new FakeClock()
    const { url } = await answering(serve(new FakeSyncService()))
    await apiAt(url, { timers }).pull('dock-1', 0, 1)
    expect(timers.waitsMs).toEqual([])
  })
})

describe('connections', () => {
  test('are kept open from one call to the next', async () => {
    const { url, sockets } = await answering(serve(new FakeSyncService()))
    const api = apiAt(url)
    for (let n = 0; n < 5; n++) must(await api.pull('dock-1', 0, 1))
    expect(sockets.size).toBe(1)
  })

  test('that went stale while idle are replaced without a failure', async () => {
    const service = new FakeSyncService()
    let calls = 0
    const { url } = await answering((request, response) => {
      // The service closes the idle connection just as the second call comes in.
      if (++calls === 2) request.socket.destroy()
      else void serve(service)(request, response)
    })
    const api = apiAt(url)
    const entries = new Lane('dock-1').write(2)
    must(await api.push({ version: EXCHANGE_VERSION, station: 'dock-1', entries: entries.slice(0, 1) }))
    must(await api.push({ version: EXCHANGE_VERSION, station: 'dock-1', entries }))
    expect(service.lane('dock-1')).toEqual(entries)
    expect(calls).toBe(3)
  })
})

describe('encryption', () => {
  const certificate = () =>
    generate([{ name: 'commonName', value: 'Tallydock test' }], {
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
      ],
    })

  async function secured() {
    const { private: key, cert } = await certificate()
    const listening = await listen(createHttpsServer({ key, cert }, serve(new FakeSyncService())))
    onTestFinished(() => listening.end())
    return { ...listening, cert }
  }

  test('with a certificate of one’s own works when it is named', async () => {
    const { url, cert } = await secured()
    must(await apiAt(url, { ca: cert }).pull('dock-1', 0, 1))
  })

  test('is never given up for a certificate nobody vouches for', async () => {
    const { url } = await secured()
    const { cert: other } = await certificate()
    for (const options of [{}, { ca: other }]) {
      const answer = await apiAt(url, options).pull('dock-1', 0, 1)
      expect(answer).toMatchObject({ ok: false, failure: { code: 'service-unreachable' } })
      expect(answer.ok || answer.failure.sentence).toContain('certificate')
    }
  })

  test('is never given up for a certificate of another name', async () => {
    const { url, cert } = await secured()
    const answer = await apiAt(url.replace('127.0.0.1', 'localhost'), { ca: cert }).pull('dock-1', 0, 1)
    expect(answer.ok || answer.failure.sentence).toContain('certificate')
  })

  test.each([
    'http://dock.example',
    'ftp://127.0.0.1',
    'dock.example:8443',
    '',
    'http://127.0.0.1.evil.example',
  ])('is asked for: "%s" is no address of a service', (url) => {
    expect(createHttpSyncApi({ url, token: TOKEN, timers: systemTimers })).toMatchObject({
      ok: false,
      failure: { code: 'service-url-invalid' },
    })
  })
})

test('an address may have a path before it', async () => {
  const service = new FakeSyncService()
  const { url } = await answering((request, response) => {
    request.url = request.url?.replace(/^\/behind\/a\/proxy/, '')
    void serve(service)(request, response)
  })
  must(await apiAt(`${url}/behind/a/proxy`).pull('dock-1', 0, 1))
})
