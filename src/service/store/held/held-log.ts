import { NO_HASH } from '../../../contract/entry.ts'
import { nextChain } from '../../journal/hashes.ts'
import type { LinePlace, LogHead, NewLine, StationHead } from '../store.ts'

export interface PendingLine extends NewLine {
  readonly cursor: number
  readonly chain: string
}

/** What one writing transaction knows of the change log: its ends, and the lines that wait to be written together. */
export class HeldLog {
  #pending: PendingLine[] = []
  #head: LogHead | undefined
  readonly #stations = new Map<string, StationHead | undefined>()
  readonly #entries = new Map<string, boolean>()

  get head(): LogHead | undefined {
    return this.#head
  }

  set head(head: LogHead) {
    this.#head = head
  }

  /** `known: false`: the database has to be asked. */
  station(station: string): { readonly known: boolean; readonly head?: StationHead | undefined } {
    return { known: this.#stations.has(station), head: this.#stations.get(station) }
  }

  learnStation(station: string, head: StationHead | undefined): void {
    if (!this.#stations.has(station)) this.#stations.set(station, head)
  }

  hasEntry(id: string): boolean | undefined {
    return this.#entries.get(id)
  }

  learnEntry(id: string, there: boolean): void {
    if (!this.#entries.has(id)) this.#entries.set(id, there)
  }

  pendingAt(station: string, seq: number): LinePlace | undefined {
    return this.#pending.find((line) => line.station === station && line.seq === seq)
  }

  pendingUnreadable(station: string, hash: string): LinePlace | undefined {
    return this.#pending.find(
      (line) => line.station === station && line.hash === hash && line.id === undefined,
    )
  }

  /** Gives the line its cursor. The head has to be known. */
  append(line: NewLine): number {
    const { cursor: before, chain: link } = this.#head ?? { cursor: 0, chain: NO_HASH }
    const cursor = before + 1
    const chain = nextChain(link, cursor, line.hash)
    this.#pending.push({ ...line, cursor, chain })
    this.#head = { cursor, chain }
    const known = this.#stations.get(line.station)
    if (known === undefined || known.seq < line.seq)
      this.#stations.set(line.station, { seq: line.seq, hash: line.hash })
    if (line.id !== undefined) this.#entries.set(line.id, true)
    return cursor
  }

  takePending(): readonly PendingLine[] {
    const pending = this.#pending
    this.#pending = []
    return pending
  }
}
