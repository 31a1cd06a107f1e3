import { Hood, type Query, recordKey } from '../../src/lifecycle/hood.ts'
import { type AnyRecord, lookupsOf } from '../../src/lifecycle/records.ts'

/** Every record of a dock, answering look-ups the way a ledger does: by id, or by a field of `lookupsOf`. */
export class MemoryStore {
  readonly #records = new Map<string, AnyRecord>()
  readonly #byField = new Map<string, Set<string>>()

  put(records: readonly AnyRecord[]): void {
    for (const record of records) {
      const key = recordKey(record.kind, record.id)
      const old = this.#records.get(key)
      if (old !== undefined) for (const field of fieldsOf(old)) this.#byField.get(field)?.delete(key)
      this.#records.set(key, record)
      for (const field of fieldsOf(record)) {
        const keys = this.#byField.get(field) ?? new Set()
        this.#byField.set(field, keys.add(key))
      }
    }
  }

  answer = (queries: readonly Query[]): AnyRecord[] => queries.flatMap((query) => this.#answerOne(query))

  #answerOne(query: Query): AnyRecord[] {
    if ('id' in query) return this.#known([recordKey(query.kind, query.id)])
    // Newest first: an order no decision may depend on.
    const found = this.#byField.get(fieldKey(query.kind, query.field, query.value)) ?? []
    return this.#known([...found].reverse())
  }

  #known(keys: readonly string[]): AnyRecord[] {
    return keys.flatMap((key) => this.#records.get(key) ?? [])
  }

  all(): AnyRecord[] {
    return [...this.#records.values()]
  }

  /** The whole store as one neighbourhood, in the order `gather` uses. */
  hood(): Hood {
    return new Hood(new Map([...this.#records].sort(([a], [b]) => (a < b ? -1 : 1))))
  }
}

function fieldsOf(record: AnyRecord): string[] {
  return lookupsOf(record).map(({ field, value }) => fieldKey(record.kind, field, value))
}

function fieldKey(kind: string, field: string, value: string): string {
  return `${kind}.${field}=${value}`
}
