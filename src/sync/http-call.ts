/** One HTTP request with a JSON answer, as an outcome: no status, errno or certificate error goes further than this. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { type Failure, fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Timers } from '../ports/clock.ts'
import type { SyncFailureCode } from '../ports/sync-api.ts'

export interface HttpCallerOptions {
  /** The service's address; `http:` only for this machine. */
  readonly url: URL
  readonly token: string
  /** Certificates (PEM) to trust instead of the system's. */
  readonly ca?: string | undefined
  readonly timers: Timers
  /** From the first byte sent to the last received. */
  readonly timeoutMs: number
}

export interface Call {
  readonly method: 'GET' | 'POST'
  /** Below the service's address, with query. */
  readonly path: string
  readonly body?: unknown
}

/** An answer longer than this is not ours. */
const LONGEST_ANSWER_BYTES = 256 * 1024 * 1024

export class HttpCaller {
  readonly #options: HttpCallerOptions
  readonly #agent: HttpAgent | HttpsAgent

  constructor(options: HttpCallerOptions) {
    this.#options = options
    const keep = { keepAlive: true, maxSockets: 4 }
    this.#agent =
      options.url.protocol === 'https:'
        ? new HttpsAgent({ ...keep, ...(options.ca === undefined ? {} : { ca: options.ca }) })
        : new HttpAgent(keep)
  }

  async call(call: Call): Promise<Outcome<unknown, SyncFailureCode>> {
    const first = await this.#try(call)
    // The service may close an idle connection just as it is used again. Asking twice does no harm here.
    const answer = first === 'connection-was-stale' ? await this.#try(call) : first
    return answer === 'connection-was-stale' ? unreachable('ECONNRESET') : answer
  }

  /** Ends connections that are kept open. */
  close(): void {
    this.#agent.destroy()
  }

  #try({ method, path, body }: Call): Promise<Outcome<unknown, SyncFailureCode> | 'connection-was-stale'> {
    const { url, token, timers, timeoutMs } = this.#options
    const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body))
    const secure = url.protocol === 'https:'
    return new Promise((resolve) => {
      const request = (secure ? httpsRequest : httpRequest)(new URL(path.replace(/^\//, ''), url), {
        method,
        agent: this.#agent,
        headers: {
          authorization: `Bearer ${token}`,
          accept: 'application/json',
          ...(payload === undefined
            ? {}
            : { 'content-type': 'application/json', 'content-length': payload.byteLength }),
        },
      })
      const deadline = timers.after(timeoutMs, () => request.destroy(new Late(timeoutMs)))
      const settle = (answer: Outcome<unknown, SyncFailureCode> | 'connection-was-stale') => {
        deadline.cancel()
        resolve(answer)
      }
      request.on('error', (error: NodeJS.ErrnoException) =>
        settle(
          request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
            ? 'connection-was-stale'
            : connectionFailure(error),
        ),
      )
      request.on('response', (response) => {
        readAll(response).then(
          (text) => settle(judge(response.statusCode ?? 0, text)),
          (error: Error) => {
            request.destroy()
            settle(connectionFailure(error))
          },
        )
      })
      request.end(payload)
    })
  }
}

class Late extends Error {
  readonly code = 'ETIMEDOUT'
  constructor(timeoutMs: number) {
    super(`no complete answer within ${timeoutMs} ms`)
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    bytes += part.byteLength
    if (bytes > LONGEST_ANSWER_BYTES) throw new Error(`an answer of more than ${LONGEST_ANSWER_BYTES} bytes`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** What a status and a text mean; only 200 with JSON is an answer. */
export function judge(status: number, text: string): Outcome<unknown, SyncFailureCode> {
  if (status === 200) return parse(text)
  const detail = `HTTP ${status}`
  if (status === 401 || status === 403)
    return fail(
      'not-allowed',
      'The service does not accept this station; give it a valid station token and restart it.',
      detail,
    )
  if (status === 404) return fail('not-found', 'The service does not know what it was asked for.', detail)
  if (status === 408 || status === 429 || (status >= 500 && status !== 502 && status !== 504))
    return fail(
      'service-busy',
      'The service cannot answer just now; the station asks again by itself.',
      detail,
    )
  if (status >= 500) return unreachable(detail)
  if (status >= 400)
    return fail(
      'version-mismatch',
      'The service does not understand this station; bring both to the same version.',
      detail,
    )
  return notOurs(detail)
}

function parse(text: string): Outcome<unknown, SyncFailureCode> {
  try {
    return ok(JSON.parse(text))
  } catch (error) {
    return notOurs(String(error))
  }
}

/** OpenSSL's and Node's words for a certificate that is not trusted. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|ERR_TLS/

export function connectionFailure(error: NodeJS.ErrnoException): {
  ok: false
  failure: Failure<SyncFailureCode>
} {
  const detail = `${error.code ?? error.name}: ${error.message}`
  if (error.code !== undefined && CERTIFICATE.test(error.code))
    return fail(
      'service-unreachable',
      "The service's certificate is not trusted; check the service's address, its CA file and this machine's clock.",
      detail,
    )
  return unreachable(detail)
}

const unreachable = (detail: string) =>
  fail(
    'service-unreachable',
    'The service does not answer; the station works on and asks again by itself.',
    detail,
  )

export const notOurs = (detail: string) =>
  fail(
    'bad-answer',
    'What answers at the address of the service is not the service; check the address.',
    detail,
  )
