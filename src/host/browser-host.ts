import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { type Failure, fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { admit, type Door } from './admission.ts'
import type { ScreenEngine } from './engine.ts'
import { EntryTickets } from './entry-tickets.ts'
import { knockOf } from './knock.ts'
import { type Session, serveWindow } from './session.ts'
import { MOST_MESSAGE_BYTES, webSocketWire } from './web-socket-wire.ts'
import { createWindowServer } from './window-server.ts'
import { WindowSessions } from './window-sessions.ts'

/** Where a window's WebSocket asks for its engine. */
const ENGINE_PATH = '/engine'
const LOOPBACK = '127.0.0.1'
const MOST_WINDOWS = 32
const KEY_BYTES = 32
/** A browser that does not answer a closing frame by then is cut off. */
const CLOSING_MS = 2_000

export interface BrowserHostOptions {
  /** An engine to show; or why there is none, which every page then says. */
  readonly serving:
    | { readonly engine: ScreenEngine }
    /** `onShown`: called after a browser was shown it. */
    | { readonly failure: Failure; readonly onShown?: () => void }
  /** Seals sessions, so that they outlive this process (`session-key.ts`); without it they end with it. */
  readonly sessionKey?: Buffer | undefined
  /** 0: any free port. */
  readonly port: number
  /** The built window. */
  readonly rendererDir: string
  readonly clock: Clock
  readonly timers: Timers
  readonly ids: Ids
  readonly log: Log
}

export interface BrowserHost {
  /** `http://127.0.0.1:PORT/`, for browsers that have been let in. */
  readonly url: string
  /** A new address that lets one browser in, once, within five minutes. Secret: print it, never log it. */
  link(): string
  /** Windows connected now. */
  readonly windows: number
  /** Tells the windows, closes every connection and frees the port. */
  stop(): Promise<void>
}

export type BrowserHostFailure = 'port-taken' | 'port-not-allowed' | 'host-not-started'

/** Serves the window and its line to the engine on loopback, to browsers that were let in. */
export async function startBrowserHost(
  options: BrowserHostOptions,
): Promise<Outcome<BrowserHost, BrowserHostFailure>> {
  const { serving, port, timers, log } = options
  const tickets = new EntryTickets(options)
  const windowSessions = new WindowSessions({
    ...options,
    key: options.sessionKey ?? Buffer.from(options.ids.hex(KEY_BYTES), 'hex'),
  })
  // Nothing is let in before the port is known.
  let listensOn = port
  const door: Door = {
    get authority() {
      return `${LOOPBACK}:${listensOn}`
    },
    // Cookies know no ports: a station and a practice dock on one machine must not take each other's.
    get cookieName() {
      return `tallydock-${listensOn}`
    },
    standing: (session) => windowSessions.standing(session),
    spend: (ticket) => tickets.spend(ticket),
  }
  const sessionCookie = () => `${door.cookieName}=${windowSessions.open()}; Path=/; HttpOnly; SameSite=Strict`
  const server = createWindowServer({
    door,
    sessionCookie,
    failure: 'failure' in serving ? serving.failure : undefined,
    onFailureShown: 'failure' in serving ? serving.onShown : undefined,
    rendererDir: options.rendererDir,
    log,
  })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
  })
  // A window that stays open for weeks knocks here only when its line was cut.
  sockets.on('headers', (headers, request) => {
    const admission = admit(knockOf(request, true), door)
    if (admission.verdict === 'enter' && admission.renew) headers.push(`Set-Cookie: ${sessionCookie()}`)
  })
  const sessions = new Set<Session>()
  const show = (engine: ScreenEngine, request: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      const session = serveWindow(webSocketWire(accepted), { ...options, engine })
      sessions.add(session)
      void session.ended.then(() => sessions.delete(session))
    })
  }
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A line that fails before it is a WebSocket concerns nobody but the one who asked.
    socket.on('error', () => socket.destroy())
    const admission = admit(knockOf(request, true), door)
    if (admission.verdict !== 'enter') return turnAway(socket, '403 Forbidden')
    if (request.url !== ENGINE_PATH) return turnAway(socket, '404 Not Found')
    if ('failure' in serving || sessions.size >= MOST_WINDOWS)
      return turnAway(socket, '503 Service Unavailable')
    show(serving.engine, request, socket, head)
  })

  try {
    await server.listen({ host: LOOPBACK, port })
  } catch (error) {
    await server.close()
    return portFailure(error as NodeJS.ErrnoException, port)
  }
  listensOn = portOf(server.server.address())
  const url = `http://${door.authority}/`
  log.info('the browser host is listening', { url })
  return ok({
    url,
    link: () => `${url}?token=${tickets.issue()}`,
    get windows() {
      return sessions.size
    },
    async stop() {
      for (const session of [...sessions]) session.end('engine-stopping')
      const cut = timers.after(CLOSING_MS, () => {
        for (const socket of sockets.clients) socket.terminate()
      })
      await server.close()
      cut.cancel()
    },
  })
}

/** Before a WebSocket is one, only its status line is seen; the window shows that it has no engine. */
function turnAway(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function portOf(address: ReturnType<import('node:net').Server['address']>): number {
  if (address === null || typeof address === 'string') throw new Error('A listening server has a port.')
  return address.port
}

function portFailure(error: NodeJS.ErrnoException, port: number): Outcome<never, BrowserHostFailure> {
  switch (error.code) {
    case 'EADDRINUSE':
      return fail(
        'port-taken',
        `Port ${port} is in use by another program. End that one, or choose another port with --port.`,
        error.code,
      )
    case 'EACCES':
      return fail(
        'port-not-allowed',
        `This account may not listen on port ${port}. Choose one from 1024 to 65535 with --port.`,
        error.code,
      )
    default:
      return fail(
        'host-not-started',
        'The window cannot be served on this machine. Check that its loopback network works, and start again.',
        `${error.code ?? error.message}`,
      )
  }
}
