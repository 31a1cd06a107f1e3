import { type AnyRecord, type LookupField, lookupsOf, type RecordKind, type RecordOf } from './records.ts'

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
  /** Canonical tracking numbers without a -1, -2 … suffix. */
  readonly trackings?: readonly string[]
  readonly bays?: readonly string[]
  readonly stations?: readonly string[]
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
 * in it; a return its job and what was packed; a serial every job that lists it.
 */
export function* gather(subjects: Subjects): Generator<readonly Query[], Hood, readonly AnyRecord[]> {
  const records = new Map<string, AnyRecord>()
  const asked = new Set<string>()
  let questions: Query[] = []
  const ask = (query: Query) => {
    const key = 'id' in query ? `${query.kind}=${query.id}` : `${query.kind}.${query.field}=${query.value}`
    if (asked.has(key)) return
    asked.add(key)
    questions.push(query)
  }
  const about = {
    job: (id: string) => {
      ask({ kind: 'job', id })
      for (const kind of ['drive', 'arrival', 'return', 'case', 'custody', 'copy'] as const)
        ask({ kind, field: 'job', value: id })
    },
    serial: (serial: string) => {
      ask({ kind: 'drive', field: 'serial', value: serial })
      ask({ kind: 'custody', id: serial })
      ask({ kind: 'case', field: 'serial', value: serial })
    },
    arrival: (id: string) => {
      ask({ kind: 'arrival', id })
      ask({ kind: 'custody', field: 'arrival', value: id })
      ask({ kind: 'return', field: 'arrival', value: id })
      ask({ kind: 'case', field: 'arrival', value: id })
    },
    return: (id: string) => {
      ask({ kind: 'return', id })
      ask({ kind: 'custody', field: 'return', value: id })
    },
    scan: (id: string) => ask({ kind: 'scan', id }),
  }
  for (const id of subjects.jobs ?? []) about.job(id)
  for (const serial of subjects.serials ?? []) about.serial(serial)
  for (const id of subjects.arrivals ?? []) about.arrival(id)
  for (const id of subjects.returns ?? []) about.return(id)
  for (const value of subjects.returnNumbers ?? []) ask({ kind: 'return', field: 'number', value })
  for (const id of subjects.copies ?? []) ask({ kind: 'copy', id })
  for (const id of subjects.cases ?? []) ask({ kind: 'case', id })
  for (const value of subjects.trackings ?? []) {
    ask({ kind: 'job', field: 'tracking', value })
    ask({ kind: 'arrival', field: 'tracking', value })
    ask({ kind: 'return', field: 'tracking', value })
  }
  for (const value of subjects.bays ?? []) ask({ kind: 'custody', field: 'bay', value })
  for (const id of subjects.stations ?? []) ask({ kind: 'work', id })
  for (const id of subjects.scans ?? []) about.scan(id)

  while (questions.length > 0) {
    const now = questions
    questions = []
    for (const record of yield now) {
      const key = recordKey(record.kind, record.id)
      if (records.has(key)) continue
      records.set(key, record)
      if (records.size > MOST_RECORDS) throw new Error(`A neighbourhood grew past ${MOST_RECORDS} records.`)
      follow(record, about)
    }
  }
  return new Hood(records)
}

type About = Record<'job' | 'serial' | 'arrival' | 'return' | 'scan', (id: string) => void>

function follow(record: AnyRecord, about: About): void {
  const also = (what: keyof About, id: string | undefined) => {
    if (id !== undefined) about[what](id)
  }
  switch (record.kind) {
    case 'job':
      about.job(record.id)
      break
    case 'drive':
      about.job(record.job)
      about.serial(record.serial)
      break
    case 'arrival':
      about.arrival(record.id)
      for (const job of record.jobs) about.job(job)
      break
    case 'custody':
      about.serial(record.serial)
      // Where it once was says nothing about a drive that has left.
      if (record.state === 'gone' || record.state === 'away') break
      also('job', record.job)
      also('arrival', record.arrival)
      also('return', record.return)
      break
    case 'return':
      about.return(record.id)
      also('job', record.job)
      also('arrival', record.arrival)
      break
    case 'copy':
      about.job(record.job)
      about.serial(record.serial)
      break
    case 'work': {
      for (const scan of record.scans) about.scan(scan)
      const work = record.work.doing === 'asking' ? record.work.before : record.work
      if (work.doing === 'arrival') about.arrival(work.arrival)
      if (work.doing === 'return') about.return(work.return)
      break
    }
    case 'case':
    case 'scan':
      break
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
