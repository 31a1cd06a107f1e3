import type { Query, Subjects } from '../../lifecycle/hood.ts'
import type { AnyRecord, JobRecord, RecordKind, RecordOf } from '../../lifecycle/records.ts'
import type { JobStand } from '../../lifecycle/tables/job.ts'
import type { JobDocument } from './documents.ts'

/**
 * Where the service keeps everything. Asynchronous, so that a store in this process (SQLite) and one behind a network
 * (PostgreSQL) look the same; several processes may share one.
 *
 * `work` must await nothing but its transaction, and must have no other effect: a store may run it again when the
 * database asks for that. When it throws, nothing of it is kept.
 */
export interface Store {
  /** One snapshot: everything read belongs together. */
  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T>
  /** All or nothing, and as if no other transaction ran beside it. Durable when it answers. */
  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T>
  /**
   * Runs `work`, which may use the store, while no other process that shares the database does the same. Answers
   * `undefined` at once, without having run it, when another one is at it.
   */
  alone<T>(work: () => Promise<T>): Promise<T | undefined>
  /** After this the store answers nothing. Waits for transactions under way. */
  close(): Promise<void>
}

/** Thrown when the database itself fails; never for what was asked of it. */
export class StoreFailure extends Error {
  override readonly name: string = 'StoreFailure'
}

/** The database cannot be reached, or the connection broke; nothing is known to be wrong with what was asked. */
export class StoreUnreachable extends StoreFailure {
  override readonly name = 'StoreUnreachable'
}

/** The database is held by others for longer than the store waits; worth trying again. */
export class StoreBusy extends StoreFailure {
  override readonly name = 'StoreBusy'
}

export interface ReadTransaction {
  record<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined>
  /** The records each question finds, without order; a record that several find may come several times. */
  answer(queries: readonly Query[]): Promise<readonly AnyRecord[]>
  /** Jobs by their name key, ascending; deleted ones are left out unless `states` names them. */
  jobsByName(query: JobsByName): Promise<readonly JobRecord[]>
  /** Whether the last change that anyone but `station` made to any of these records stands behind `after`. */
  changedByOthers(query: {
    readonly records: readonly Pick<AnyRecord, 'kind' | 'id'>[]
    readonly station: string
    readonly after: number
  }): Promise<boolean>
  /** Records with a deadline at or before `at`, earliest first. */
  recordsDue(at: number, limit: number): Promise<readonly AnyRecord[]>

  document(job: string): Promise<JobDocument | undefined>
  personal(key: string): Promise<StoredPersonal | undefined>
  /** Keys of side-table rows whose job is deleted and that wait to be erased. */
  personalToErase(limit: number): Promise<readonly string[]>
  sealedKeys(job: string): Promise<readonly SealedKey[]>
  meta(name: string): Promise<string | undefined>

  /** Newest line of the change log; zeros before the first. */
  logHead(): Promise<LogHead>
  /** When the line at this cursor, or the newest before it, was taken in; service clock. */
  loggedAt(cursor: number): Promise<number | undefined>
  /** Newest line of one station (or of `service`). */
  stationHead(station: string): Promise<StationHead | undefined>
  /** What stands under one station's sequence number. */
  lineAt(station: string, seq: number): Promise<LinePlace | undefined>
  /** Where a station's unreadable line with this hash stands. */
  unreadableLine(station: string, hash: string): Promise<LinePlace | undefined>
  /** Whether any readable line has this entry id. */
  hasEntry(id: string): Promise<boolean>
  /** Lines behind `after`, in order, without those of `except` and without unreadable ones. */
  changes(query: { after: number; except: string; limit: number }): Promise<readonly LogLine[]>

  tokenByHash(hash: string): Promise<StoredToken | undefined>
  tokens(): Promise<readonly StoredToken[]>
}

export interface WriteTransaction extends ReadTransaction {
  /** Says what will be asked next, so that a store behind a network can fetch it in few journeys. Changes no answer. */
  foresee(asked: () => Foreseen): Promise<void>
  /** `by`: the entry that changed them, for `changedByOthers`. */
  putRecords(records: readonly AnyRecord[], by?: ChangedBy): Promise<void>
  /**
   * Adds a line to the one ordered change log and answers its cursor. Cursors become visible in order: whoever has read
   * up to one never finds a lower one later (a store with several writers lets one at a time append until its commit).
   * A sequence number or entry id that is taken throws.
   */
  append(line: NewLine): Promise<number>
  putDocument(document: JobDocument): Promise<void>
  eraseDocument(job: string): Promise<void>
  putPersonal(personal: StoredPersonal): Promise<void>
  /** Erases, or marks for erasure once the last drive has left. */
  erasePersonal(key: string, when: 'now' | 'later'): Promise<void>
  /** Replaces all keys of a job. */
  putSealedKeys(job: string, keys: readonly SealedKey[]): Promise<void>
  putMeta(name: string, value: string): Promise<void>
  putToken(token: StoredToken): Promise<void>
}

export interface Foreseen {
  readonly stations: readonly string[]
  /** Ids of entries. */
  readonly entries: readonly string[]
  /** Neighbourhoods. */
  readonly around: () => readonly Subjects[]
}

export interface JobsByName {
  /** `subscription/` or `subscription/group/`, lower case. */
  readonly prefix: string
  /** Name key to continue behind. */
  readonly after?: string | undefined
  readonly state?: JobStand | undefined
  readonly type?: 'Import' | 'Export' | undefined
  readonly limit: number
}

/** The newest change of one author to a record; each record keeps one for each author. */
export interface ChangedBy {
  /** A station, or `service`. */
  readonly station: string
  readonly cursor: number
}

export interface StationHead {
  readonly seq: number
  readonly hash: string
}

export interface LinePlace extends StationHead {
  readonly cursor: number
}

export interface LogHead {
  readonly cursor: number
  /** `nextChain` over all lines: one value that stands for the whole log. */
  readonly chain: string
}

export interface NewLine {
  readonly station: string
  readonly seq: number
  /** Id of the entry; absent when its text cannot be read. */
  readonly id?: string | undefined
  readonly kind?: string | undefined
  readonly hash: string
  readonly text: string
  /** Service clock. */
  readonly at: number
  readonly personal?: { readonly key: string; readonly hash: string } | undefined
}

export interface LogLine {
  readonly cursor: number
  readonly text: string
  readonly hash: string
  readonly personal?: { readonly key: string; readonly hash: string } | undefined
}

/** One row of the erasable side table. */
export interface StoredPersonal {
  readonly key: string
  readonly salt: string
  readonly text: string
  /** SHA-256 of salt and text, as the entry that brought it says. */
  readonly hash: string
}

/** A BitLocker key as it lies on disk. */
export interface SealedKey {
  readonly serial: string
  readonly driveId: string
  /** Nonce, ciphertext and tag, base64. */
  readonly sealed: string
}

export type Role = 'customer' | 'station' | 'operator' | 'admin'

export interface StoredToken {
  readonly id: string
  /** SHA-256 of the token, hex. The token itself is nowhere. */
  readonly hash: string
  readonly role: Role
  readonly subscription?: string | undefined
  readonly name?: string | undefined
  readonly createdAt: number
  readonly revokedAt?: number | undefined
}
