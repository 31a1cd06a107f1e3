/**
 * From an entry to the views. One path for entries just decided, just received and read back for a rebuild, so that
 * views folded anew are the same to the byte.
 */
import type { Entry } from '../contract/entry.ts'
import { EVENT_BODIES } from '../contract/event-bodies.ts'
import { EVENT_VERSION, type EventBodies, type LifeEvent, type Stamp } from '../lifecycle/events.ts'
import { evolve, isEventKind } from '../lifecycle/evolve/evolve.ts'
import { type Hood, recordKey } from '../lifecycle/hood.ts'
import { type AnyRecord, lookupsOf } from '../lifecycle/records.ts'
import { subjectsOf } from '../lifecycle/subjects.ts'
import { failureOf, LedgerError } from './failures.ts'
import { type Journal, parseEntry, type Trouble } from './journal.ts'
import type { Views } from './views.ts'

/** What followed from an entry. `changed` is empty when there is trouble. */
export interface Folding {
  readonly changed: readonly AnyRecord[]
  readonly trouble?: Trouble
}

/** Where an entry stands: own entries by their sequence number, received ones by cursor. */
export type Place = { readonly own: number } | { readonly cursor: number }

export class Fold {
  readonly #journal: Journal
  readonly #views: Views
  readonly #path: string

  /** `path` is the ledger's file, for failures. */
  constructor(journal: Journal, views: Views, path: string) {
    this.#journal = journal
    this.#views = views
    this.#path = path
  }

  /** Folds an entry that stands, or is about to stand, at `pos`. */
  apply(entry: Entry, place: Place, pos: number): Folding {
    const folding = this.#evolve(entry)
    for (const record of folding.changed) this.#views.put(record)
    const told = 'cursor' in place && entry.kind === 'consequence-refused' && folding.trouble === undefined
    const absent = told ? (entry.body as EventBodies['consequence-refused']).absent : undefined
    for (const { kind, id } of absent ?? []) this.#views.remove(kind, id)
    const changed = told ? this.#goOnFromTruth(folding.changed, absent ?? [], place.cursor) : folding.changed
    if ('own' in place) for (const record of changed) this.#views.touch(record, place.own)
    for (const job of jobsConcerned(entry, changed)) this.#views.addToTimeline(job, pos)
    return { ...folding, changed }
  }

  #evolve(entry: Entry): Folding {
    const { kind, body } = entry
    if (!isEventKind(kind)) return troubled('unknown-kind', `This version knows nothing of "${kind}".`)
    if (entry.version > EVENT_VERSION)
      return troubled(
        'newer-body',
        `This version knows "${kind}" up to ${EVENT_VERSION}, not ${entry.version}.`,
      )
    const shape = EVENT_BODIES[kind].safeParse(body)
    if (!shape.success)
      return troubled(
        'not-foldable',
        shape.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '),
      )
    const event = { kind, body } as unknown as LifeEvent
    const stamp: Stamp = { id: entry.id, station: entry.station, at: entry.at, actor: entry.actor }
    try {
      const hood = this.#views.gather(subjectsOf(event, entry.station))
      const evolved = evolve(hood, event, stamp)
      if (evolved.outcome === 'illegal') return troubled('illegal', evolved.because)
      return { changed: storable(evolved.hood, hood) }
    } catch (error) {
      // An entry may come from anywhere; one that breaks the rules must not stop those behind it.
      const failure = failureOf(error, this.#path)
      if (failure !== undefined) throw new LedgerError(failure)
      return troubled('not-foldable', String(error))
    }
  }

  /**
   * The service's truth is as of its cursor. What this station did to the same records since, and the service has not
   * counted in, happened all the same: it is folded again on top, into these records only.
   */
  #goOnFromTruth(
    truth: readonly AnyRecord[],
    absent: readonly Pick<AnyRecord, 'kind' | 'id'>[],
    cursor: number,
  ): readonly AnyRecord[] {
    const told = [...truth, ...absent]
    const keys = new Set(told.map(({ kind, id }) => recordKey(kind, id)))
    const later = new Set(told.flatMap((record) => this.#views.uncounted(record, cursor)))
    const changed = new Map(truth.map((record) => [recordKey(record.kind, record.id), record]))
    for (const seq of [...later].sort((a, b) => a - b)) {
      const entry = parseEntry(this.#journal.ownAt(seq)?.text ?? '')
      if (entry === undefined) continue
      for (const record of this.#evolve(entry).changed) {
        const key = recordKey(record.kind, record.id)
        if (!keys.has(key)) continue
        this.#views.put(record)
        changed.set(key, record)
      }
    }
    return [...changed.values()]
  }
}

const troubled = (code: Trouble['code'], because: string): Folding => ({
  changed: [],
  trouble: { code, because },
})

/** The changed records; throws when one could not be stored and found again. */
function storable(after: Hood, before: Hood): AnyRecord[] {
  const changed = after.changesSince(before)
  for (const record of changed) {
    const texts = [record.id, ...lookupsOf(record).map((lookup) => lookup.value)]
    if (record.id === '' || texts.some((text) => typeof text !== 'string'))
      throw new TypeError(`A ${record.kind} came out without an id or with a look-up that is no text.`)
  }
  return changed
}

/** Every job whose story this entry belongs to, also when nothing followed from it. */
function jobsConcerned(entry: Entry, changed: readonly AnyRecord[]): Set<string> {
  const jobs = new Set<string>()
  const { job } = entry.body
  if (typeof job === 'string') jobs.add(job)
  for (const record of changed)
    switch (record.kind) {
      case 'job':
        jobs.add(record.id)
        break
      case 'arrival':
        for (const id of record.jobs) jobs.add(id)
        break
      case 'work':
      case 'scan':
        break
      default:
        if (record.job !== undefined) jobs.add(record.job)
    }
  return jobs
}
