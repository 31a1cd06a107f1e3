/**
 * Requests nobody would send on purpose. Some are made from the service's own interface document and then spoilt in places,
 * some are bytes on the line. Whatever comes: no answer says 5xx, none tells of the inside, and the service goes on.
 */

import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import fc from 'fast-check'
import { expect } from 'vitest'
import { openApi } from '../../src/service/http/openapi.ts'
import { importJob, jobPath, ServiceUnderTest, SUBSCRIPTION } from './service-under-test.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}

const document = openApi()
const SCHEMAS = document.components.schemas as unknown as Record<string, Schema>

const oddText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '..',
    '%00',
    "' or 1=1 --",
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
    'a'.repeat(3_000),
  ),
)
const odd: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constant({ __proto__: null, constructor: { prototype: { x: 1 } } }),
)

/** Something of this shape, more or less: a part in eight is anything at all. */
function like(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 7, arbitrary: exactly(schema, depth) }, { weight: 1, arbitrary: odd })
}

function exactly(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const { $ref, type, properties, items } = schema
  const either = schema.anyOf ?? schema.oneOf
  if ($ref !== undefined) return like(SCHEMAS[$ref.split('/').at(-1) ?? ''] ?? {}, depth)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (depth > 6) return odd
  if (either !== undefined) return fc.oneof(...either.map((one) => like(one, depth + 1)))
  if (type === 'object' && properties !== undefined)
    return fc.record(
      Object.fromEntries(Object.entries(properties).map(([name, part]) => [name, like(part, depth + 1)])),
      { requiredKeys: [] },
    )
  if (type === 'array') return fc.array(like(items ?? {}, depth + 1), { maxLength: 4 })
  if (type === 'string') return fc.oneof(fc.constantFrom('westus', 'Import', 'j', SUBSCRIPTION), oddText)
  if (type === 'integer' || type === 'number') return fc.oneof(fc.integer({ min: -1, max: 12 }), fc.double())
  if (type === 'boolean') return fc.boolean()
  return odd
}

interface Request {
  readonly method: string
  readonly url: string
  readonly body: unknown
  readonly who: string
  readonly type: string
}

const WHO = ['customer', 'station', 'operator', 'admin', 'nobody', 'stranger'] as const

const requests: fc.Arbitrary<Request> = fc.oneof(
  ...Object.entries(document.paths as unknown as Record<string, Record<string, Operation>>)
    // A stream has no end; the in-process app has none.
    .filter(([path]) => path !== '/dock/v1/stream')
    .flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => request(method, path, operation)),
    ),
)

function request(method: string, path: string, operation: Operation): fc.Arbitrary<Request> {
  const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
  const usual: Readonly<Record<string, string>> = {
    subscription: SUBSCRIPTION,
    group: 'harbor-rg',
    name: 'j',
  }
  const inPath = fc.tuple(
    ...places.map((name) =>
      fc.oneof({ weight: 4, arbitrary: fc.constant(usual[name] ?? 'j') }, { weight: 1, arbitrary: oddText }),
    ),
  )
  const query = (operation.parameters ?? []).filter((one) => one.in === 'query')
  const inQuery = fc.tuple(...query.map(({ schema }) => fc.option(like(schema), { nil: undefined, freq: 6 })))
  const body = operation.requestBody?.content['application/json'].schema
  return fc
    .record({
      inPath,
      inQuery,
      body: body === undefined ? fc.oneof(fc.constant(undefined), odd) : like(body),
      who: fc.constantFrom(...WHO),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant('application/json') },
        {
          weight: 1,
          arbitrary: fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'a/b;c=\u00ff'),
        },
      ),
    })
    .map((made) => {
      let url = path
      for (const [i, name] of places.entries())
        url = url.replace(`{${name}}`, encodeURIComponent(wellFormed(made.inPath[i] ?? '')))
      const search = query.flatMap(({ name }, i) => {
        const value = made.inQuery[i]
        return value === undefined ? [] : [`${name}=${encodeURIComponent(wellFormed(String(asText(value))))}`]
      })
      const { who, type } = made
      return { method: method.toUpperCase(), url: `${url}?${search.join('&')}`, body: made.body, who, type }
    })
}

const wellFormed = (text: string) => text.toWellFormed()
const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Words that only the inside knows. */
const INSIDE = /node_modules|\bat \S+ \(|\.ts:\d+|SqliteError|SQLITE_|TypeError|RangeError|ZodError/

export interface Fuzzed {
  readonly byStatus: Record<number, number>
}

export async function fuzzRequests(numRuns: number): Promise<Fuzzed> {
  const unlimited = { burst: 1e9, perSecond: 1e9 }
  const service = await ServiceUnderTest.open({ rates: { token: unlimited, stranger: unlimited } })
  const byStatus: Record<number, number> = {}
  try {
    await service.put('j', importJob())
    const tokens: Record<string, string> = { nobody: '', stranger: 'tdk_unknown' }
    for (const role of ['customer', 'station', 'operator', 'admin'] as const)
      tokens[role] = await service.token(role)
    await fc.assert(
      fc.asyncProperty(requests, async ({ method, url, body, who, type }) => {
        const reply = await service.app.inject({
          method: method as 'GET',
          url,
          headers: { authorization: `Bearer ${tokens[who]}`, 'content-type': type },
          ...(body === undefined ? {} : { payload: asText(body) ?? '' }),
        })
        byStatus[reply.statusCode] = (byStatus[reply.statusCode] ?? 0) + 1
        expect(reply.statusCode).toBeLessThan(500)
        expect(reply.body).not.toMatch(INSIDE)
        if (reply.statusCode >= 400) {
          const { error } = JSON.parse(reply.body)
          expect([typeof error.code, typeof error.message]).toEqual(['string', 'string'])
        }
      }),
      { numRuns },
    )
    expect((await service.get('j')).status).toBeLessThan(500)
    expect(service.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  } finally {
    await service.end()
  }
  return { byStatus }
}

/** A request as text, with some of its bytes changed, left out or repeated. */
const spoilt = fc
  .tuple(
    fc.constantFrom(
      `GET ${jobPath('j')}?api-version=2021-01-01 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t\r\n\r\n`,
      'POST /dock/v1/entries HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"a":[1]}',
      'PUT / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
      'POST /sign-in HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\ntoken=a',
    ),
    fc.array(fc.tuple(fc.nat({ max: 400 }), fc.uint8Array({ maxLength: 6 }), fc.nat({ max: 6 })), {
      maxLength: 5,
    }),
  )
  .map(([text, changes]) => {
    let bytes = Buffer.from(text, 'latin1')
    for (const [at, put, drop] of changes) {
      const place = at % (bytes.length + 1)
      bytes = Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + drop)])
    }
    return bytes
  })
const bytes = fc.oneof(
  { weight: 5, arbitrary: spoilt },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((some) => Buffer.from(some)) },
)

export async function fuzzBytes(numRuns: number): Promise<void> {
  const service = await ServiceUnderTest.open()
  try {
    await service.app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = service.app.server.address() as AddressInfo
    await fc.assert(
      fc.asyncProperty(bytes, async (sent) => {
        const heard = await exchangeBytes(port, sent)
        const statuses = [...heard.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
        for (const status of statuses) expect(status).toBeLessThan(500)
        expect(heard).not.toMatch(INSIDE)
      }),
      { numRuns },
    )
    expect((await service.app.inject({ method: 'GET', url: '/healthz' })).statusCode).toBe(200)
    expect(service.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  } finally {
    await service.end()
  }
}

/** Sends everything, says that nothing more comes, and reads to the end. */
function exchangeBytes(port: number, sent: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = ''
    const socket = connect({ port, host: '127.0.0.1' }, () => socket.end(sent))
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      heard += part
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => resolve(heard))
  })
}
