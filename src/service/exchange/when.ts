import type { Entry } from '../../contract/entry.ts'
import type { ReadTransaction } from '../store/store.ts'

/** A station's clock may be off by so much without anyone caring. */
const TOLERATED_MS = 10 * 60_000

/**
 * When a fact happened, by the service's clock as far as that can be known: not later than now, and not before the newest
 * entry its station had heard of, which the fact names. A station's own word counts in between; deadlines would otherwise
 * delete a job in its first minute because a station believes it is 1970.
 */
export async function happenedAt(tx: ReadTransaction, entry: Entry, now: number): Promise<number> {
  if (Math.abs(entry.at - now) <= TOLERATED_MS) return entry.at
  if (entry.at > now) return now
  const heard = entry.after.cursor === 0 ? undefined : await tx.loggedAt(entry.after.cursor)
  return heard === undefined || entry.at >= heard - TOLERATED_MS ? entry.at : heard
}
