/** What stations have to say: packages that are opened, drives received, packages closed, and scans that changed nothing. */
import { ENTRY_FORMAT, entryText, NO_HASH } from '../../../src/contract/entry.ts'
import type { WireEntry } from '../../../src/contract/exchange.ts'
import { event, type LifeEvent } from '../../../src/lifecycle/events.ts'
import { sha256 } from '../../../src/service/journal/hashes.ts'
import { DRIVES_PER_JOB, jobId, serial, tracking } from './jobs.ts'

/** One station's journal, written as it is read: entry by entry, each continuing the one before. */
export class Journal {
  readonly station: string
  readonly #maker: number
  readonly #drives: number
  readonly #jobs: Iterator<number>
  #waiting: Happened[] = []
  seq = 0
  prev = NO_HASH
  /** Where it stands in the service's log: what it decides, it decides on all there is. */
  known = { cursor: 0, chain: NO_HASH }

  /** `jobs`: numbers of the jobs whose packages come to it. */
  constructor(station: string, maker: number, jobs: Iterable<number>, drives = DRIVES_PER_JOB) {
    this.#drives = drives
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

  #package(): Happened[] {
    const turn = this.#jobs.next()
    return packageEvents(this.station, turn.done === true ? undefined : turn.value, this.seq, this.#drives)
  }
}

export type Happened = LifeEvent | { readonly kind: string; readonly body: object }

/** A package of job `n` that is opened, received and closed at a station; without a job only scans. */
export function packageEvents(
  station: string,
  n: number | undefined,
  from: number,
  drives = DRIVES_PER_JOB,
): Happened[] {
  const look = (i: number) => {
    const text = `SCAN-${from}-${i}`
    const verdict = { verdict: 'look-up', say: 'unknown', next: 'scan-next', facts: {} }
    return { kind: 'scan-read', body: { scan: `${station}-${text}`, text, verdict } }
  }
  if (n === undefined) return Array.from({ length: 2 * drives + 2 }, (_, i) => look(i))
  const [job, arrival, number] = [jobId(n), `arrival-${n}`, tracking(n)]
  return [
    event('arrival-opened', { arrival, tracking: number, base: number, jobs: [job], blind: false }),
    ...Array.from({ length: drives }, (_, drive) => serial(n, drive)).flatMap((driveId, i) => [
      event('drive-received', { job, serial: driveId, driveId, arrival, tray: 'A', apart: false }),
      look(i),
    ]),
    event('arrival-closed', { arrival, short: false }),
  ]
}

export function* jobsOf(station: number, stations: number, count: number): Generator<number> {
  for (let n = station + 1; n <= count; n += stations) yield n
}
