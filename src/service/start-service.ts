import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { Caller } from './caller.ts'
import { sweep } from './due/sweep.ts'
import { createApp } from './http/app.ts'
import { openWorld, type WorldFailureCode } from './open-world.ts'
import { ownTls, readTls, type TlsFailureCode, type TlsFiles } from './tls.ts'
import type { World } from './world.ts'

export interface ServiceOptions {
  readonly dataDir: string
  /** Address of a PostgreSQL database, instead of a file in the data folder. */
  readonly database?: string | undefined
  /** 0: any free port. */
  readonly port: number
  /** Address to listen on; only this machine when absent. */
  readonly host?: string | undefined
  /** The operator's certificate; one of its own is made when absent. */
  readonly tls?: TlsFiles | undefined
  /** Where clients reach the service, when that is not where it listens. */
  readonly publicUrl?: string | undefined
  readonly locationsPath?: string | undefined
  /** `TALLYDOCK_KEY`: seals BitLocker keys instead of the key file in the data folder. */
  readonly masterKey?: string | undefined
  /** Tokens that hold while this service runs and are stored nowhere. */
  readonly trusted?: ReadonlyMap<string, Caller> | undefined
  readonly clock: Clock
  /** With timers the service sweeps what falls due by itself; without, only `tallydock due --apply` does. */
  readonly timers?: Timers | undefined
  readonly ids: Ids
  readonly log: Log
}

export interface RunningService {
  /** `https://host:port`, without a slash at the end. */
  readonly url: string
  /** The certificate a client has to trust. */
  readonly caPath: string
  /** Answers what is under way, then ends. Safe to call twice. */
  close(): Promise<void>
}

export type ServiceFailureCode = WorldFailureCode | TlsFailureCode | 'port-taken' | 'address-unusable'

const SWEEP_EVERY_MS = 600_000
const HEADERS_WITHIN_MS = 20_000
const REQUEST_WITHIN_MS = 60_000
const IDLE_CONNECTION_MS = 30_000

/** Opens the data folder and serves the API over TLS. */
export async function startService(
  options: ServiceOptions,
): Promise<Outcome<RunningService, ServiceFailureCode>> {
  const { dataDir, port, host = '127.0.0.1', clock, log } = options
  const opened = await openWorld(options)
  if (!opened.ok) return opened
  const world = opened.value
  const tls = options.tls === undefined ? await ownTls(dataDir, clock) : readTls(options.tls)
  if (!tls.ok) {
    await world.store.close()
    return tls
  }
  const app = createApp(world, {
    publicUrl: options.publicUrl,
    trusted: options.trusted,
    timers: options.timers,
    serverFactory: (handler) => {
      const server = createServer(
        { key: tls.value.key, cert: tls.value.cert, minVersion: 'TLSv1.2' },
        handler,
      )
      server.headersTimeout = HEADERS_WITHIN_MS
      server.requestTimeout = REQUEST_WITHIN_MS
      server.keepAliveTimeout = IDLE_CONNECTION_MS
      return server
    },
  })
  try {
    await app.listen({ port, host })
  } catch (error) {
    await app.close()
    await world.store.close()
    return listenFailure(error, host, port)
  }
  const bound = (app.server.address() as AddressInfo).port
  const stopSweeping = options.timers === undefined ? undefined : sweepByItself(world, options.timers)
  const shownHost = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? 'localhost' : host
  log.info('The service is ready.', { port: bound })
  let closing: Promise<void> | undefined
  return ok({
    url: `https://${shownHost}:${bound}`,
    caPath: tls.value.caPath,
    close() {
      closing ??= (async () => {
        await stopSweeping?.()
        await app.close()
        await world.store.close()
        log.info('The service has stopped.')
      })()
      return closing
    },
  })
}

function listenFailure(
  error: unknown,
  host: string,
  port: number,
): Outcome<never, 'port-taken' | 'address-unusable'> {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE')
    return fail(
      'port-taken',
      `Port ${port} is taken; stop the program that uses it, or choose another one with --port.`,
      code,
    )
  if (error instanceof Error && code !== '')
    return fail(
      'address-unusable',
      `The service cannot listen on ${host} port ${port}; choose another address or port.`,
      error.message,
    )
  throw error
}

/** Sweeps now and then until stopped; a failed sweep is logged and the next one comes all the same. */
function sweepByItself(world: World, timers: Timers): () => Promise<void> {
  let stopped = false
  let running: Promise<void> = Promise.resolve()
  let next = timers.after(0, run)
  function run() {
    running = sweep(world, { at: world.clock.now(), apply: true })
      .then(
        () => undefined,
        (error: unknown) => world.log.error('The sweep failed.', { error: String(error) }),
      )
      .then(() => {
        if (!stopped) next = timers.after(SWEEP_EVERY_MS, run)
      })
  }
  return async () => {
    stopped = true
    next.cancel()
    await running
  }
}
