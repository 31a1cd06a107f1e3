/** The service over HTTPS. Every answer is parsed strictly: a shape nobody knows is a failure, not a surprise later. */
import type { z } from 'zod'
import {
  EXCHANGE_VERSION,
  exportResponse,
  keysResponse,
  progressResponse,
  pullResponse,
  pushResponse,
} from '../contract/exchange.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Timers } from '../ports/clock.ts'
import type { SyncApi, SyncFailureCode } from '../ports/sync-api.ts'
import { type Call, HttpCaller } from './http-call.ts'
import { listenTo } from './live-stream.ts'

export interface HttpSyncApiOptions {
  /** Address of the service, e.g. `https://dock.example:8443`. */
  readonly url: string
  /** A station's token. */
  readonly token: string
  /** Certificates (PEM) to trust instead of the system's: the service's own CA. */
  readonly ca?: string | undefined
  readonly timers: Timers
  /** For one request, from the first byte sent to the last received. */
  readonly timeoutMs?: number
}

export interface HttpSyncApi extends SyncApi {
  /** Ends connections that are kept open. */
  close(): void
}

const TIMEOUT_MS = 30_000

/** The token never travels unencrypted, except inside this machine. */
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/

export function createHttpSyncApi(options: HttpSyncApiOptions): Outcome<HttpSyncApi, 'service-url-invalid'> {
  const url = URL.parse(options.url.endsWith('/') ? options.url : `${options.url}/`)
  if (
    url === null ||
    !(url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname)))
  )
    return fail(
      'service-url-invalid',
      `"${options.url}" is no address of a service; give one like https://dock.example:8443 (http:// only for this machine).`,
    )
  const reaching = { ...options, url, timeoutMs: options.timeoutMs ?? TIMEOUT_MS }
  const http = new HttpCaller(reaching)
  const ask = async <S extends z.ZodType>(
    shape: S,
    call: Call,
  ): Promise<Outcome<z.infer<S>, SyncFailureCode>> => {
    const answer = await http.call(call)
    return answer.ok ? shaped(shape, answer.value) : answer
  }
  return ok({
    push: (request) => ask(pushResponse, { method: 'POST', path: '/dock/v1/entries', body: request }),
    pull: (station, after, limit) => {
      const query = new URLSearchParams({ station, after: String(after), limit: String(limit) })
      return ask(pullResponse, { method: 'GET', path: `/dock/v1/changes?${query}` })
    },
    keys: async (job) => {
      const answer = await ask(keysResponse, {
        method: 'GET',
        path: `/dock/v1/jobs/${encodeURIComponent(job)}/keys`,
      })
      return answer.ok ? ok(answer.value.keys) : answer
    },
    tellProgress: (report) =>
      ask(progressResponse, { method: 'POST', path: '/dock/v1/progress', body: report }),
    listen: (station, after, ear) => {
      const query = new URLSearchParams({ station, after: String(after) })
      return listenTo(reaching, `/dock/v1/stream?${query}`, ear)
    },
    exportOf: async (job) => {
      const path = `/dock/v1/jobs/${encodeURIComponent(job)}/export`
      const answer = await ask(exportResponse, { method: 'GET', path })
      if (!answer.ok) return answer
      const { version: _, ...selection } = answer.value
      return ok(selection)
    },
    close: () => http.close(),
  })
}

function shaped<S extends z.ZodType>(shape: S, value: unknown): Outcome<z.infer<S>, SyncFailureCode> {
  const version =
    typeof value === 'object' && value !== null && 'version' in value ? value.version : undefined
  if (typeof version === 'number' && version !== EXCHANGE_VERSION)
    return fail(
      'version-mismatch',
      `The service speaks version ${version} of the exchange, this station ${EXCHANGE_VERSION}; bring both to the same version.`,
    )
  const parsed = shape.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  const where = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`)
  return fail(
    'bad-answer',
    'The service answered in a form nobody knows; bring service and station to the same version.',
    where.slice(0, 5).join('; '),
  )
}
