/**
 * Takes in what came from the service, one entry at a time. Any entry, however broken, is kept; none stops those behind
 * it. Used inside a transaction of the ledger.
 */
import type { Entry, Personal } from '../contract/entry.ts'
import type { PullResponse } from '../contract/exchange.ts'
import type { AnyRecord } from '../lifecycle/records.ts'
import { textHash } from './canonical.ts'
import { Changes } from './changes.ts'
import type { Fold } from './fold.ts'
import { type Journal, parseEntry, type Trouble } from './journal.ts'
import { belongsTo, type PersonalStore } from './personal-store.ts'

export interface Received {
  /** Entries that were new and could be read. */
  readonly entries: readonly Entry[]
  /** Every record that changed, as it is now. */
  readonly changed: readonly AnyRecord[]
  /** Entries that were kept and not folded, or not wholly. */
  readonly troubles: readonly { readonly cursor: number; readonly trouble: Trouble }[]
}

type Change = PullResponse['changes'][number]

export class Intake {
  readonly #journal: Journal
  readonly #fold: Fold
  readonly #personal: PersonalStore

  constructor(journal: Journal, fold: Fold, personal: PersonalStore) {
    this.#journal = journal
    this.#fold = fold
    this.#personal = personal
  }

  take(changes: readonly Change[]): Received {
    const entries: Entry[] = []
    const changed = new Changes()
    const troubles: { cursor: number; trouble: Trouble }[] = []
    for (const change of changes) {
      const taken = this.#takeOne(change)
      if (taken.entry !== undefined) entries.push(taken.entry)
      if (taken.trouble !== undefined) troubles.push({ cursor: change.cursor, trouble: taken.trouble })
      changed.add(taken.changed)
    }
    return { entries, changed: changed.all(), troubles }
  }

  #takeOne({ cursor, entry: wire }: Change): {
    entry?: Entry
    trouble?: Trouble | undefined
    changed: readonly AnyRecord[]
  } {
    // Hashing and SQLite both see the well-formed text, so nothing else may be read from it.
    const text = wire.text.toWellFormed()
    const readable = this.#read(text, wire.hash)
    if ('code' in readable) {
      this.#journal.appendReceived(cursor, text, readable)
      return { trouble: readable, changed: [] }
    }
    const { changed, trouble } = this.#fold.apply(readable, { cursor }, this.#journal.size() + 1)
    this.#journal.appendReceived(cursor, text, trouble)
    return { entry: readable, changed, trouble: this.#keep(wire.personal, readable) ?? trouble }
  }

  #read(text: string, hash: string): Entry | Trouble {
    if (textHash(text) !== hash) return { code: 'hash-mismatch', because: `It came with the hash ${hash}.` }
    const entry = parseEntry(text)
    if (entry === undefined)
      return { code: 'not-an-entry', because: 'This version cannot read the text as an entry.' }
    const twin = this.#journal.byId(entry.id)
    if (twin === undefined) return entry
    return { code: 'doubled', because: `An entry with this id stands at position ${twin.pos}.` }
  }

  #keep(personal: Personal | undefined, entry: Entry): Trouble | undefined {
    if (personal === undefined) return undefined
    if (!belongsTo(personal, entry))
      return {
        code: 'personal-mismatch',
        because: 'Its personal data is not what the entry says, and was not kept.',
      }
    this.#personal.put(personal)
    return undefined
  }
}
