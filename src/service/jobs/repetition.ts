import type { Ids } from '../../ports/ids.ts'
import { sha256 } from '../journal/hashes.ts'

const SALT_BYTES = 16

/**
 * Knows a PUT body that was sent before without keeping it (it holds addresses and keys): only a salted hash stays, and
 * goes with the job.
 */
export function fingerprint(body: unknown, ids: Ids): { readonly salt: string; readonly hash: string } {
  const salt = ids.hex(SALT_BYTES)
  return { salt, hash: sha256(salt + canonical(body)) }
}

export function isRepetition(
  body: unknown,
  known: { readonly salt: string; readonly hash: string },
): boolean {
  return sha256(known.salt + canonical(body)) === known.hash
}

/** JSON with members in alphabetical order, so that the order in which a client writes them does not count. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : member,
  )
}
