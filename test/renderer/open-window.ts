/** Opens the built window in Chromium, served as the browser host serves it, with a fake engine behind its WebSocket. */
import { createReadStream, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import type { Browser, BrowserContextOptions, Page, WebSocketRoute } from 'playwright-core'
import { expect } from 'vitest'
import { builtWindow } from '../window/built-window.ts'
import { startChromium } from '../window/chromium.ts'
import type { FakeEngine } from './fake-engine.ts'
import { NOW } from './states.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.svg': 'image/svg+xml',
}

/** What a host may add to the policy of the page itself. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'"

/** Waits for what a page will show; a busy machine gets more time than a person would give. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 20_000 })

export interface WindowHouse {
  readonly browser: Browser
  readonly address: string
  readonly close: () => Promise<void>
}

/** Builds, serves and starts the browser: once for each test file. */
export async function openHouse(): Promise<WindowHouse> {
  const server = await serve(await builtWindow())
  const browser = await startChromium()
  return {
    browser,
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      await browser.close()
      await new Promise((closed) => server.close(closed))
    },
  }
}

async function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname
    const file = join(folder, path === '/' ? 'index.html' : path)
    if (!file.startsWith(folder) || statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      response.writeHead(404).end()
      return
    }
    response.writeHead(200, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      'content-security-policy': POLICY,
    })
    createReadStream(file).pipe(response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return server
}

export interface OpenWindow {
  readonly page: Page
  /** Cuts the link; while `on` is false the engine cannot be reached. */
  readonly wire: { on: boolean; cut: () => Promise<void> }
  /** Everything the page complained about: errors, broken policy. */
  readonly complaints: readonly string[]
  readonly close: () => Promise<void>
}

interface OpenOptions extends BrowserContextOptions {
  readonly at?: string
  /** `from-now`: the page's clock starts at `NOW`. `still`: it stands there until the test moves it. `real`: the machine's. */
  readonly clock?: 'from-now' | 'still' | 'real'
}

export async function openWindow(
  house: WindowHouse,
  engine: FakeEngine,
  { at = '', clock = 'from-now', ...options }: OpenOptions = {},
): Promise<OpenWindow> {
  const context = await house.browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    // A refused connection is what some tests are about; the browser writes it down by itself.
    if (message.type() === 'error' && !message.text().includes('/engine'))
      complaints.push(`${message.text()} ${message.location().url}`)
  })
  const open = new Set<WebSocketRoute>()
  const wire = {
    on: true,
    cut: async () => {
      const cut = [...open]
      open.clear()
      await Promise.all(cut.map((socket) => socket.close({ code: 1001 })))
    },
  }
  await page.routeWebSocket('**/engine', (socket) => {
    if (!wire.on) {
      // Through to the server, which refuses: the page sees a connection that fails.
      socket.connectToServer()
      return
    }
    open.add(socket)
    const seat = engine.attach({
      send: (message) => open.has(socket) && socket.send(JSON.stringify(message)),
    })
    socket.onMessage((text) => open.has(socket) && seat.received(JSON.parse(String(text))))
    socket.onClose(() => {
      open.delete(socket)
      seat.left()
    })
  })
  if (clock !== 'real') await page.clock.install({ time: NOW })
  await page.goto(house.address + at)
  await page.waitForSelector('nav')
  if (clock === 'still') await page.clock.pauseAt(NOW + 60_000)
  return { page, wire, complaints, close: () => context.close() }
}
