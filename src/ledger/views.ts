/**
 * The views: what is true now, one row per record, and the rows to find it by. They are only ever written by folding
 * entries, and can be folded anew at any time (`rebuild.ts`), for which a second set stands beside the first.
 */
import type { Database, Statement } from 'better-sqlite3'
import { gatherNow, type Hood, type Query, recordKey, type Subjects } from '../lifecycle/hood.ts'
import {
  type AnyRecord,
  type Lookup,
  type LookupField,
  lookupsOf,
  type RecordKind,
  type RecordOf,
} from '../lifecycle/records.ts'

/** `''`: the views in use. `_next`: those being folded anew. */
export type ViewSet = '' | '_next'

export const VIEW_TABLES = ['records', 'lookups', 'timeline', 'touches'] as const

export function createViews(db: Database, set: ViewSet): void {
  db.exec(`
    CREATE TABLE records${set} (
      kind TEXT NOT NULL,
      id   TEXT NOT NULL,
      json TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT;

    CREATE TABLE lookups${set} (
      kind  TEXT NOT NULL,
      field TEXT NOT NULL,
      value TEXT NOT NULL,
      id    TEXT NOT NULL,
      PRIMARY KEY (kind, field, value, id)
    ) STRICT, WITHOUT ROWID;

    -- Which entries are part of a job's story.
    CREATE TABLE timeline${set} (
      job TEXT NOT NULL,
      pos INTEGER NOT NULL,
      PRIMARY KEY (job, pos)
    ) STRICT, WITHOUT ROWID;

    -- Records changed by own entries that the service may not have counted in yet.
    CREATE TABLE touches${set} (
      kind TEXT NOT NULL,
      id   TEXT NOT NULL,
      seq  INTEGER NOT NULL,
      PRIMARY KEY (kind, id, seq),
      UNIQUE (seq, kind, id)
    ) STRICT, WITHOUT ROWID;
  `)
}

export function dropViews(db: Database, set: ViewSet): void {
  for (const table of VIEW_TABLES) db.exec(`DROP TABLE IF EXISTS ${table}${set}`)
}

/** A page of a listing. */
export interface Page {
  readonly limit: number
  /** The id of the last record of the page before. */
  readonly after?: string | undefined
}

const WHOLE: Page = { limit: Number.MAX_SAFE_INTEGER }

export class Views {
  /** Answers by question. */
  readonly #remembered = new Map<string, readonly AnyRecord[]>()
  readonly #get: Statement<[string, string], string>
  readonly #find: Statement<[string, string, string, string, number], string>
  readonly #put: Statement<[string, string, string]>
  readonly #delete: Statement<[string, string]>
  readonly #addLookup: Statement<[string, string, string, string]>
  readonly #removeLookup: Statement<[string, string, string, string]>
  readonly #addToTimeline: Statement<[string, number]>
  readonly #timeline: Statement<[string, number, number], number>
  readonly #touch: Statement<[string, string, number]>
  readonly #uncounted: Statement<[string, string, number], number>
  readonly #settle: Statement<[number]>
  readonly #unanswered: Statement<[string, string], number>

  constructor(db: Database, set: ViewSet = '') {
    this.#get = db
      .prepare<[string, string], string>(`SELECT json FROM records${set} WHERE kind = ? AND id = ?`)
      .pluck()
    this.#find = db
      .prepare<[string, string, string, string, number], string>(
        `SELECT r.json FROM lookups${set} l JOIN records${set} r ON r.kind = l.kind AND r.id = l.id
         WHERE l.kind = ? AND l.field = ? AND l.value = ? AND l.id > ? ORDER BY l.id LIMIT ?`,
      )
      .pluck()
    this.#put = db.prepare(
      `INSERT INTO records${set} VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET json = excluded.json`,
    )
    this.#delete = db.prepare(`DELETE FROM records${set} WHERE kind = ? AND id = ?`)
    this.#addLookup = db.prepare(`INSERT OR IGNORE INTO lookups${set} VALUES (?, ?, ?, ?)`)
    this.#removeLookup = db.prepare(
      `DELETE FROM lookups${set} WHERE kind = ? AND field = ? AND value = ? AND id = ?`,
    )
    this.#addToTimeline = db.prepare(`INSERT OR IGNORE INTO timeline${set} VALUES (?, ?)`)
    this.#timeline = db
      .prepare<[string, number, number], number>(
        `SELECT pos FROM timeline${set} WHERE job = ? AND pos < ? ORDER BY pos DESC LIMIT ?`,
      )
      .pluck()
    this.#touch = db.prepare(`INSERT OR IGNORE INTO touches${set} VALUES (?, ?, ?)`)
    this.#uncounted = db
      .prepare<[string, string, number], number>(
        `SELECT t.seq FROM touches${set} t LEFT JOIN answered a ON a.seq = t.seq
         WHERE t.kind = ? AND t.id = ? AND coalesce(a.cursor, ${Number.MAX_SAFE_INTEGER}) > ?`,
      )
      .pluck()
    // The service puts a station's entries in their own order, so the last cursor belongs to the last entry.
    this.#settle = db.prepare(
      `DELETE FROM touches${set} WHERE seq <=
         (SELECT seq FROM answered WHERE cursor <= ? ORDER BY cursor DESC LIMIT 1)`,
    )
    this.#unanswered = db
      .prepare<[string, string], number>(
        `SELECT 1 FROM touches${set} t JOIN outbox o ON o.seq = t.seq WHERE t.kind = ? AND t.id = ? LIMIT 1`,
      )
      .pluck()
  }

  get<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined {
    const json = this.#get.get(kind, id)
    return json === undefined ? undefined : JSON.parse(json)
  }

  /** Records of `kind` with this look-up, ordered by id. */
  find<K extends RecordKind>(kind: K, field: LookupField, value: string, page: Page = WHOLE): RecordOf<K>[] {
    return this.#find.all(kind, field, value, page.after ?? '', page.limit).map((json) => JSON.parse(json))
  }

  /**
   * Loads a neighbourhood. Answers are remembered until `forget`, and kept true by `put`: the entries of one decision ask
   * the same questions again and again.
   */
  gather(subjects: Subjects): Hood {
    return gatherNow(subjects, (queries) => queries.flatMap((query) => this.#answer(query)))
  }

  /** Ends what `gather` remembers: before each transaction, as the one before may have been rolled back. */
  forget(): void {
    this.#remembered.clear()
  }

  #answer(query: Query): readonly AnyRecord[] {
    const key = 'field' in query ? findKey(query.kind, query) : recordKey(query.kind, query.id)
    const known = this.#remembered.get(key)
    if (known !== undefined) return known
    const found = 'field' in query ? this.find(query.kind, query.field, query.value) : this.#alone(query)
    this.#remembered.set(key, found)
    return found
  }

  #alone({ kind, id }: { kind: RecordKind; id: string }): readonly AnyRecord[] {
    const record = this.get(kind, id)
    return record === undefined ? [] : [record]
  }

  /** Stores a record with its look-ups; only what differs is written. */
  put(record: AnyRecord): void {
    const { kind, id } = record
    const json = JSON.stringify(record)
    const oldJson = this.#get.get(kind, id)
    if (oldJson === json) return
    this.#put.run(kind, id, json)
    // Remembered as it would be read back.
    const stored: AnyRecord = JSON.parse(json)
    this.#remembered.set(recordKey(kind, id), [stored])
    const old = oldJson === undefined ? [] : lookupsOf(JSON.parse(oldJson))
    const stale = new Map(old.map((lookup) => [findKey(kind, lookup), lookup]))
    for (const lookup of lookupsOf(stored)) {
      const key = findKey(kind, lookup)
      if (stale.delete(key)) this.#replaceIn(key, stored)
      else {
        this.#addLookup.run(kind, lookup.field, lookup.value, id)
        this.#remembered.delete(key)
      }
    }
    for (const [key, { field, value }] of stale) {
      this.#removeLookup.run(kind, field, value, id)
      this.#remembered.delete(key)
    }
  }

  /** Takes a record away as if it had never been. */
  remove(kind: RecordKind, id: string): void {
    const json = this.#get.get(kind, id)
    if (json === undefined) return
    this.#delete.run(kind, id)
    this.#remembered.set(recordKey(kind, id), [])
    for (const lookup of lookupsOf(JSON.parse(json))) {
      this.#removeLookup.run(kind, lookup.field, lookup.value, id)
      this.#remembered.delete(findKey(kind, lookup))
    }
  }

  #replaceIn(key: string, stored: AnyRecord): void {
    const found = this.#remembered.get(key)
    if (found === undefined) return
    this.#remembered.set(
      key,
      found.map((record) => (record.id === stored.id ? stored : record)),
    )
  }

  addToTimeline(job: string, pos: number): void {
    this.#addToTimeline.run(job, pos)
  }

  /** Positions of the entries in a job's story before `pos`, newest first. */
  timeline(job: string, pos: number, limit: number): number[] {
    return this.#timeline.all(job, pos, limit)
  }

  /** Notes that own entry `seq` changed this record. */
  touch(record: AnyRecord, seq: number): void {
    this.#touch.run(record.kind, record.id, seq)
  }

  /** Own entries that changed this record and that the service had not counted in at `cursor`. */
  uncounted(record: Pick<AnyRecord, 'kind' | 'id'>, cursor: number): number[] {
    return this.#uncounted.all(record.kind, record.id, cursor)
  }

  /** Forgets touches that everything received up to `cursor` has counted in. */
  settle(cursor: number): void {
    this.#settle.run(cursor)
  }

  /** Whether an entry that the service has not answered changed this record. */
  isUnconfirmed(kind: RecordKind, id: string): boolean {
    return this.#unanswered.get(kind, id) !== undefined
  }
}

const findKey = (kind: RecordKind, { field, value }: Lookup): string => `${kind}.${field}=${value}`
