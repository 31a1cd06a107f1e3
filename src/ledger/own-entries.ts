/** Turns what this station decided into entries of its journal. Used inside a transaction of the ledger. */
import { ENTRY_FORMAT, type Entry, entrySchema, entryText } from '../contract/entry.ts'
import { MOST_ENTRY_TEXT } from '../contract/exchange.ts'
import { EVENT_VERSION, type LifeEvent } from '../lifecycle/events.ts'
import type { AnyRecord } from '../lifecycle/records.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import { personalHash } from './canonical.ts'
import { Changes } from './changes.ts'
import type { Fold } from './fold.ts'
import type { Journal, Trouble } from './journal.ts'
import type { Outbox } from './outbox.ts'
import type { PersonalStore } from './personal-store.ts'

/** Something to be written into the journal. */
export type NewEvent = LifeEvent & {
  /** Another entry by its id, or one decided in the same breath and earlier in the list. */
  readonly pointsAt?: string | { readonly index: number }
  /** Personal data: kept beside the journal under `key`, where it can be erased. */
  readonly personal?: { readonly key: string; readonly text: string }
}

export interface Recorded {
  readonly entries: readonly Entry[]
  /** Every record that changed, as it is now. */
  readonly changed: readonly AnyRecord[]
  /** Entries from which nothing follows here, by id. They are facts and stay in the journal all the same. */
  readonly refusedHere: readonly { readonly id: string; readonly trouble: Trouble }[]
}

export interface OwnEntriesParts {
  readonly station: string
  readonly clock: Clock
  readonly ids: Ids
  readonly journal: Journal
  readonly fold: Fold
  readonly outbox: Outbox
  readonly personal: PersonalStore
}

export class OwnEntries {
  readonly #parts: OwnEntriesParts

  constructor(parts: OwnEntriesParts) {
    this.#parts = parts
  }

  /** Writes the entries in order, folds each one and puts it into the outbox. */
  record(events: readonly NewEvent[], actor: string): Recorded {
    const { clock, ids, journal, fold, outbox } = this.#parts
    const at = clock.now()
    const entryIds = events.map(() => ids.uuid())
    const changes = new Changes()
    const refusedHere: { id: string; trouble: Trouble }[] = []
    const entries = events.map((event, index) => {
      const entry = this.#entry(event, entryIds, index, actor, at)
      const text = entryText(entry)
      if (text.length > MOST_ENTRY_TEXT)
        throw new RangeError(
          `An entry "${entry.kind}" has ${text.length} characters; ${MOST_ENTRY_TEXT} can be sent.`,
        )
      const { changed, trouble } = fold.apply(entry, { own: entry.seq }, journal.size() + 1)
      journal.appendOwn(entry.seq, text, trouble)
      outbox.add(entry.seq)
      changes.add(changed)
      if (trouble !== undefined) refusedHere.push({ id: entry.id, trouble })
      return entry
    })
    return { entries, changed: changes.all(), refusedHere }
  }

  #entry(event: NewEvent, entryIds: readonly string[], index: number, actor: string, at: number): Entry {
    const { station, ids, journal, personal } = this.#parts
    const head = journal.ownHead()
    const { cursor, chain } = journal.received()
    const kept = event.personal && { ...event.personal, salt: ids.hex(16) }
    if (kept !== undefined) personal.put(kept)
    const entry: Entry = {
      format: ENTRY_FORMAT,
      id: entryIds[index] ?? '',
      station,
      seq: head.seq + 1,
      at,
      actor,
      kind: event.kind,
      version: EVENT_VERSION,
      body: { ...event.body },
      pointsAt: pointedAt(event.pointsAt, entryIds, index),
      personal: kept && { key: kept.key, hash: personalHash(kept.salt, kept.text) },
      after: { cursor, chain },
      prev: head.hash,
    }
    // Folded as it will be read back; and an entry the service could not read is a defect found here.
    return entrySchema.parse(JSON.parse(entryText(entry)))
  }
}

function pointedAt(
  target: NewEvent['pointsAt'],
  entryIds: readonly string[],
  index: number,
): string | undefined {
  if (typeof target !== 'object') return target
  if (target.index < index) return entryIds[target.index]
  throw new RangeError(`Event ${index} can point at an earlier one of its decision, not at ${target.index}.`)
}
