import { recordKey } from '../lifecycle/hood.ts'
import type { AnyRecord } from '../lifecycle/records.ts'

/** Records changed by several entries in turn: each once, as it is at the end. */
export class Changes {
  readonly #records = new Map<string, AnyRecord>()

  add(records: readonly AnyRecord[]): void {
    for (const record of records) this.#records.set(recordKey(record.kind, record.id), record)
  }

  all(): readonly AnyRecord[] {
    return [...this.#records.values()]
  }
}
