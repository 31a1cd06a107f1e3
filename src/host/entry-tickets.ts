import { createHash } from 'node:crypto'
import type { Clock, Instant } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'

/** How long a printed address may be used. */
export const TICKET_LIFE_MS = 5 * 60_000
/** Older ones are forgotten: nobody opens more windows than this from printed addresses at once. */
const MOST_TICKETS = 8
const SECRET_BYTES = 32

/**
 * Who may come in: a ticket in a printed address lets one browser in once, and opens a session of `window-sessions.ts`. Only
 * hashes are kept, so that looking one up takes no time that depends on a guess.
 */
export class EntryTickets {
  readonly #clock: Clock
  readonly #ids: Ids
  readonly #tickets = new Map<string, Instant>()

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
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Maps keep the order in which things were put in. */
function dropOldest(kept: Map<string, unknown>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return
    kept.delete(key)
  }
}
