import { nextDueOf } from '../../../lifecycle/deadlines.ts'
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
  SealedKey,
  StationHead,
  StoredPersonal,
  StoredToken,
  WriteTransaction,
} from '../store.ts'
import type { Asking } from './connections.ts'
import { HeldLog } from './held-log.ts'
import { HeldRecords } from './held-records.ts'
import { PgReading, recordsById, recordsByLookup } from './reading.ts'
import { fetchTogether } from './together.ts'

/**
 * A whole transaction, alone among all writers. A question is asked once; lines and records are written together at the
 * end, or before a question that only the database can answer.
 */
export class PgWriting extends PgReading implements WriteTransaction {
  readonly #log = new HeldLog()
  readonly #records: HeldRecords

  constructor(sql: Asking) {
    super(sql)
    this.#records = new HeldRecords(async (queries) =>
      (await Promise.all([recordsById(sql, queries), recordsByLookup(sql, queries)])).flat(),
    )
  }

  async foresee(asked: () => Foreseen): Promise<void> {
    const { stations, entries, around } = asked()
    await Promise.all([
      this.logHead(),
      ...stations.map((station) => this.stationHead(station)),
      this.#learnEntries(entries),
      fetchTogether(this.#records, around),
    ])
  }

  async #learnEntries(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const rows = await this.sql.rows<{ id: string }>(
      'select l.id from unnest($1::text[]) q (id) join change_log l on l.id = q.id',
      ids,
    )
    const there = new Set(rows.map(({ id }) => id))
    for (const id of ids) this.#log.learnEntry(id, there.has(id))
  }

  /** Everything that still waits; when this answers it lies in the transaction. */
  async flush(): Promise<void> {
    const sent = [this.#writeLines()]
    const { records, lookupsGone, lookupsNew } = this.#records.takeChanges()
    if (records.length > 0)
      sent.push(
        this.sql.rows(
          `insert into records (kind, id, due, body, changed)
           select * from unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[])
           on conflict (kind, id) do update
             set due = excluded.due, body = excluded.body, changed = excluded.changed`,
          records.map(({ record }) => record.kind),
          records.map(({ record }) => record.id),
          records.map(({ record }) => nextDueOf(record) ?? null),
          records.map(({ body }) => body),
          records.map(({ changed }) => changed),
        ),
      )
    const columns = (lookups: typeof lookupsNew) => [
      lookups.map(({ kind }) => kind),
      lookups.map(({ field }) => field),
      lookups.map(({ value }) => value),
      lookups.map(({ id }) => id),
    ]
    if (lookupsGone.length > 0)
      sent.push(
        this.sql.rows(
          `delete from lookups l using unnest($1::text[], $2::text[], $3::text[], $4::text[])
             q (kind, field, value, id)
           where l.kind = q.kind and l.field = q.field and l.value = q.value and l.id = q.id`,
          ...columns(lookupsGone),
        ),
      )
    if (lookupsNew.length > 0)
      sent.push(
        this.sql.rows(
          `insert into lookups (kind, field, value, id)
           select * from unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
          ...columns(lookupsNew),
        ),
      )
    await settled(sent)
  }

  async #writeLines(): Promise<unknown[]> {
    const lines = this.#log.takePending()
    if (lines.length === 0) return []
    return this.sql.rows(
      `insert into change_log
         (cursor, station, seq, id, kind, hash, chain, text, at, personal_key, personal_hash)
       select * from unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[],
         $7::text[], $8::text[], $9::bigint[], $10::text[], $11::text[])`,
      lines.map((line) => line.cursor),
      lines.map((line) => line.station),
      lines.map((line) => line.seq),
      lines.map((line) => line.id ?? null),
      lines.map((line) => line.kind ?? null),
      lines.map((line) => line.hash),
      lines.map((line) => line.chain),
      lines.map((line) => line.text),
      lines.map((line) => line.at),
      lines.map((line) => line.personal?.key ?? null),
      lines.map((line) => line.personal?.hash ?? null),
    )
  }

  override async record<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined> {
    return (await this.#records.answer([{ kind, id }]))[0] as RecordOf<K> | undefined
  }

  override answer(queries: readonly Query[]): Promise<readonly AnyRecord[]> {
    return this.#records.answer(queries)
  }

  override async jobsByName(query: JobsByName): Promise<readonly JobRecord[]> {
    await this.flush()
    return super.jobsByName(query)
  }

  override async recordsDue(at: number, limit: number): Promise<readonly AnyRecord[]> {
    await this.flush()
    return super.recordsDue(at, limit)
  }

  override changedByOthers(query: {
    records: readonly Pick<AnyRecord, 'kind' | 'id'>[]
    station: string
    after: number
  }): Promise<boolean> {
    return this.#records.changedByOthers(query.records, query.station, query.after)
  }

  override async logHead(): Promise<LogHead> {
    this.#log.head ??= await super.logHead()
    return this.#log.head
  }

  override async stationHead(station: string): Promise<StationHead | undefined> {
    if (!this.#log.station(station).known) this.#log.learnStation(station, await super.stationHead(station))
    return this.#log.station(station).head
  }

  override async lineAt(station: string, seq: number): Promise<LinePlace | undefined> {
    const pending = this.#log.pendingAt(station, seq)
    return pending === undefined ? super.lineAt(station, seq) : placeOf(pending)
  }

  override async unreadableLine(station: string, hash: string): Promise<LinePlace | undefined> {
    const stored = await super.unreadableLine(station, hash)
    const pending = stored ?? this.#log.pendingUnreadable(station, hash)
    return pending === undefined ? undefined : placeOf(pending)
  }

  override async hasEntry(id: string): Promise<boolean> {
    if (this.#log.hasEntry(id) === undefined) this.#log.learnEntry(id, await super.hasEntry(id))
    return this.#log.hasEntry(id) === true
  }

  override async changes(query: {
    after: number
    except: string
    limit: number
  }): Promise<readonly LogLine[]> {
    await this.flush()
    return super.changes(query)
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

  async putDocument(document: JobDocument): Promise<void> {
    await this.sql.rows(
      'insert into documents (job, body) values ($1, $2) on conflict (job) do update set body = excluded.body',
      document.job,
      JSON.stringify(document),
    )
  }

  async eraseDocument(job: string): Promise<void> {
    await this.sql.rows('delete from documents where job = $1', job)
  }

  async putPersonal({ key, salt, text, hash }: StoredPersonal): Promise<void> {
    await this.sql.rows(
      `insert into personal (key, salt, text, hash) values ($1, $2, $3, $4)
       on conflict (key) do update set salt = excluded.salt, text = excluded.text, hash = excluded.hash`,
      key,
      salt,
      text,
      hash,
    )
  }

  async erasePersonal(key: string, when: 'now' | 'later'): Promise<void> {
    if (when === 'now') await this.sql.rows('delete from personal where key = $1', key)
    else await this.sql.rows('update personal set to_erase = 1 where key = $1', key)
  }

  async putSealedKeys(job: string, keys: readonly SealedKey[]): Promise<void> {
    await settled([
      this.sql.rows('delete from sealed_keys where job = $1', job),
      this.sql.rows(
        `insert into sealed_keys (job, serial, drive_id, sealed)
         select $1, * from unnest($2::text[], $3::text[], $4::text[])`,
        job,
        keys.map(({ serial }) => serial),
        keys.map(({ driveId }) => driveId),
        keys.map(({ sealed }) => sealed),
      ),
    ])
  }

  async putMeta(name: string, value: string): Promise<void> {
    await this.sql.rows(
      'insert into meta (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value',
      name,
      value,
    )
  }

  async putToken(token: StoredToken): Promise<void> {
    await this.sql.rows(
      `insert into tokens (id, hash, role, subscription, name, created_at, revoked_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do update set revoked_at = excluded.revoked_at`,
      token.id,
      token.hash,
      token.role,
      token.subscription ?? null,
      token.name ?? null,
      token.createdAt,
      token.revokedAt ?? null,
    )
  }
}

const placeOf = ({ seq, hash, cursor }: LinePlace): LinePlace => ({ seq, hash, cursor })

/** Waits for all of them, and then tells the first failure: none is left running behind a transaction that ends. */
async function settled(sent: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(sent)) if (end.status === 'rejected') throw end.reason
}
