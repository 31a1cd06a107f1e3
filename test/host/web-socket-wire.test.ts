import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { WebSocket } from 'ws'
import { startBrowserHost } from '../../src/host/browser-host.ts'
import { MOST_MESSAGE_BYTES } from '../../src/host/web-socket-wire.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { ScreenWindow } from '../fakes/screen-window.ts'
import { type Serve, wireSuite } from '../suites/wire.ts'
import { letIn } from './browser.ts'

const sockets = new WeakMap<ScreenWindow, WebSocket>()
const socketOf = (window: ScreenWindow): WebSocket => {
  const socket = sockets.get(window)
  if (socket === undefined) throw new Error('not a window over a WebSocket')
  return socket
}

const serve: Serve = async ({ engine, timers, log }) => {
  const started = await startBrowserHost({
    serving: { engine },
    port: 0,
    rendererDir: join(tmpdir(), 'tallydock-no-renderer'),
    clock: systemClock,
    timers,
    ids: systemIds(systemClock),
    log,
  })
  if (!started.ok) throw new Error(started.failure.sentence)
  const host = started.value
  const cookie = await letIn(host)
  return {
    connect: () => windowOver(host.url, cookie),
    hostile: [
      (window) => socketOf(window).send('not JSON'),
      (window) => socketOf(window).send('{"kind":"hello","version":1,"__proto__":{"kind":"call"}}'),
      (window) => socketOf(window).send(Buffer.from([0, 255, 1])),
      (window) => socketOf(window).send('['.repeat(MOST_MESSAGE_BYTES)),
      (window) => socketOf(window).send('x'.repeat(MOST_MESSAGE_BYTES + 1)),
    ],
    stop: () => host.stop(),
  }
}

wireSuite('a WebSocket of the browser host', serve)

function windowOver(url: string, cookie: string): Promise<ScreenWindow> {
  const { origin, host } = new URL(url)
  const socket = new WebSocket(`ws://${host}/engine`, { origin, headers: { cookie } })
  const window = new ScreenWindow()
  sockets.set(window, socket)
  window.opened({ send: (message) => socket.send(JSON.stringify(message)), close: () => socket.close() })
  socket.on('message', (data) => window.received(JSON.parse(String(data))))
  socket.on('close', () => window.lost())
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve(window))
    // A line that breaks later closes, and the window says so.
    socket.on('error', reject)
  })
}
