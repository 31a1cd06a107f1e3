/** What stations have to say: packages that are opened, drives received, packages closed, and scans that changed nothing. */
import { ENTRY_FORMAT, entryText, NO_HASH } from '../../../src/contract/entry.ts'
import type { WireEntry } from '../../../src/contract/exchange.ts'
import { event, type LifeEvent } from '../../../src/lifecycle/events.ts'
import { sha256 } from '../../../src/service/journal/hashes.ts'
import { DRIVES_PER_JOB, jobId, serial, tracking } from './jobs.ts'

/** Entries one package makes. */
export const ENTRIES_PER_PACKAGE = DRIVES_PER_JOB + 2 + DRIVES_PER_JOB

/** One station's journal, written as it is read: entry by entry, each continuing the one before. */
export class Journal {
  readonly station: string
  readonly #maker: number
  readonly #jobs: Iterator<number>
  #waiting: (LifeEvent | { kind: string; body: object })[] = []
  seq = 0
  prev = NO_HASH
  /** Where it stands in the service's log: what it decides, it decides on all there is. */
  known = { cursor: 0, chain: NO_HASH }

  /** `jobs`: numbers of the jobs whose packages come to it. */
  constructor(station: string, maker: number, jobs: Iterable<number>) {
    this.station = station
    this.#maker = maker
    this.#jobs = jobs[Symbol.iterator]()
  }

  next(): WireEntry {
    if (this.#waiting.length === 0) this.#waiting = this.#package()
    const happened = this.#waiting.shift()
    if (happened === undefined) throw new Error('a package without an entry')
    this.seq += 1
    const text = entryText({
      format: ENTRY_FORMAT,
      id: `${this.#maker.toString(16).padStart(8, '0')}-0000-7000-8000-${this.seq.toString(16).padStart(12, '0')}`,
      station: this.station,
      seq: this.seq,
      at: Date.UTC(2026, 0, 6) + this.seq,
      actor: 'b-17',
      kind: happened.kind,
      version: 1,
      body: { ...happened.body },
      after: this.known,
      prev: this.prev,
    })
    this.prev = sha256(text)
    return { text, hash: this.prev }
  }

  #package(): (LifeEvent | { kind: string; body: object })[] {
    const turn = this.#jobs.next()
    if (turn.done === true) return Array.from({ length: ENTRIES_PER_PACKAGE }, (_, i) => this.#look(i))
    const job = jobId(turn.value)
    const arrival = `arrival-${turn.value}`
    const number = tracking(turn.value)
    return [
      event('arrival-opened', { arrival, tracking: number, base: number, jobs: [job], blind: false }),
      ...Array.from({ length: DRIVES_PER_JOB }, (_, drive) => serial(turn.value, drive)).flatMap(
        (driveId, i) => [
          event('drive-received', { job, serial: driveId, driveId, arrival, tray: 'A', apart: false }),
          this.#look(i),
        ],
      ),
      event('arrival-closed', { arrival, short: false }),
    ]
  }

  #look(i: number) {
    const text = `SCAN-${this.seq}-${i}`
    return {
      kind: 'scan-read',
      body: {
        scan: `${this.station}-${text}`,
        text,
        verdict: { verdict: 'look-up', say: 'unknown', next: 'scan-next', facts: {} },
      },
    }
  }
}

export function* jobsOf(station: number, stations: number, count: number): Generator<number> {
  for (let n = station + 1; n <= count; n += stations) yield n
}
