import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ENTRY_FORMAT, entrySchema } from '../../src/contract/entry.ts'
import { EVENT_BODIES } from '../../src/contract/event-bodies.ts'
import * as exchange from '../../src/contract/exchange.ts'
import { EVENT_VERSION } from '../../src/lifecycle/events.ts'

/** What crosses the wire, by the version that says so. */
const WIRE = {
  entry: entrySchema,
  bodies: z.strictObject(EVENT_BODIES),
  push: exchange.pushRequest,
  pushed: exchange.pushResponse,
  pulled: exchange.pullResponse,
  keys: exchange.keysResponse,
  export: exchange.exportResponse,
  told: exchange.streamEvent,
  progress: exchange.progressReport,
  heard: exchange.progressResponse,
}

/**
 * A station and a service of different builds must know that they differ. When this fails, a shape has changed: if a version
 * of these shapes was ever released, raise `EXCHANGE_VERSION` (or `EVENT_VERSION`, or `ENTRY_FORMAT`) and add a line; as long
 * as it was not, replace its line.
 */
const HASHES: Readonly<Record<string, string>> = {
  'exchange 1, events 1, entry 1': 'dc04567ab8e7e64d',
}

test('the shapes on the wire are those of their version', () => {
  const schemas = Object.entries(WIRE).map(([name, shape]) => [name, z.toJSONSchema(shape, { io: 'input' })])
  const hash = createHash('sha256').update(JSON.stringify(schemas)).digest('hex')
  const version = `exchange ${exchange.EXCHANGE_VERSION}, events ${EVENT_VERSION}, entry ${ENTRY_FORMAT}`
  expect(hash.slice(0, 16)).toBe(HASHES[version])
})
