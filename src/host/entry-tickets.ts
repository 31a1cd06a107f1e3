import { createHash } from 'node:crypto'
import type { Clock, Instant } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'

/** How long a printed address may be used. */
export const TICKET_LIFE_MS = 5 * 60_000
/** Older ones are forgotten: nobody opens more windows than this from printed addresses at once. */
const MOST_TICKETS = 8
const MOST_SESSIONS = 64
const SECRET_BYTES = 32

/**
 * Who may enter: a ticket in a printed address lets one browser in once and becomes a session, which its cookie proves
 * from then on. Only hashes are kept, so that looking one up takes no time that depends on a guess.
 */
export class EntryTickets {
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #tickets = new Map<string, Instant>()
  readonly #sessions = new Set<string>()

  constructor(parts: { readonly clock: Clock; readonly ids: Ids }) {
    this.#clock = parts.clock
    this.#ids = parts.ids
  }

  /** A new ticket: good once, for `TICKET_LIFE_MS`. */
  issue(): string {
    const ticket = this.#ids.hex(SECRET_BYTES)
    this.#tickets.set(hash(ticket), this.#clock.now() + TICKET_LIFE_MS)
    dropOldest(this.#tickets, MOST_TICKETS)
    return ticket
  }

  /** Whether the ticket is good; from now on it is not. */
  spend(ticket: string): boolean {
    const key = hash(ticket)
    const until = this.#tickets.get(key)
    this.#tickets.delete(key)
    return until !== undefined && this.#clock.now() < until
  }

  /** Secret of a new session. */
  openSession(): string {
    const session = this.#ids.hex(SECRET_BYTES)
    this.#sessions.add(hash(session))
    dropOldest(this.#sessions, MOST_SESSIONS)
    return session
  }

  knows(session: string): boolean {
    return this.#sessions.has(hash(session))
  }
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Maps and sets keep the order in which things were put in. */
function dropOldest(kept: Map<string, unknown> | Set<string>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return
    kept.delete(key)
  }
}
