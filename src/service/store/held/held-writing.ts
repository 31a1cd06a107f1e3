import type { Query } from '../../../lifecycle/hood.ts'
import type { AnyRecord, JobRecord, RecordKind, RecordOf } from '../../../lifecycle/records.ts'
import type { JobDocument } from '../documents.ts'
import type {
  ChangedBy,
  Foreseen,
  JobsByName,
  LinePlace,
  LogHead,
  LogLine,
  NewLine,
  ReadTransaction,
  SealedKey,
  StationHead,
  StoredPersonal,
  StoredToken,
  WriteTransaction,
} from '../store.ts'
import { HeldLog, type PendingLine } from './held-log.ts'
import { type Changes, type Found, HeldRecords } from './held-records.ts'
import { fetchTogether } from './together.ts'

/** What a database does for a transaction that holds what it knows; every part of it inside that transaction. */
export interface HeldDatabase
  extends ReadTransaction,
    Omit<WriteTransaction, keyof ReadTransaction | 'foresee' | 'putRecords' | 'append'> {
  /** Behind a network: many questions at once are worth gathering neighbourhoods for before they are needed. */
  readonly farAway: boolean
  find(queries: readonly Query[]): Promise<readonly Found[]>
  /** Which of these entries there are. */
  entriesThere(ids: readonly string[]): Promise<readonly string[]>
  /** Lines first, then records; both may be empty. */
  write(lines: readonly PendingLine[], changes: Changes): Promise<void>
}

/**
 * A whole transaction, alone among all writers, so that nothing it has seen changes but by itself. A question is asked
 * once; lines and records are written together at the end, or before a question that only the database can answer.
 */
export class HeldWriting implements WriteTransaction {
  readonly #db: HeldDatabase
  readonly #log = new HeldLog()
  readonly #records: HeldRecords

  constructor(db: HeldDatabase) {
    this.#db = db
    this.#records = new HeldRecords((queries) => db.find(queries))
  }

  /** Writes what waits; when this answers it lies in the transaction. */
  async flush(): Promise<void> {
    await this.#db.write(this.#log.takePending(), this.#records.takeChanges())
  }

  async foresee(asked: () => Foreseen): Promise<void> {
    const { stations, entries, around } = asked()
    const learnEntries = async () => {
      const there = new Set(entries.length === 0 ? [] : await this.#db.entriesThere(entries))
      for (const id of entries) this.#log.learnEntry(id, there.has(id))
    }
    await Promise.all([
      this.logHead(),
      ...stations.map((station) => this.stationHead(station)),
      learnEntries(),
      this.#db.farAway ? fetchTogether(this.#records, around()) : undefined,
    ])
  }

  async record<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined> {
    return (await this.#records.answer([{ kind, id }]))[0] as RecordOf<K> | undefined
  }

  answer(queries: readonly Query[]): Promise<readonly AnyRecord[]> {
    return this.#records.answer(queries)
  }

  async jobsByName(query: JobsByName): Promise<readonly JobRecord[]> {
    await this.flush()
    return this.#db.jobsByName(query)
  }

  async recordsDue(at: number, limit: number): Promise<readonly AnyRecord[]> {
    await this.flush()
    return this.#db.recordsDue(at, limit)
  }

  changedByOthers(query: {
    records: readonly Pick<AnyRecord, 'kind' | 'id'>[]
    station: string
    after: number
  }): Promise<boolean> {
    return this.#records.changedByOthers(query.records, query.station, query.after)
  }

  async logHead(): Promise<LogHead> {
    this.#log.head ??= await this.#db.logHead()
    return this.#log.head
  }

  async loggedAt(cursor: number): Promise<number | undefined> {
    await this.flush()
    return this.#db.loggedAt(cursor)
  }

  async stationHead(station: string): Promise<StationHead | undefined> {
    if (!this.#log.station(station).known)
      this.#log.learnStation(station, await this.#db.stationHead(station))
    return this.#log.station(station).head
  }

  async lineAt(station: string, seq: number): Promise<LinePlace | undefined> {
    const pending = this.#log.pendingAt(station, seq)
    return pending === undefined ? this.#db.lineAt(station, seq) : placeOf(pending)
  }

  async unreadableLine(station: string, hash: string): Promise<LinePlace | undefined> {
    const stored = await this.#db.unreadableLine(station, hash)
    const pending = stored ?? this.#log.pendingUnreadable(station, hash)
    return pending === undefined ? undefined : placeOf(pending)
  }

  async hasEntry(id: string): Promise<boolean> {
    if (this.#log.hasEntry(id) === undefined) this.#log.learnEntry(id, await this.#db.hasEntry(id))
    return this.#log.hasEntry(id) === true
  }

  async changes(query: { after: number; except: string; limit: number }): Promise<readonly LogLine[]> {
    await this.flush()
    return this.#db.changes(query)
  }

  async putRecords(records: readonly AnyRecord[], by?: ChangedBy): Promise<void> {
    await this.#records.fetch(records)
    for (const record of records) this.#records.put(record, by)
  }

  async append(line: NewLine): Promise<number> {
    await this.logHead()
    await this.stationHead(line.station)
    return this.#log.append(line)
  }

  document(job: string): Promise<JobDocument | undefined> {
    return this.#db.document(job)
  }
  personal(key: string): Promise<StoredPersonal | undefined> {
    return this.#db.personal(key)
  }
  personalToErase(limit: number): Promise<readonly string[]> {
    return this.#db.personalToErase(limit)
  }
  sealedKeys(job: string): Promise<readonly SealedKey[]> {
    return this.#db.sealedKeys(job)
  }
  meta(name: string): Promise<string | undefined> {
    return this.#db.meta(name)
  }
  tokenByHash(hash: string): Promise<StoredToken | undefined> {
    return this.#db.tokenByHash(hash)
  }
  tokens(): Promise<readonly StoredToken[]> {
    return this.#db.tokens()
  }
  putDocument(document: JobDocument): Promise<void> {
    return this.#db.putDocument(document)
  }
  eraseDocument(job: string): Promise<void> {
    return this.#db.eraseDocument(job)
  }
  putPersonal(personal: StoredPersonal): Promise<void> {
    return this.#db.putPersonal(personal)
  }
  erasePersonal(key: string, when: 'now' | 'later'): Promise<void> {
    return this.#db.erasePersonal(key, when)
  }
  putSealedKeys(job: string, keys: readonly SealedKey[]): Promise<void> {
    return this.#db.putSealedKeys(job, keys)
  }
  putMeta(name: string, value: string): Promise<void> {
    return this.#db.putMeta(name, value)
  }
  putToken(token: StoredToken): Promise<void> {
    return this.#db.putToken(token)
  }
}

const placeOf = ({ seq, hash, cursor }: LinePlace): LinePlace => ({ seq, hash, cursor })
