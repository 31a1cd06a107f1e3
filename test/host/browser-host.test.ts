import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { type BrowserHost, type BrowserHostOptions, startBrowserHost } from '../../src/host/browser-host.ts'
import { TICKET_LIFE_MS } from '../../src/host/entry-tickets.ts'
import { SESSION_LIFE_MS, SESSION_RENEWED_MS } from '../../src/host/window-sessions.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeScreenEngine } from '../fakes/screen-engine.ts'
import { ask, letIn } from './browser.ts'

let folder: string
let hosts: BrowserHost[]
let clock: FakeClock
let log: FakeLog

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallydock-window-'))
  hosts = []
  clock = new FakeClock()
  log = new FakeLog()
})
afterEach(async () => {
  for (const host of hosts) await host.stop()
  await rm(folder, { recursive: true })
})

async function start(facts: Partial<BrowserHostOptions> = {}) {
  const outcome = await startBrowserHost({
    serving: { engine: new FakeScreenEngine() },
    port: 0,
    rendererDir: folder,
    clock,
    timers: systemTimers,
    ids: systemIds(clock),
    log,
    ...facts,
  })
  if (outcome.ok) hosts.push(outcome.value)
  return outcome
}

async function running(facts: Partial<BrowserHostOptions> = {}): Promise<BrowserHost> {
  const outcome = await start(facts)
  if (!outcome.ok) throw new Error(outcome.failure.sentence)
  return outcome.value
}

async function buildWindow(): Promise<void> {
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>window</title>')
  await writeFile(join(folder, 'assets', 'main-B1nd4h5x.js'), 'start()')
  await writeFile(join(folder, '.hidden'), 'secret')
  await writeFile(join(folder, 'sound.ogg'), 'sound')
}

describe('the browser host', () => {
  it('lets a browser in by the printed address, once, and gives it a cookie that scripts cannot read', async () => {
    await buildWindow()
    const host = await running()
    const link = host.link()

    const first = await ask(link)
    const second = await ask(link)

    expect(first).toMatchObject({ status: 303, headers: { location: '/', 'cache-control': 'no-store' } })
    const [cookie = ''] = first.headers['set-cookie'] ?? []
    expect(cookie).toMatch(
      /^tallydock-\d+=\d+\.[0-9a-f]{32}\.[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
    )
    expect(second.status).toBe(403)
    expect(second.body).toContain('start the station anew: it prints a new one')
    expect(second.headers['set-cookie']).toBeUndefined()
    const window = await ask(host.url, { headers: { cookie: cookie.split(';')[0] ?? '' } })
    expect(window).toMatchObject({ status: 200, body: '<!doctype html><title>window</title>' })
  })

  it('lets nobody in by an address that is older than five minutes', async () => {
    const host = await running()
    const link = host.link()

    clock.advance(TICKET_LIFE_MS)

    expect((await ask(link)).status).toBe(403)
  })

  it('knows whom it let in after it was started again, until another key is used', async () => {
    await buildWindow()
    const sessionKey = Buffer.alloc(32, 1)
    const before = await running({ sessionKey })
    const headers = { cookie: await letIn(before) }
    const port = Number(new URL(before.url).port)
    await before.stop()

    const after = await running({ sessionKey, port })
    expect((await ask(after.url, { headers })).status).toBe(200)
    expect(await upgrade(after, headers)).toBe(101)
    await after.stop()

    const forgetful = await running({ sessionKey: Buffer.alloc(32, 2), port })
    expect((await ask(forgetful.url, { headers })).status).toBe(403)
    expect(await upgrade(forgetful, headers)).toBe(403)
  })

  it('renews a session while its browser keeps coming, by page or by WebSocket, and ends it when it does not', async () => {
    await buildWindow()
    const host = await running()
    const headers = { cookie: await letIn(host) }
    expect((await ask(host.url, { headers })).headers['set-cookie']).toBeUndefined()

    clock.advance(SESSION_RENEWED_MS)
    const [renewed = ''] = (await ask(host.url, { headers })).headers['set-cookie'] ?? []
    expect((await openSocket(host, headers)).headers['set-cookie']).toHaveLength(1)
    clock.advance(SESSION_LIFE_MS - SESSION_RENEWED_MS)

    expect((await ask(host.url, { headers })).status).toBe(403)
    expect((await ask(host.url, { headers: { cookie: renewed.split(';')[0] ?? '' } })).status).toBe(200)
  })

  it('writes no token, ticket or cookie into its log', async () => {
    const host = await running()
    const link = host.link()
    const cookie = await letIn(host)
    await ask(link)
    await ask(link)

    const lines = JSON.stringify(log.lines)
    expect(lines).toContain('used-ticket')
    for (const secret of [link.split('=')[1] ?? '', cookie.split('=')[1] ?? ''])
      expect(lines).not.toContain(secret)
  })

  it.each<[string, Record<string, string>, number, string]>([
    ['without a cookie', {}, 403, 'Open the address that the station printed'],
    ['under a foreign name', { host: 'evil.example' }, 421, 'answers only at http://127.0.0.1:'],
    ['for a page elsewhere', { origin: 'https://evil.example' }, 403, 'Another web page'],
    ['for a page on another port', { 'sec-fetch-site': 'same-site' }, 403, 'Another web page'],
  ])('answers a request %s with a page that says what to do', async (_what, headers, status, says) => {
    await buildWindow()
    const host = await running()

    const answer = await ask(host.url, { headers })

    expect(answer.status).toBe(status)
    expect(answer.body).toContain(says)
    expect(answer.body).not.toContain('<script')
  })

  it('takes nothing but looks', async () => {
    const host = await running()
    const cookie = await letIn(host)

    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])
      expect((await ask(host.url, { method, headers: { cookie } })).status).toBe(405)
  })

  it('sends every answer with the security headers', async () => {
    await buildWindow()
    const host = await running()
    const cookie = await letIn(host)

    const answers = [
      await ask(host.url),
      await ask(host.url, { headers: { cookie } }),
      await ask(host.url, { headers: { cookie }, path: '/assets/main-B1nd4h5x.js' }),
      await ask(host.url, { headers: { cookie }, path: '/nothing' }),
      await ask(host.link()),
    ]

    expect(answers.map(({ status }) => status)).toEqual([403, 200, 200, 404, 303])
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
      })
      const policy = String(headers['content-security-policy'])
      expect(policy).toContain("default-src 'none'; script-src 'self';")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
    }
  })

  it('serves the files of the window and nothing beside them', async () => {
    await buildWindow()
    await writeFile(join(folder, '..', 'tallydock-outside.txt'), 'outside')
    const host = await running()
    const headers = { cookie: await letIn(host) }

    const script = await ask(host.url, { headers, path: '/assets/main-B1nd4h5x.js' })
    expect(script).toMatchObject({
      status: 200,
      body: 'start()',
      headers: { 'cache-control': 'private, max-age=31536000, immutable' },
    })
    expect(script.headers['content-type']).toMatch(/javascript/)
    expect((await ask(host.url, { headers, path: '/sound.ogg' })).headers['cache-control']).toBe('no-cache')
    for (const path of [
      '/../tallydock-outside.txt',
      '/%2e%2e/tallydock-outside.txt',
      '/assets/..%2f..%2ftallydock-outside.txt',
      '/.hidden',
      '/assets/',
      '/%00',
      '/%zz',
    ]) {
      const answer = await ask(host.url, { headers, path })
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
      expect(answer.body, path).not.toMatch(/outside|secret/)
    }
    await rm(join(folder, '..', 'tallydock-outside.txt'))
  })

  it('says how to build the window when it is missing, and shows it once it is there', async () => {
    const host = await running()
    const headers = { cookie: await letIn(host) }

    const missing = await ask(host.url, { headers })
    await buildWindow()
    const built = await ask(host.url, { headers })

    expect(missing.status).toBe(503)
    expect(missing.body).toContain('npm run build:renderer')
    expect(built.status).toBe(200)
  })

  it('says on every page why there is no station, and takes no window', async () => {
    await buildWindow()
    let shown = 0
    const host = await running({
      serving: {
        failure: { code: 'data-folder-in-use', sentence: 'Process 7 <has> it. End that station first.' },
        onShown: () => void shown++,
      },
    })
    await ask(host.url)
    expect(shown).toBe(0)
    const headers = { cookie: await letIn(host) }

    for (const path of ['/', '/assets/main-B1nd4h5x.js', '/nothing']) {
      const page = await ask(host.url, { headers, path })
      expect(page.status).toBe(503)
      expect(page.body).toContain('Another station is running on this data folder')
      expect(page.body).toContain('Process 7 &lt;has&gt; it. End that station first.')
    }
    expect(await upgrade(host, headers)).toBe(503)
    // The page itself, not the picture and the script that a browser asks for beside it.
    expect(shown).toBe(1)
  })

  it('says that a port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }

    const outcome = await start({ port })

    expect(outcome).toMatchObject({ ok: false, failure: { code: 'port-taken', detail: 'EADDRINUSE' } })
    expect(outcome.ok ? '' : outcome.failure.sentence).toContain(`Port ${port} is in use`)
    other.close()
  })

  it('listens on one address of this machine only', async () => {
    const host = await running()

    // A host that listened on every address would answer on this one too.
    const socket = connect(Number(new URL(host.url).port), '127.0.0.2')

    await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  describe('asked for a WebSocket', () => {
    it.each<[string, Record<string, string>, string, number]>([
      ['without a cookie', { cookie: '' }, '/engine', 403],
      ['by a page elsewhere', { origin: 'https://evil.example' }, '/engine', 403],
      ['by a page on another port', { origin: 'http://127.0.0.1:1' }, '/engine', 403],
      ['under a foreign name', { host: 'evil.example' }, '/engine', 403],
      ['elsewhere', {}, '/other', 404],
    ])('refuses %s', async (_what, headers, path, status) => {
      const host = await running()
      const cookie = await letIn(host)

      expect(await upgrade(host, { cookie, ...headers }, path)).toBe(status)
      expect(host.windows).toBe(0)
    })

    it('lets a second window in by the same cookie', async () => {
      const host = await running()
      const headers = { cookie: await letIn(host) }

      expect([await upgrade(host, headers), await upgrade(host, headers)]).toEqual([101, 101])
    })

    it('has room for a bounded number of windows', async () => {
      const host = await running()
      const headers = { cookie: await letIn(host) }

      const answers = []
      for (let i = 0; i < 33; i++) answers.push(await upgrade(host, headers))

      expect(answers.filter((status) => status === 101)).toHaveLength(32)
      expect(answers.at(-1)).toBe(503)
    })

    it('drops a window that asks for more than it reads', async () => {
      const engine = new FakeScreenEngine()
      const host = await running({ serving: { engine } })
      const { socket } = await openSocket(host, { cookie: await letIn(host) })
      engine.script.set('log.read', () => ({ ok: true, value: { text: 'x'.repeat(1_048_576), cut: false } }))
      socket.send('{"kind":"hello","version":1}')
      await once(socket, 'message')

      socket.pause()
      for (let id = 0; id < 64; id++)
        socket.send(
          JSON.stringify({
            kind: 'call',
            id,
            name: 'log.read',
            args: { job: 'j', drive: 'd', log: 'error' },
          }),
        )

      await engine.untilListeners(0)
      expect(log.lines).toContainEqual(expect.objectContaining({ facts: { reason: 'too-slow' } }))
      socket.terminate()
    })
  })

  it('stops gracefully: windows are told why, the port is free', async () => {
    const host = await running()
    const { socket } = await openSocket(host, { cookie: await letIn(host) })
    const closed = once(socket, 'close')

    await host.stop()

    expect((await closed).map(String)).toEqual(['4000', 'engine-stopping'])
    await expect(ask(host.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    expect((await start({ port: Number(new URL(host.url).port) })).ok).toBe(true)
  })
})

const opened: WebSocket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate()
})

/** The status that a request for a WebSocket gets; 101 opens one. */
async function upgrade(host: BrowserHost, headers: Record<string, string>, path?: string): Promise<number> {
  return (await openSocket(host, headers, path)).status
}

function openSocket(host: BrowserHost, headers: Record<string, string>, path = '/engine') {
  const { origin, host: authority } = new URL(host.url)
  const socket = new WebSocket(`ws://${authority}${path}`, { headers: { origin, ...headers } })
  opened.push(socket)
  return new Promise<{ socket: WebSocket; status: number; headers: IncomingHttpHeaders }>(
    (resolve, reject) => {
      let answered: IncomingHttpHeaders = {}
      socket.on('upgrade', ({ headers: given }) => {
        answered = given
      })
      socket.on('open', () => resolve({ socket, status: 101, headers: answered }))
      socket.on('unexpected-response', (_request, response) =>
        resolve({ socket, status: response.statusCode ?? 0, headers: response.headers }),
      )
      socket.on('error', reject)
    },
  )
}
