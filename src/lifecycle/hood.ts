import {
  type AnyRecord,
  type DriveRecord,
  type LookupField,
  lookupsOf,
  type RecordKind,
  type RecordOf,
} from './records.ts'
import { subjectsOf } from './subjects.ts'

/**
 * A neighbourhood: the handful of records a decision may look at, loaded before it and never added to behind its back.
 * Values are immutable; `put` answers a new neighbourhood.
 */
export class Hood {
  private readonly records: ReadonlyMap<string, AnyRecord>

  constructor(records: Iterable<AnyRecord> | ReadonlyMap<string, AnyRecord> = []) {
    this.records =
      records instanceof Map
        ? records
        : new Map([...(records as Iterable<AnyRecord>)].map((r) => [recordKey(r.kind, r.id), r]))
  }

  get<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined {
    return this.records.get(recordKey(kind, id)) as RecordOf<K> | undefined
  }

  all<K extends RecordKind>(kind: K): RecordOf<K>[] {
    const found: RecordOf<K>[] = []
    for (const record of this.records.values()) if (record.kind === kind) found.push(record as RecordOf<K>)
    return found
  }

  /** Records of `kind` that a store would answer for this look-up. */
  find<K extends RecordKind>(kind: K, field: LookupField, value: string): RecordOf<K>[] {
    return this.all(kind).filter((record) =>
      lookupsOf(record).some((l) => l.field === field && l.value === value),
    )
  }

  put(...changed: readonly AnyRecord[]): Hood {
    const records = new Map(this.records)
    for (const record of changed) records.set(recordKey(record.kind, record.id), record)
    return new Hood(records)
  }

  /** Records of this neighbourhood that differ from `before`, in the order they were put. */
  changesSince(before: Hood): AnyRecord[] {
    return [...this.records.values()].filter((r) => before.records.get(recordKey(r.kind, r.id)) !== r)
  }
}

export const recordKey = (kind: RecordKind, id: string): string => `${kind}:${id}`

/** What a decision is about; everything named here and everything that hangs on it is loaded. */
export interface Subjects {
  readonly jobs?: readonly string[]
  readonly serials?: readonly string[]
  readonly arrivals?: readonly string[]
  readonly returns?: readonly string[]
  readonly returnNumbers?: readonly string[]
  readonly copies?: readonly string[]
  readonly cases?: readonly string[]
  /** Cases that are worked on, with all they are about. */
  readonly worked?: readonly string[]
  /** Canonical tracking numbers without a -1, -2 … suffix. */
  readonly trackings?: readonly string[]
  readonly bays?: readonly string[]
  /** Stations with what they are doing and all that hangs on it. */
  readonly stations?: readonly string[]
  /** Stations of which only the work record itself is needed. */
  readonly works?: readonly string[]
  /** Stations whose newest scans matter, with what these were about: for orders to undo, hold or call damaged. */
  readonly recalls?: readonly string[]
  readonly scans?: readonly string[]
}

export type Query =
  | { readonly kind: RecordKind; readonly id: string }
  | { readonly kind: RecordKind; readonly field: LookupField; readonly value: string }

/** More than this is a defect in the gathering, not a busy dock. */
const MOST_RECORDS = 5_000

/**
 * Finds everything a decision about `subjects` needs. A generator, so that a store that answers at once (SQLite) and
 * one that answers later (PostgreSQL) share it: it yields questions and is handed the records found.
 *
 * A job brings its drives, arrivals, returns, cases, and the custody of its drives; an arrival its jobs and what came
 * in it; a return its job and what was packed; a serial every job that lists it. What else a drive of a job was ever
 * listed for is left out, and a drive that went home, or that its customer took off the list, brings no more than the
 * name of its job: a customer who ships the same drives every week must not pull in years of jobs.
 *
 * The records come out in the order of their keys, whatever order a store answers in: every store decides alike.
 */
function* gather(subjects: Subjects): Generator<readonly Query[], Hood, readonly AnyRecord[]> {
  const gathering = new Gathering(subjects)
  yield* gathering.answers()
  for (const station of subjects.recalls ?? []) gathering.recall(station)
  yield* gathering.answers()
  return gathering.hood()
}

class Gathering {
  private readonly records = new Map<string, AnyRecord>()
  private readonly asked = new Set<string>()
  private readonly stations: ReadonlySet<string>
  private readonly recalls: ReadonlySet<string>
  private readonly trackings: ReadonlySet<string | undefined>
  /** Jobs of which so far no more than the name is wanted. */
  private readonly named = new Set<string>()
  private readonly worked = new Set<string>()
  private questions: Query[] = []

  constructor(subjects: Subjects) {
    this.stations = new Set(subjects.stations)
    this.recalls = new Set(subjects.recalls)
    this.trackings = new Set(subjects.trackings)
    this.about(subjects)
  }

  *answers(): Generator<readonly Query[], void, readonly AnyRecord[]> {
    while (this.questions.length > 0) {
      const now = this.questions
      this.questions = []
      for (const record of yield now) {
        const key = recordKey(record.kind, record.id)
        if (this.records.has(key)) continue
        this.records.set(key, record)
        if (this.records.size > MOST_RECORDS)
          throw new Error(`A neighbourhood grew past ${MOST_RECORDS} records.`)
        this.follow(record)
      }
    }
  }

  /** What the newest scan and the newest one that can be taken back were about. */
  recall(station: string): void {
    const scans = (this.known('work', station)?.scans ?? []).flatMap((id) => this.known('scan', id) ?? [])
    const [newest] = scans
    if (newest?.verdict.drive !== undefined) this.serial(newest.verdict.drive)
    const undoable = scans.find((scan) => scan.undo !== undefined && !scan.undone)
    for (const event of undoable?.undo ?? []) this.about(subjectsOf(event, station))
  }

  hood(): Hood {
    return new Hood(new Map([...this.records].sort(([a], [b]) => (a < b ? -1 : 1))))
  }

  private known<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined {
    return this.records.get(recordKey(kind, id)) as RecordOf<K> | undefined
  }

  private ask(query: Query): void {
    const key = 'id' in query ? `${query.kind}=${query.id}` : `${query.kind}.${query.field}=${query.value}`
    if (this.asked.has(key)) return
    this.asked.add(key)
    this.questions.push(query)
  }

  private about(subjects: Subjects): void {
    for (const id of subjects.jobs ?? []) this.job(id)
    for (const serial of subjects.serials ?? []) this.serial(serial)
    for (const id of subjects.arrivals ?? []) this.arrival(id)
    for (const id of subjects.returns ?? []) this.return(id)
    for (const value of subjects.returnNumbers ?? []) this.ask({ kind: 'return', field: 'number', value })
    for (const id of subjects.copies ?? []) this.ask({ kind: 'copy', id })
    for (const id of subjects.cases ?? []) this.ask({ kind: 'case', id })
    for (const id of subjects.worked ?? []) this.work(id)
    for (const value of subjects.trackings ?? [])
      for (const kind of ['job', 'arrival', 'return'] as const) this.ask({ kind, field: 'tracking', value })
    for (const bay of subjects.bays ?? []) this.bay(bay)
    for (const id of [...(subjects.stations ?? []), ...(subjects.works ?? []), ...(subjects.recalls ?? [])])
      this.ask({ kind: 'work', id })
    for (const id of subjects.scans ?? []) this.ask({ kind: 'scan', id })
  }

  private job(id: string): void {
    this.ask({ kind: 'job', id })
    for (const kind of ['drive', 'arrival', 'return', 'case', 'custody', 'copy'] as const)
      this.ask({ kind, field: 'job', value: id })
  }

  /** The job of a drive: its name, and all that hangs on it when the drive may still move it. */
  private jobOf(drive: DriveRecord, past: boolean): void {
    const job = this.known('job', drive.job)
    if (past) {
      if (job === undefined && !this.asked.has(`job=${drive.job}`)) this.named.add(drive.job)
    } else {
      this.named.delete(drive.job)
      if (job !== undefined) this.follow(job)
    }
    this.ask({ kind: 'job', id: drive.job })
  }

  /** A drive by its serial: every job that ever listed it, and the thing itself. */
  private serial(serial: string): void {
    this.ask({ kind: 'drive', field: 'serial', value: serial })
    this.thing(serial)
  }

  private thing(serial: string): void {
    this.ask({ kind: 'custody', id: serial })
    this.ask({ kind: 'case', field: 'serial', value: serial })
  }

  private arrival(id: string): void {
    this.ask({ kind: 'arrival', id })
    for (const kind of ['custody', 'return', 'case'] as const) this.ask({ kind, field: 'arrival', value: id })
  }

  private return(id: string): void {
    this.ask({ kind: 'return', id })
    this.ask({ kind: 'custody', field: 'return', value: id })
  }

  private bay(bay: string): void {
    this.ask({ kind: 'custody', field: 'bay', value: bay })
  }

  /** A case that is worked on, also one that is known already. */
  private work(id: string): void {
    this.worked.add(id)
    this.ask({ kind: 'case', id })
    const known = this.known('case', id)
    if (known !== undefined) this.follow(known)
  }

  private follow(record: AnyRecord): void {
    switch (record.kind) {
      case 'job':
        // A deleted job brings nothing more, unless something of it is on site or it was asked for itself.
        if (record.state === 'Deleted') break
        if (!this.named.has(record.id) || this.trackings.has(record.package?.base)) this.job(record.id)
        break
      case 'drive': {
        const past = record.state === 'ShippedBack' || record.withdrawn === true
        this.jobOf(record, past)
        if (!past) this.thing(record.serial)
        break
      }
      case 'arrival':
        this.arrival(record.id)
        for (const job of record.jobs) this.job(job)
        break
      case 'custody':
        // Whose it is decides what becomes of a drive that is held.
        if (record.heldBecause === undefined) this.thing(record.serial)
        else this.serial(record.serial)
        // Where it once was says nothing about a drive that has left.
        if (record.state === 'gone' || record.state === 'away') break
        if (record.job !== undefined) this.job(record.job)
        if (record.arrival !== undefined) this.arrival(record.arrival)
        if (record.return !== undefined) this.return(record.return)
        break
      case 'return':
        this.return(record.id)
        if (record.job !== undefined) this.job(record.job)
        if (record.arrival !== undefined) this.arrival(record.arrival)
        break
      case 'copy':
        this.job(record.job)
        this.thing(record.serial)
        break
      case 'work': {
        if (this.recalls.has(record.id)) for (const id of record.scans) this.ask({ kind: 'scan', id })
        if (!this.stations.has(record.id)) break
        const work = record.work.doing === 'asking' ? record.work.before : record.work
        const asked = record.work.doing === 'asking' ? record.work.ask : undefined
        if (asked?.what === 'second-person' && asked.subject !== undefined) this.work(asked.subject)
        if (asked?.what === 'hand-over' && asked.subject !== undefined)
          this.ask({ kind: 'case', field: 'owner', value: asked.subject })
        if (work.doing === 'case') this.work(work.case)
        if (work.doing === 'arrival') this.arrival(work.arrival)
        if (work.doing === 'bay') this.bay(work.bay)
        if (work.doing === 'return') this.return(work.return)
        break
      }
      case 'case':
        if (!this.worked.has(record.id)) break
        if (record.job !== undefined) this.job(record.job)
        if (record.serial !== undefined) this.serial(record.serial)
        if (record.arrival !== undefined) this.arrival(record.arrival)
        if (record.return !== undefined) this.return(record.return)
        break
      case 'scan':
        break
    }
  }
}

/** Runs `gather` against a store that answers at once. */
export function gatherNow(
  subjects: Subjects,
  answer: (queries: readonly Query[]) => readonly AnyRecord[],
): Hood {
  const run = gather(subjects)
  let turn = run.next()
  while (!turn.done) turn = run.next(answer(turn.value))
  return turn.value
}

/** Runs `gather` against a store that answers later. */
export async function gatherLater(
  subjects: Subjects,
  answer: (queries: readonly Query[]) => Promise<readonly AnyRecord[]>,
): Promise<Hood> {
  const run = gather(subjects)
  let turn = run.next()
  while (!turn.done) turn = run.next(await answer(turn.value))
  return turn.value
}
