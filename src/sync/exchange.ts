/**
 * One round of the exchange: send what the service has not answered, in order, then take in one page of changes, and so
 * on until there is neither. Every step may be lost, repeated or cut off at any point; the next round simply begins
 * again.
 *
 * Nothing is pulled while a push has no answer: the ledger must know where the service put its own entries before it
 * takes in a truth that may or may not count them.
 */
import {
  EXCHANGE_VERSION,
  MOST_CHANGES_PER_PULL,
  MOST_ENTRIES_PER_PUSH,
  MOST_TEXT_PER_PUSH,
  type PushResponse,
} from '../contract/exchange.ts'
import { type Failure, fail } from '../lifecycle/outcome.ts'
import type { SyncApi } from '../ports/sync-api.ts'
import type { AnswersRecorded, SyncLedger } from './sync-ledger.ts'

export type RoundEnd =
  /** Both sides know the same. `serviceAt` is the service's clock, milliseconds since 1970. */
  | { readonly outcome: 'in-step'; readonly serviceAt: number }
  /** Received everything, but pushing is stopped until a person acts. */
  | { readonly outcome: 'stopped'; readonly failure: Failure; readonly serviceAt: number }
  | { readonly outcome: 'failed'; readonly failure: Failure }

export interface RoundOptions<A, R> {
  /** Push even when there is nothing to send, to hold the service's head against the journal. */
  readonly greet: boolean
  /** Hears what each page of answers and of changes did, as soon as it is in the ledger. */
  readonly onAnswered?: (answered: A) => void
  readonly onReceived?: (received: R) => void
}

type Step<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export async function exchange<A extends AnswersRecorded, R>(
  api: SyncApi,
  ledger: SyncLedger<A, R>,
  options: RoundOptions<A, R>,
): Promise<RoundEnd> {
  let greet = options.greet
  for (;;) {
    if (ledger.syncStopped() === undefined) {
      const sent = await send(api, ledger, greet, options)
      if (!sent.ok) return { outcome: 'failed', failure: sent.failure }
      greet = false
    }
    const pulled = await pull(api, ledger, options)
    if (!pulled.ok) return { outcome: 'failed', failure: pulled.failure }
    const { more, at } = pulled.value
    if (more) continue
    const stopped = ledger.syncStopped()
    return stopped === undefined
      ? { outcome: 'in-step', serviceAt: at }
      : { outcome: 'stopped', failure: stopped, serviceAt: at }
  }
}

/**
 * Pushes until what was unsent is answered or pushing is stopped. What is recorded meanwhile waits for the next round, so
 * that a station that never rests still pulls.
 */
async function send<A extends AnswersRecorded, R>(
  api: SyncApi,
  ledger: SyncLedger<A, R>,
  greet: boolean,
  { onAnswered }: RoundOptions<A, R>,
): Promise<Step<undefined>> {
  let mayGoBack = true
  for (let first = greet; ; first = false) {
    const { batch, more } = batchOf(ledger)
    if (batch.length === 0 && !first) return { ok: true, value: undefined }
    const pushed = await api.push({
      version: EXCHANGE_VERSION,
      station: ledger.station,
      entries: batch.map((unsent) => unsent.wire),
    })
    if (!pushed.ok) return pushed
    const wrong = wrongAnswers(pushed.value, batch)
    if (wrong !== undefined) return wrong
    const recorded = ledger.answered(pushed.value)
    if (!recorded.ok) return recorded
    onAnswered?.(recorded.value)
    const { stopped, again } = recorded.value
    if (stopped !== undefined) return { ok: true, value: undefined }
    const unanswered = batch.length > pushed.value.answers.length
    if (again === 0 && !unanswered && !more) return { ok: true, value: undefined }
    if (again > 0 && !mayGoBack) return badAnswer('The service keeps losing what it has confirmed')
    if (again > 0) mayGoBack = false
    else if (unanswered && pushed.value.answers.length === 0)
      return badAnswer('The service answered none of the entries it was sent')
  }
}

/** The oldest unsent entries that fit into one push, at least one; and whether there may be more behind them. */
function batchOf(ledger: SyncLedger): { batch: ReturnType<SyncLedger['unsent']>; more: boolean } {
  const unsent = ledger.unsent(MOST_ENTRIES_PER_PUSH)
  let characters = 0
  const tooMany = unsent.findIndex(({ wire }, i) => {
    characters += wire.text.length
    return i > 0 && characters > MOST_TEXT_PER_PUSH
  })
  if (tooMany >= 0) return { batch: unsent.slice(0, tooMany), more: true }
  return { batch: unsent, more: unsent.length === MOST_ENTRIES_PER_PUSH }
}

/** Answers must be for the entries sent, in their order, without a hole; fewer is allowed. */
function wrongAnswers({ answers }: PushResponse, batch: readonly { readonly seq: number }[]) {
  const wrong = answers.find((answer, i) => answer.seq !== batch[i]?.seq)
  return wrong && badAnswer(`The service answered entry ${wrong.seq}, which does not stand there in the push`)
}

/** Takes in one page. */
async function pull<A extends AnswersRecorded, R>(
  api: SyncApi,
  ledger: SyncLedger<A, R>,
  { onReceived }: RoundOptions<A, R>,
): Promise<Step<{ more: boolean; at: number }>> {
  const after = ledger.cursor()
  const pulled = await api.pull(ledger.station, after, MOST_CHANGES_PER_PULL)
  if (!pulled.ok) return pulled
  const { changes, cursor, more, at } = pulled.value
  if (cursor < after)
    return badAnswer('The service knows less than it has told before; it may have been put back')
  if (more && cursor === after) return badAnswer('The service says there is more, and sends nothing')
  const received = ledger.receive(changes, cursor)
  if (!received.ok) return received
  onReceived?.(received.value)
  return { ok: true, value: { more, at } }
}

const badAnswer = (what: string) => fail('bad-answer', `${what}. Tell the people who run the service.`)
