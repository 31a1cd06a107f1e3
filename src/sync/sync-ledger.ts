import type { PullResponse, PushResponse, WireEntry } from '../contract/exchange.ts'
import type { Failure, Outcome } from '../lifecycle/outcome.ts'

/** What recording a push's answers has to tell. */
export interface AnswersRecorded {
  /** How many confirmed entries the service has lost; they are unsent again. */
  readonly again: number
  /** Set when pushing ends until a person acts. */
  readonly stopped?: Failure
}

/** What the exchange needs of the station's ledger; `A` and `R` are all that it tells of answers and of changes. */
export interface SyncLedger<A extends AnswersRecorded = AnswersRecorded, R = unknown> {
  readonly station: string
  /** The oldest entries the service has not answered, in order. */
  unsent(limit: number): readonly { readonly seq: number; readonly wire: WireEntry }[]
  answered(response: PushResponse): Outcome<A>
  /** Why pushing is stopped, if it is. */
  syncStopped(): Failure | undefined
  /** Where to go on pulling. */
  cursor(): number
  /** Takes in a page of changes; one that comes twice changes nothing. */
  receive(changes: PullResponse['changes'], cursor: number): Outcome<R>
}
