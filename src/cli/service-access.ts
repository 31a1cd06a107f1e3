import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import type { Outcome } from '../lifecycle/outcome.ts'
import { fail, ok } from '../lifecycle/outcome.ts'
import { createApp } from '../service/http/app.ts'
import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { type CliIo, WrongUsage } from './command.ts'
import { DATABASE_HELP } from './database.ts'
import { openServiceFolder } from './open-service.ts'

/** The API as commands use it: the same routes, in this process over a data folder or at a URL. */
export interface ServiceAccess {
  call(method: 'GET' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Outcome<unknown>>
  close(): Promise<void>
}

export const SERVICE_OPTIONS = {
  data: { type: 'string' },
  database: { type: 'string' },
  service: { type: 'string' },
  ca: { type: 'string' },
  subscription: { type: 'string' },
  group: { type: 'string' },
} as const

export const SERVICE_HELP = `--data DIR         the data folder whose embedded service is meant (default: the station's own)
${DATABASE_HELP}
--service URL      a service elsewhere instead; the token is read from TALLYDOCK_TOKEN
--ca FILE          certificate to trust with --service (the line "ca" that tallydock service prints)
--subscription ID  default 00000000-0000-0000-0000-000000000000
--group G          resource group, default "dock"`

export const DEFAULT_SUBSCRIPTION = '00000000-0000-0000-0000-000000000000'
export const DEFAULT_GROUP = 'dock'
export const API_VERSION = '2021-01-01'

interface Where {
  readonly data?: string | undefined
  readonly database?: string | undefined
  readonly service?: string | undefined
  readonly ca?: string | undefined
}

export async function openServiceAccess(
  where: Where,
  io: Pick<CliIo, 'env'>,
): Promise<Outcome<ServiceAccess>> {
  if (where.service === undefined) return inProcess(where, io)
  if (where.data !== undefined) throw new WrongUsage('--data and --service exclude each other.')
  if (where.database !== undefined) throw new WrongUsage('--database and --service exclude each other.')
  const url = URL.parse(where.service)
  if (url?.protocol !== 'https:')
    throw new WrongUsage('--service takes an address like https://dock.example:8443.')
  const token = io.env.TALLYDOCK_TOKEN
  if (token === undefined || token === '')
    return fail('token-missing', 'The service needs a token. Put it into the environment as TALLYDOCK_TOKEN.')
  return ok(remote(url, token, where.ca === undefined ? undefined : readFileSync(where.ca, 'utf8')))
}

async function inProcess(where: Where, io: Pick<CliIo, 'env'>): Promise<Outcome<ServiceAccess>> {
  const ids = systemIds(systemClock)
  const world = await openServiceFolder(where, io)
  if (!world.ok) return world
  const token = ids.hex(32)
  const app = createApp(world.value, {
    trusted: new Map([[token, { role: 'admin', actor: 'command-line' }]]),
  })
  return ok({
    async call(method, path, body) {
      const answer = await app.inject({
        method,
        url: path,
        headers: { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { payload: body as object }),
      })
      return readAnswer(answer.statusCode, answer.body)
    },
    async close() {
      await app.close()
      await world.value.store.close()
    },
  })
}

const TIMEOUT_MS = 30_000

function remote(base: URL, token: string, ca: string | undefined): ServiceAccess {
  return {
    call: (method, path, body) =>
      new Promise((resolve) => {
        const payload = body === undefined ? undefined : JSON.stringify(body)
        const call = request(
          new URL(path, base),
          {
            method,
            timeout: TIMEOUT_MS,
            headers: {
              authorization: `Bearer ${token}`,
              ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
            },
            ...(ca === undefined ? {} : { ca }),
          },
          (answer) => {
            const parts: Buffer[] = []
            answer.on('data', (part: Buffer) => parts.push(part))
            answer.on('end', () =>
              resolve(readAnswer(answer.statusCode ?? 0, Buffer.concat(parts).toString())),
            )
          },
        )
        const unreachable = (error: Error) =>
          resolve(
            fail(
              'service-unreachable',
              `The service at ${base.origin} does not answer. Check address and --ca.`,
              error.message,
            ),
          )
        call.on('timeout', () => call.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)))
        call.on('error', unreachable)
        call.end(payload)
      }),
    async close() {
      // Nothing is kept open between calls.
    },
  }
}

function readAnswer(status: number, text: string): Outcome<unknown> {
  let body: unknown
  try {
    body = text === '' ? undefined : JSON.parse(text)
  } catch (error) {
    return fail(
      'bad-answer',
      'The service answered in a form nobody knows. Check the address.',
      String(error),
    )
  }
  if (status >= 200 && status < 300) return ok(body)
  const refused = (body as { error?: { code?: string; message?: string } } | undefined)?.error
  return fail(refused?.code ?? `http-${status}`, refused?.message ?? `The service answered ${status}.`)
}
