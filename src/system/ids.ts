import { randomBytes } from 'node:crypto'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Random ids; UUIDs are version 7 (RFC 9562), so that they sort by time and keep indexes compact. */
export function systemIds(clock: Clock): Ids {
  return {
    uuid: () => uuid7(clock.now()),
    code: (length) => Array.from(randomBytes(length), (byte) => CROCKFORD[byte % 32]).join(''),
    hex: (length) => randomBytes(length).toString('hex'),
  }
}

function uuid7(now: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(now, 0, 6)
  bytes[6] = 0x70 | ((bytes[6] ?? 0) & 0x0f)
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
