import { nextDueOf } from '../../../lifecycle/deadlines.ts'
import type { Query } from '../../../lifecycle/hood.ts'
import type { JobDocument } from '../documents.ts'
import type { PendingLine } from '../held/held-log.ts'
import type { Changes, Found } from '../held/held-records.ts'
import type { HeldDatabase } from '../held/held-writing.ts'
import type { SealedKey, StoredPersonal, StoredToken } from '../store.ts'
import { PgReading, recordsById, recordsByLookup } from './reading.ts'

/** A whole transaction: what is written together goes out at once, without waiting for an answer in between. */
export class PgWriting extends PgReading implements HeldDatabase {
  readonly farAway = true

  async find(queries: readonly Query[]): Promise<readonly Found[]> {
    return (await Promise.all([recordsById(this.sql, queries), recordsByLookup(this.sql, queries)])).flat()
  }

  async entriesThere(ids: readonly string[]): Promise<readonly string[]> {
    const rows = await this.sql.rows<{ id: string }>(
      'select l.id from unnest($1::text[]) q (id) join change_log l on l.id = q.id',
      ids,
    )
    return rows.map(({ id }) => id)
  }

  async write(lines: readonly PendingLine[], { records, lookupsGone, lookupsNew }: Changes): Promise<void> {
    const sent: Promise<unknown>[] = [this.#writeLines(lines)]
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

  async #writeLines(lines: readonly PendingLine[]): Promise<unknown[]> {
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

/** Waits for all of them, and then tells the first failure: none is left running behind a transaction that ends. */
async function settled(sent: readonly Promise<unknown>[]): Promise<void> {
  for (const end of await Promise.allSettled(sent)) if (end.status === 'rejected') throw end.reason
}
