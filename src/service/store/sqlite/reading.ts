import { NO_HASH } from '../../../contract/entry.ts'
import type { Query } from '../../../lifecycle/hood.ts'
import type { AnyRecord, JobRecord, RecordKind, RecordOf } from '../../../lifecycle/records.ts'
import type { JobDocument } from '../documents.ts'
import type { Found } from '../held/held-records.ts'
import { type BodyRow, type LineRow, lineOf, type TokenRow, tokenOf } from '../rows.ts'
import type {
  JobsByName,
  LinePlace,
  LogHead,
  LogLine,
  ReadTransaction,
  SealedKey,
  StationHead,
  StoredPersonal,
  StoredToken,
} from '../store.ts'
import type { Statements, Value } from './statements.ts'

/** The reading half of a transaction; answers at once. */
export class SqliteReading implements ReadTransaction {
  protected readonly sql: Statements

  constructor(sql: Statements) {
    this.sql = sql
  }

  async record<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined> {
    const row = this.sql.one<BodyRow>('select body from records where kind = ? and id = ?', kind, id)
    return row === undefined ? undefined : (JSON.parse(row.body) as RecordOf<K>)
  }

  async answer(queries: readonly Query[]): Promise<readonly AnyRecord[]> {
    return this.found(queries).map(({ body }) => JSON.parse(body) as AnyRecord)
  }

  /** A neighbourhood asks dozens of questions at once: two statements answer them all. */
  protected found(queries: readonly Query[]): readonly Found[] {
    const byId = queries.flatMap((query) => ('id' in query ? [[query.kind, query.id]] : []))
    const byLookup = queries.flatMap((query) =>
      'id' in query ? [] : [[query.kind, query.field, query.value]],
    )
    return [
      ...this.foundBy(
        byId,
        `select r.kind, r.id, r.body, r.changed, '' as field, '' as value from json_each(?) q
         cross join records r on r.kind = q.value ->> 0 and r.id = q.value ->> 1`,
      ),
      ...this.foundBy(
        byLookup,
        `select r.kind, r.id, r.body, r.changed, l.field, l.value from json_each(?) q
         cross join lookups l on l.kind = q.value ->> 0 and l.field = q.value ->> 1 and l.value = q.value ->> 2
         cross join records r on r.kind = l.kind and r.id = l.id`,
      ),
    ]
  }

  private foundBy(questions: readonly unknown[], sql: string): readonly Found[] {
    return questions.length === 0 ? [] : this.sql.all<Found>(sql, JSON.stringify(questions))
  }

  async jobsByName({ prefix, after, state, type, limit }: JobsByName): Promise<readonly JobRecord[]> {
    const conditions = ['n.value > ?', 'n.value < ?']
    // '0' is the character behind '/': everything that begins with the prefix lies before it.
    const values: Value[] = [after ?? prefix, `${prefix.slice(0, -1)}0`]
    const only = (condition: string, ...of: Value[]) => {
      conditions.push(condition)
      values.push(...of)
    }
    if (state === undefined) only("s.value <> 'Deleted'")
    else only('s.value = ?', state)
    if (type !== undefined) only("r.body ->> '$.type' = ?", type)
    const rows = this.sql.all<BodyRow>(
      `select r.body from lookups n
       join lookups s on s.kind = 'job' and s.id = n.id and s.field = 'state'
       join records r on r.kind = 'job' and r.id = n.id
       where n.kind = 'job' and n.field = 'name' and ${conditions.join(' and ')}
       order by n.value, n.id limit ?`,
      ...values,
      limit,
    )
    return rows.map((row) => JSON.parse(row.body) as JobRecord)
  }

  async changedByOthers(query: {
    records: readonly Pick<AnyRecord, 'kind' | 'id'>[]
    station: string
    after: number
  }): Promise<boolean> {
    const keys = JSON.stringify(query.records.map(({ kind, id }) => [kind, id]))
    const found = this.sql.one(
      `select 1 from json_each(?) q
       cross join records r on r.kind = q.value ->> 0 and r.id = q.value ->> 1
       cross join json_each(r.changed) c
       where c.key <> ? and c.value > ? limit 1`,
      keys,
      query.station,
      query.after,
    )
    return found !== undefined
  }

  async recordsDue(at: number, limit: number): Promise<readonly AnyRecord[]> {
    const rows = this.sql.all<BodyRow>(
      'select body from records where due <= ? order by due limit ?',
      at,
      limit,
    )
    return rows.map((row) => JSON.parse(row.body) as AnyRecord)
  }

  async document(job: string): Promise<JobDocument | undefined> {
    const row = this.sql.one<BodyRow>('select body from documents where job = ?', job)
    return row === undefined ? undefined : (JSON.parse(row.body) as JobDocument)
  }

  async personal(key: string): Promise<StoredPersonal | undefined> {
    return this.sql.one<StoredPersonal>('select key, salt, text, hash from personal where key = ?', key)
  }

  async personalToErase(limit: number): Promise<readonly string[]> {
    return this.sql
      .all<{ key: string }>('select key from personal where to_erase = 1 order by key limit ?', limit)
      .map((row) => row.key)
  }

  async sealedKeys(job: string): Promise<readonly SealedKey[]> {
    return this.sql.all<SealedKey>(
      'select serial, drive_id as driveId, sealed from sealed_keys where job = ? order by serial',
      job,
    )
  }

  async meta(name: string): Promise<string | undefined> {
    return this.sql.one<{ value: string }>('select value from meta where name = ?', name)?.value
  }

  async logHead(): Promise<LogHead> {
    const head = this.sql.one<LogHead>('select cursor, chain from change_log order by cursor desc limit 1')
    return head ?? { cursor: 0, chain: NO_HASH }
  }

  async loggedAt(cursor: number): Promise<number | undefined> {
    return this.sql.one<{ at: number }>(
      'select at from change_log where cursor <= ? order by cursor desc limit 1',
      cursor,
    )?.at
  }

  async stationHead(station: string): Promise<StationHead | undefined> {
    return this.sql.one<StationHead>(
      'select seq, hash from change_log where station = ? order by seq desc limit 1',
      station,
    )
  }

  async lineAt(station: string, seq: number): Promise<LinePlace | undefined> {
    return this.sql.one<LinePlace>(
      'select seq, hash, cursor from change_log where station = ? and seq = ?',
      station,
      seq,
    )
  }

  async unreadableLine(station: string, hash: string): Promise<LinePlace | undefined> {
    return this.sql.one<LinePlace>(
      `select seq, hash, cursor from change_log where station = ? and hash = ? and id is null
       order by seq limit 1`,
      station,
      hash,
    )
  }

  async hasEntry(id: string): Promise<boolean> {
    return this.sql.one('select 1 from change_log where id = ?', id) !== undefined
  }

  async changes(query: { after: number; except: string; limit: number }): Promise<readonly LogLine[]> {
    const rows = this.sql.all<LineRow>(
      `select cursor, text, hash, personal_key, personal_hash from change_log
       where cursor > ? and station <> ? and id is not null order by cursor limit ?`,
      query.after,
      query.except,
      query.limit,
    )
    return rows.map(lineOf)
  }

  async tokenByHash(hash: string): Promise<StoredToken | undefined> {
    const row = this.sql.one<TokenRow>('select * from tokens where hash = ?', hash)
    return row === undefined ? undefined : tokenOf(row)
  }

  async tokens(): Promise<readonly StoredToken[]> {
    return this.sql.all<TokenRow>('select * from tokens order by created_at, id').map(tokenOf)
  }
}
