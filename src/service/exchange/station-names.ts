import type { Caller } from '../caller.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { World } from '../world.ts'

/** Under which name a token speaks; and the token that has a name. Kept in the store, for all processes. */
const nameOf = (actor: string) => `station-of-token:${actor}`
const tokenOf = (station: string) => `token-of-station:${station}`

/** The station a stored token speaks for; undefined as long as it has not pushed anything. */
export const stationOf = (tx: ReadTransaction, actor: string): Promise<string | undefined> =>
  tx.meta(nameOf(actor))

/**
 * A station's token speaks for one station: the first it pushes as, as long as no other token that still holds speaks for
 * that one. So no station can push under another's name, and a new token takes over when the old one is revoked.
 */
export class StationNames {
  readonly #world: World
  readonly #trusted: ReadonlySet<string>
  /** Claims never change while a token holds. */
  readonly #known = new Map<string, string>()

  /** `trusted`: callers whose tokens hold for this process only. */
  constructor(world: World, trusted: Iterable<Caller>) {
    this.#world = world
    this.#trusted = new Set([...trusted].map(({ actor }) => actor))
  }

  async claim(caller: Caller, station: string): Promise<Answer<undefined>> {
    if (this.#trusted.has(caller.actor) && caller.station === undefined) return { ok: true, value: undefined }
    const known = this.#known.get(caller.actor)
    if (known === station) return { ok: true, value: undefined }
    const claimed = await this.#claim(caller, station)
    if (claimed.ok) this.#known.set(caller.actor, station)
    return claimed
  }

  async #claim({ actor, station: own }: Caller, station: string): Promise<Answer<undefined>> {
    return this.#world.store.write(async (tx): Promise<Answer<undefined>> => {
      const mine = own ?? (await stationOf(tx, actor))
      if (mine !== undefined && mine !== station)
        return refuse(
          403,
          'StationNotYours',
          `This token speaks for station "${mine}", not for "${station}". Give each station a token of its own.`,
          { target: 'station' },
        )
      const holder = await tx.meta(tokenOf(station))
      if (own === undefined && holder !== undefined && holder !== actor && (await this.#holds(tx, holder)))
        return refuse(
          403,
          'StationTaken',
          `Another token (${holder}) speaks for station "${station}". Revoke it first, or give this station another name.`,
          { target: 'station' },
        )
      if (holder !== actor) await tx.putMeta(tokenOf(station), actor)
      if (mine === undefined) await tx.putMeta(nameOf(actor), station)
      return { ok: true, value: undefined }
    })
  }

  async #holds(tx: ReadTransaction, actor: string): Promise<boolean> {
    if (this.#trusted.has(actor)) return true
    return (await tx.tokens()).some(({ id, revokedAt }) => id === actor && revokedAt === undefined)
  }
}
