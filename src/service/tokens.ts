import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Caller } from './caller.ts'
import { stationOf } from './exchange/station-names.ts'
import { sha256 } from './journal/hashes.ts'
import type { Role, Store, StoredToken } from './store/store.ts'

export const ROLES = ['customer', 'station', 'operator', 'admin'] as const satisfies readonly Role[]

export interface TokenOrder {
  readonly role: Role
  /** Needed for customers, who see nothing else; not for the others. */
  readonly subscription?: string | undefined
  /** For people, to know it again in the list. */
  readonly name?: string | undefined
}

/** A token as lists show it: never the token itself, which nobody keeps. */
export type TokenInfo = Omit<StoredToken, 'hash'> & {
  /** The station that speaks with it, once it has. */
  readonly station?: string | undefined
}

const PREFIX = 'tdk_'
const TOKEN_BYTES = 32
const ID_CHARACTERS = 10

/** Makes a bearer token. It is shown once: the store keeps its SHA-256 only (it is random, so no salt is needed). */
export async function createToken(
  world: { readonly store: Store; readonly clock: Clock; readonly ids: Ids },
  { role, subscription, name }: TokenOrder,
): Promise<
  Outcome<{ readonly id: string; readonly token: string }, 'subscription-missing' | 'subscription-invalid'>
> {
  if (role === 'customer' && subscription === undefined)
    return fail('subscription-missing', 'A customer token needs the subscription it is for; name it.')
  if (subscription !== undefined && !/^[A-Za-z0-9_-]{1,64}$/.test(subscription))
    return fail('subscription-invalid', 'A subscription has 1 to 64 letters, digits, "-" or "_".')
  const token = `${PREFIX}${world.ids.hex(TOKEN_BYTES)}`
  const id = `TK-${world.ids.code(ID_CHARACTERS)}`
  await world.store.write((tx) =>
    tx.putToken({ id, hash: sha256(token), role, subscription, name, createdAt: world.clock.now() }),
  )
  return ok({ id, token })
}

export async function listTokens({ store }: { readonly store: Store }): Promise<readonly TokenInfo[]> {
  return store.read(async (tx) => {
    const shown: TokenInfo[] = []
    for (const { hash: _, ...token } of await tx.tokens()) {
      const station = token.role === 'station' ? await stationOf(tx, token.id) : undefined
      shown.push(station === undefined ? token : { ...token, station })
    }
    return shown
  })
}

/** Revokes by id or by name; takes effect with the next request of any process. */
export async function revokeTokens(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  which: string,
): Promise<Outcome<{ readonly revoked: readonly string[] }, 'token-not-found'>> {
  return store.write(async (tx) => {
    const meant = (await tx.tokens()).filter(({ id, name }) => id === which || name === which)
    if (meant.length === 0)
      return fail('token-not-found', `No token has the id or name "${which}"; look at the list.`)
    const live = meant.filter(({ revokedAt }) => revokedAt === undefined)
    for (const token of live) await tx.putToken({ ...token, revokedAt: clock.now() })
    return ok({ revoked: live.map(({ id }) => id) })
  })
}

/** Who holds this token, or nobody. */
export async function holderOf(store: Store, token: string): Promise<Caller | undefined> {
  const known = await store.read((tx) => tx.tokenByHash(sha256(token)))
  if (known === undefined || known.revokedAt !== undefined) return undefined
  return {
    role: known.role,
    actor: known.id,
    ...(known.subscription === undefined ? {} : { subscription: known.subscription }),
  }
}
