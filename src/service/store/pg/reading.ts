import { NO_HASH } from '../../../contract/entry.ts'
import type { Query } from '../../../lifecycle/hood.ts'
import type { AnyRecord, JobRecord, RecordKind, RecordOf } from '../../../lifecycle/records.ts'
import type { JobDocument } from '../documents.ts'
import { authorsOf, type Found, othersBehind } from '../held/held-records.ts'
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
import type { Asking, Value } from './connections.ts'

/** The reading half of a transaction: every question goes to the server. */
export class PgReading implements ReadTransaction {
  protected readonly sql: Asking

  constructor(sql: Asking) {
    this.sql = sql
  }

  protected async one<Row>(sql: string, ...values: Value[]): Promise<Row | undefined> {
    return (await this.sql.rows<Row>(sql, ...values))[0]
  }

  async record<K extends RecordKind>(kind: K, id: string): Promise<RecordOf<K> | undefined> {
    const row = await this.one<BodyRow>('select body from records where kind = $1 and id = $2', kind, id)
    return row === undefined ? undefined : (JSON.parse(row.body) as RecordOf<K>)
  }

  async answer(queries: readonly Query[]): Promise<readonly AnyRecord[]> {
    const found = await Promise.all([recordsById(this.sql, queries), recordsByLookup(this.sql, queries)])
    return found.flat().map(({ body }) => JSON.parse(body) as AnyRecord)
  }

  async jobsByName({ prefix, after, state, type, limit }: JobsByName): Promise<readonly JobRecord[]> {
    // '0' is the character behind '/': everything that begins with the prefix lies before it.
    const values: Value[] = [after ?? prefix, `${prefix.slice(0, -1)}0`, limit]
    const conditions = ['n.value > $1', 'n.value < $2']
    const only = (condition: string, value: Value) => conditions.push(`${condition} $${values.push(value)}`)
    if (state === undefined) conditions.push("s.value <> 'Deleted'")
    else only('s.value =', state)
    if (type !== undefined) only("r.body::jsonb ->> 'type' =", type)
    const rows = await this.sql.rows<BodyRow>(
      `select r.body from lookups n
       join lookups s on s.kind = 'job' and s.id = n.id and s.field = 'state'
       join records r on r.kind = 'job' and r.id = n.id
       where n.kind = 'job' and n.field = 'name' and ${conditions.join(' and ')}
       order by n.value, n.id limit $3`,
      ...values,
    )
    return rows.map((row) => JSON.parse(row.body) as JobRecord)
  }

  async changedByOthers(query: {
    records: readonly Pick<AnyRecord, 'kind' | 'id'>[]
    station: string
    after: number
  }): Promise<boolean> {
    const found = await recordsById(this.sql, query.records)
    return found.some(({ changed }) => othersBehind(authorsOf(changed), query.station, query.after))
  }

  async recordsDue(at: number, limit: number): Promise<readonly AnyRecord[]> {
    const rows = await this.sql.rows<BodyRow>(
      'select body from records where due <= $1 order by due limit $2',
      at,
      limit,
    )
    return rows.map((row) => JSON.parse(row.body) as AnyRecord)
  }

  async document(job: string): Promise<JobDocument | undefined> {
    const row = await this.one<BodyRow>('select body from documents where job = $1', job)
    return row === undefined ? undefined : (JSON.parse(row.body) as JobDocument)
  }

  async personal(key: string): Promise<StoredPersonal | undefined> {
    return this.one<StoredPersonal>('select key, salt, text, hash from personal where key = $1', key)
  }

  async personalToErase(limit: number): Promise<readonly string[]> {
    const rows = await this.sql.rows<{ key: string }>(
      'select key from personal where to_erase = 1 order by key limit $1',
      limit,
    )
    return rows.map((row) => row.key)
  }

  async sealedKeys(job: string): Promise<readonly SealedKey[]> {
    return this.sql.rows<SealedKey>(
      'select serial, drive_id as "driveId", sealed from sealed_keys where job = $1 order by serial',
      job,
    )
  }

  async meta(name: string): Promise<string | undefined> {
    return (await this.one<{ value: string }>('select value from meta where name = $1', name))?.value
  }

  async logHead(): Promise<LogHead> {
    const head = await this.one<LogHead>('select cursor, chain from change_log order by cursor desc limit 1')
    return head ?? { cursor: 0, chain: NO_HASH }
  }

  async loggedAt(cursor: number): Promise<number | undefined> {
    const line = await this.one<{ at: number }>(
      'select at from change_log where cursor <= $1 order by cursor desc limit 1',
      cursor,
    )
    return line === undefined ? undefined : Number(line.at)
  }

  async stationHead(station: string): Promise<StationHead | undefined> {
    return this.one<StationHead>(
      'select seq, hash from change_log where station = $1 order by seq desc limit 1',
      station,
    )
  }

  async lineAt(station: string, seq: number): Promise<LinePlace | undefined> {
    return this.one<LinePlace>(
      'select seq, hash, cursor from change_log where station = $1 and seq = $2',
      station,
      seq,
    )
  }

  async unreadableLine(station: string, hash: string): Promise<LinePlace | undefined> {
    return this.one<LinePlace>(
      `select seq, hash, cursor from change_log where station = $1 and hash = $2 and id is null
       order by seq limit 1`,
      station,
      hash,
    )
  }

  async hasEntry(id: string): Promise<boolean> {
    return (await this.one('select 1 as there from change_log where id = $1', id)) !== undefined
  }

  async changes(query: { after: number; except: string; limit: number }): Promise<readonly LogLine[]> {
    const rows = await this.sql.rows<LineRow>(
      `select cursor, text, hash, personal_key, personal_hash from change_log
       where cursor > $1 and station <> $2 and id is not null order by cursor limit $3`,
      query.after,
      query.except,
      query.limit,
    )
    return rows.map(lineOf)
  }

  async tokenByHash(hash: string): Promise<StoredToken | undefined> {
    const row = await this.one<TokenRow>('select * from tokens where hash = $1', hash)
    return row === undefined ? undefined : tokenOf(row)
  }

  async tokens(): Promise<readonly StoredToken[]> {
    return (await this.sql.rows<TokenRow>('select * from tokens order by created_at, id')).map(tokenOf)
  }
}

export async function recordsById(sql: Asking, queries: readonly Query[]): Promise<readonly Found[]> {
  const asked = queries.flatMap((query) => ('id' in query ? [query] : []))
  if (asked.length === 0) return []
  return sql.rows<Found>(
    `select r.kind, r.id, '' as field, '' as value, r.body, r.changed from unnest($1::text[], $2::text[]) q (kind, id)
     join records r on r.kind = q.kind and r.id = q.id`,
    asked.map((query) => query.kind),
    asked.map((query) => query.id),
  )
}

export async function recordsByLookup(sql: Asking, queries: readonly Query[]): Promise<readonly Found[]> {
  const asked = queries.flatMap((query) => ('id' in query ? [] : [query]))
  if (asked.length === 0) return []
  return sql.rows<Found>(
    `select l.kind, l.id, l.field, l.value, r.body, r.changed
     from unnest($1::text[], $2::text[], $3::text[]) q (kind, field, value)
     join lookups l on l.kind = q.kind and l.field = q.field and l.value = q.value
     join records r on r.kind = l.kind and r.id = l.id`,
    asked.map((query) => query.kind),
    asked.map((query) => query.field),
    asked.map((query) => query.value),
  )
}
