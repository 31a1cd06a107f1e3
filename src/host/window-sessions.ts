import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Clock, Instant } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'

/** A browser that has not come for this long must be let in anew. */
export const SESSION_LIFE_MS = 30 * 24 * 60 * 60_000
/** A session older than this is renewed when its browser comes. */
export const SESSION_RENEWED_MS = 24 * 60 * 60_000
/** A clock that was set back must not lock out who was let in a moment ago. */
const CLOCK_SET_BACK_MS = 5 * 60_000
const NONCE_BYTES = 16
/** Names what is sealed: the same key never seals anything else. */
const SEALED_AS = 'tallydock window session 1'

export type SessionStanding = 'good' | 'to-be-renewed' | 'unknown'

/**
 * Sessions of browsers that were let in. A session says when it was made and is sealed with the key of its data folder, so
 * nothing is kept about it: an engine that starts again knows whom it let in, and another key makes all of them unknown.
 * Its text is `MADE.NONCE.SEAL`: milliseconds since 1970 and two runs of hex digits.
 */
export class WindowSessions {
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #key: Buffer

  constructor(parts: { readonly clock: Clock; readonly ids: Ids; readonly key: Buffer }) {
    this.#clock = parts.clock
    this.#ids = parts.ids
    this.#key = parts.key
  }

  /** The secret of a new session. */
  open(): string {
    const made = `${this.#clock.now()}.${this.#ids.hex(NONCE_BYTES)}`
    return `${made}.${this.#seal(made)}`
  }

  standing(session: string): SessionStanding {
    const [madeAt, nonce, seal, ...rest] = session.split('.')
    if (madeAt === undefined || nonce === undefined || seal === undefined || rest.length > 0) return 'unknown'
    const given = Buffer.from(seal)
    const right = Buffer.from(this.#seal(`${madeAt}.${nonce}`))
    if (given.length !== right.length || !timingSafeEqual(given, right)) return 'unknown'
    return this.#ageing(Number(madeAt))
  }

  #ageing(madeAt: Instant): SessionStanding {
    const ageMs = this.#clock.now() - madeAt
    if (ageMs >= SESSION_LIFE_MS || ageMs < -CLOCK_SET_BACK_MS) return 'unknown'
    return ageMs >= SESSION_RENEWED_MS ? 'to-be-renewed' : 'good'
  }

  #seal(made: string): string {
    return createHmac('sha256', this.#key).update(`${SEALED_AS}\0${made}`).digest('hex')
  }
}
