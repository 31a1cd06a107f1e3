import type { Clock } from '../../ports/clock.ts'
import { sha256 } from '../journal/hashes.ts'
import type { Vault } from '../keys/vault.ts'
import type { Store } from '../store/store.ts'

/** `__Host-`: from this origin alone, over TLS alone (RFC 6265bis). */
const NAME = '__Host-tallydock'
const ABOUT = 'customer page session'
const LASTS_MS = 12 * 3_600_000

/** Readable by no script, sent by no other site. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict'

/**
 * A customer's sign-in as a cookie: the token's hash and an end, sealed with the service's key. It holds no token, every
 * process of the service can read it, and it ends at once when the token is revoked.
 */
export class Sessions {
  readonly #store: Store
  readonly #vault: Vault
  readonly #clock: Clock

  constructor(store: Store, vault: Vault, clock: Clock) {
    this.#store = store
    this.#vault = vault
    this.#clock = clock
  }

  /** The header that signs in. */
  begin(token: string): string {
    const sealed = this.#vault.seal(`${sha256(token)} ${this.#clock.now() + LASTS_MS}`, ABOUT)
    return `${NAME}=${Buffer.from(sealed, 'base64').toString('base64url')}; Max-Age=${LASTS_MS / 1_000}; ${ATTRIBUTES}`
  }

  /** The header that signs out. */
  end(): string {
    return `${NAME}=; Max-Age=0; ${ATTRIBUTES}`
  }

  /** The subscription that is signed in, if any. */
  async subscriptionOf(cookies: string | undefined): Promise<string | undefined> {
    const [hash, end] = this.#open(cookies)?.split(' ') ?? []
    if (hash === undefined || !(Number(end) > this.#clock.now())) return undefined
    const token = await this.#store.read((tx) => tx.tokenByHash(hash))
    if (token === undefined || token.revokedAt !== undefined || token.role !== 'customer') return undefined
    return token.subscription
  }

  #open(cookies: string | undefined): string | undefined {
    const value = new RegExp(`(?:^|; *)${NAME}=([\\w-]{1,512})(?:;|$)`).exec(cookies ?? '')?.[1]
    if (value === undefined) return undefined
    try {
      return this.#vault.open(Buffer.from(value, 'base64url').toString('base64'), ABOUT)
    } catch (error) {
      // Not sealed here, or sealed with another key: nobody is signed in.
      if (error instanceof Error) return undefined
      throw error
    }
  }
}
