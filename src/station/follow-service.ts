import type { Entry } from '../contract/entry.ts'
import type { Received } from '../ledger/intake.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { Draft, type Mint } from '../lifecycle/decide/draft.ts'
import { react } from '../lifecycle/decide/react.ts'
import { WAITING_FOR_A_JOB } from '../lifecycle/decide/release-holds.ts'
import { type EventKind, event, type LifeEvent } from '../lifecycle/events.ts'
import { isEventKind } from '../lifecycle/evolve/evolve.ts'
import { subjectsOf } from '../lifecycle/subjects.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'

/** Kinds of news a station acts on by itself. */
const MOVING: ReadonlySet<EventKind> = new Set(['job-announced', 'job-updated', 'consequence-refused'])

/** What is done about a page is done at once, so no more than a few pages can stand undone at the journal's end. */
const MOST_ROWS = 5_000

export interface FollowServiceParts {
  readonly ledger: Ledger
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly mint: Mint
}

/** What the station does about what the service tells it. */
export class FollowService {
  readonly #parts: FollowServiceParts

  constructor(parts: FollowServiceParts) {
    this.#parts = parts
  }

  /** Called with each page of changes once it is in the ledger. */
  received(received: Received): void {
    for (const { trouble, cursor } of received.troubles)
      this.#parts.log.warn('An entry from the service could not be followed.', { cursor, code: trouble.code })
    for (const entry of received.entries) this.#follow(entry)
  }

  /** At start: what a stop in the middle may have left undone. */
  catchUp(): void {
    const { ledger } = this.#parts
    for (const refusal of this.#unansweredRefusals()) this.#follow(refusal)
    for (const job of this.#waitedFor()) {
      const { state, package: parcel } = ledger.get('job', job) ?? {}
      if (state === 'Shipping' && parcel !== undefined)
        this.#act(event('job-announced', { job, package: parcel }), undefined, undefined)
    }
  }

  /** Jobs that a held drive waits for: the one it was held for, and those that list it by now. */
  #waitedFor(): ReadonlySet<string> {
    const { ledger } = this.#parts
    const onSite = (['held', 'bay'] as const).flatMap((state) => ledger.find('custody', 'state', state))
    const waiting = onSite.filter(({ heldBecause }) => WAITING_FOR_A_JOB.has(heldBecause))
    const listing = waiting.flatMap(({ serial }) => ledger.find('drive', 'serial', serial))
    return new Set([...waiting.flatMap(({ job }) => job ?? []), ...listing.map(({ job }) => job)])
  }

  #follow(entry: Entry): void {
    const news = lifeEvent(entry)
    if (news === undefined || !MOVING.has(news.kind)) return
    const fact = entry.pointsAt === undefined ? undefined : this.#ownFact(entry.pointsAt)
    this.#act(news, fact, entry.id)
  }

  /**
   * Refusals that were taken in when the station stopped and that nothing of its own points at, oldest first. What is done
   * about a page follows it at once, so they stand behind the last own entry that was about anything else.
   */
  #unansweredRefusals(): Entry[] {
    const { ledger } = this.#parts
    const refusals: Entry[] = []
    const answered = new Set<string>()
    for (const { origin, entry } of ledger.newest({ limit: MOST_ROWS })) {
      if (entry === undefined) continue
      if (origin === 'service') {
        if (entry.kind === 'consequence-refused' && !answered.has(entry.id)) refusals.push(entry)
      } else if (entry.pointsAt !== undefined && ledger.entry(entry.pointsAt)?.origin === 'service')
        answered.add(entry.pointsAt)
      else break
    }
    return refusals.reverse()
  }

  #act(news: LifeEvent, fact: LifeEvent | undefined, pointsAt: string | undefined): void {
    const { ledger, clock, ids, log, mint } = this.#parts
    const about = subjectsOf(fact ?? news, ledger.station)
    const written = ledger.decide(about, 'station', (hood) => {
      const stamp = { id: pointsAt ?? ids.uuid(), station: ledger.station, at: clock.now(), actor: 'station' }
      const draft = new Draft(hood, stamp, mint)
      react(draft, news, fact)
      const events = draft.events.map((e) => (pointsAt === undefined ? e : { ...e, pointsAt }))
      return { events, result: undefined }
    })
    if (!written.ok) log.error('What the service told could not be acted on.', { code: written.failure.code })
  }

  /** The station's own entry that a refusal points at; undefined for another station's. */
  #ownFact(id: string): LifeEvent | undefined {
    const fact = this.#parts.ledger.entry(id)
    return fact?.origin === 'own' && fact.entry !== undefined ? lifeEvent(fact.entry) : undefined
  }
}

/** An entry of this ledger as the event it is; its body was checked before it was stored. */
export function lifeEvent(entry: Pick<Entry, 'kind' | 'body'>): LifeEvent | undefined {
  return isEventKind(entry.kind)
    ? ({ kind: entry.kind, body: entry.body } as unknown as LifeEvent)
    : undefined
}
