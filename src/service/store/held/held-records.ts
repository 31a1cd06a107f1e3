import { type Query, recordKey } from '../../../lifecycle/hood.ts'
import { type AnyRecord, type Lookup, lookupsOf, type RecordKind } from '../../../lifecycle/records.ts'
import type { ChangedBy } from '../store.ts'

/** A record found by a question, as the database answers it. */
export interface Found {
  readonly kind: RecordKind
  readonly id: string
  readonly body: string
  /** JSON: authors and the cursors of their last changes. */
  readonly changed: string
  /** The look-up that found it; empty when it was asked for by its id. */
  readonly field: string
  readonly value: string
}

interface Changed {
  readonly record: AnyRecord
  readonly body: string
  readonly changed: string
}

export interface Changes {
  readonly records: readonly Changed[]
  readonly lookupsGone: readonly (Lookup & { readonly kind: RecordKind; readonly id: string })[]
  readonly lookupsNew: readonly (Lookup & { readonly kind: RecordKind; readonly id: string })[]
}

const lookupKey = (kind: RecordKind, field: string, value: string) => `${kind}.${field}=${value}`

/**
 * The records one writing transaction has seen or changed. Nobody else writes meanwhile, so an answer holds until the
 * transaction changes it itself: each question goes to the database once, and changes go there together at the end.
 */
export class HeldRecords {
  readonly #load: (queries: readonly Query[]) => Promise<readonly Found[]>
  /** As the database has them; `undefined` when it has none. */
  readonly #stored = new Map<string, AnyRecord | undefined>()
  readonly #changed = new Map<string, Changed>()
  /** By record: its authors and the cursors of their last changes. */
  readonly #authors = new Map<string, Readonly<Record<string, number>>>()
  /** By look-up: keys of all records it finds now. */
  readonly #found = new Map<string, Set<string>>()
  /** By look-up: keys of changed records it finds. */
  readonly #foundChanged = new Map<string, Set<string>>()

  constructor(load: (queries: readonly Query[]) => Promise<readonly Found[]>) {
    this.#load = load
  }

  async answer(queries: readonly Query[]): Promise<readonly AnyRecord[]> {
    await this.fetch(queries)
    const keys = new Set<string>()
    for (const query of queries)
      if ('id' in query) keys.add(recordKey(query.kind, query.id))
      else
        for (const key of this.#found.get(lookupKey(query.kind, query.field, query.value)) ?? [])
          keys.add(key)
    const records: AnyRecord[] = []
    for (const key of keys) {
      const record = this.#current(key)
      if (record !== undefined) records.push(record)
    }
    return records
  }

  /** Asks the database what of these is not known yet. */
  async fetch(queries: readonly Query[]): Promise<void> {
    const missing = new Map<string, Query>()
    for (const query of queries) {
      const key =
        'id' in query ? recordKey(query.kind, query.id) : lookupKey(query.kind, query.field, query.value)
      const known = 'id' in query ? this.#changed.has(key) || this.#stored.has(key) : this.#found.has(key)
      if (!known) missing.set(key, query)
    }
    if (missing.size === 0) return
    const rows = await this.#load([...missing.values()])
    const found = new Map<string, Set<string>>()
    for (const { kind, id, body, changed, field, value } of rows) {
      const key = recordKey(kind, id)
      if (!this.#stored.has(key)) this.#learn(key, body, changed)
      // A changed record is found by what it is now, not by what the database still has.
      if (field === '' || this.#changed.has(key)) continue
      const lookup = lookupKey(kind, field, value)
      const keys = found.get(lookup)
      if (keys === undefined) found.set(lookup, new Set([key]))
      else keys.add(key)
    }
    for (const [key, query] of missing)
      if ('id' in query) {
        if (!this.#stored.has(key)) this.#stored.set(key, undefined)
      } else
        this.#found.set(key, new Set([...(found.get(key) ?? []), ...(this.#foundChanged.get(key) ?? [])]))
  }

  async changedByOthers(
    records: readonly Pick<AnyRecord, 'kind' | 'id'>[],
    station: string,
    after: number,
  ): Promise<boolean> {
    await this.fetch(records)
    return records.some(({ kind, id }) =>
      othersBehind(this.#authors.get(recordKey(kind, id)) ?? {}, station, after),
    )
  }

  /** What the database has of these has to be known: a change is added to what is there. */
  put(record: AnyRecord, by: ChangedBy | undefined): void {
    const key = recordKey(record.kind, record.id)
    const authors = { ...this.#authors.get(key), ...(by === undefined ? {} : { [by.station]: by.cursor }) }
    this.#authors.set(key, authors)
    const before = this.#current(key)
    for (const { field, value } of before === undefined ? [] : lookupsOf(before)) {
      const lookup = lookupKey(record.kind, field, value)
      this.#found.get(lookup)?.delete(key)
      this.#foundChanged.get(lookup)?.delete(key)
    }
    const body = JSON.stringify(record)
    // What is read back is what was stored, without members that JSON leaves out.
    const asStored = JSON.parse(body) as AnyRecord
    for (const { field, value } of lookupsOf(asStored)) {
      const lookup = lookupKey(record.kind, field, value)
      this.#found.get(lookup)?.add(key)
      const changed = this.#foundChanged.get(lookup)
      if (changed === undefined) this.#foundChanged.set(lookup, new Set([key]))
      else changed.add(key)
    }
    this.#changed.set(key, { record: asStored, body, changed: JSON.stringify(authors) })
  }

  /** Everything changed since the last time, for the database. */
  takeChanges(): Changes {
    const records = [...this.#changed.values()]
    const lookupsGone: Changes['lookupsGone'][number][] = []
    const lookupsNew: Changes['lookupsNew'][number][] = []
    for (const { record } of records) {
      const { kind, id } = record
      const before = this.#stored.get(recordKey(kind, id))
      const gone = new Map(
        (before === undefined ? [] : lookupsOf(before)).map((one) => [`${one.field}=${one.value}`, one]),
      )
      const added = new Map(lookupsOf(record).map((one) => [`${one.field}=${one.value}`, one]))
      for (const [key, one] of added) if (!gone.delete(key)) lookupsNew.push({ kind, id, ...one })
      for (const one of gone.values()) lookupsGone.push({ kind, id, ...one })
      this.#stored.set(recordKey(kind, id), record)
    }
    this.#changed.clear()
    this.#foundChanged.clear()
    return { records, lookupsGone, lookupsNew }
  }

  #learn(key: string, body: string, changed: string): void {
    this.#stored.set(key, JSON.parse(body) as AnyRecord)
    this.#authors.set(key, authorsOf(changed))
  }

  #current(key: string): AnyRecord | undefined {
    return this.#changed.get(key)?.record ?? this.#stored.get(key)
  }
}

export const authorsOf = (changed: string) => JSON.parse(changed) as Readonly<Record<string, number>>

/** Whether anyone but `station` made a change behind `after`. */
export function othersBehind(
  authors: Readonly<Record<string, number>>,
  station: string,
  after: number,
): boolean {
  return Object.entries(authors).some(([author, cursor]) => author !== station && cursor > after)
}
