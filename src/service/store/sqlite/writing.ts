import { nextDueOf } from '../../../lifecycle/deadlines.ts'
import type { Query } from '../../../lifecycle/hood.ts'
import type { JobDocument } from '../documents.ts'
import type { PendingLine } from '../held/held-log.ts'
import type { Changes, Found } from '../held/held-records.ts'
import type { HeldDatabase } from '../held/held-writing.ts'
import type { SealedKey, StoredPersonal, StoredToken } from '../store.ts'
import { SqliteReading } from './reading.ts'

/** A whole transaction. */
export class SqliteWriting extends SqliteReading implements HeldDatabase {
  readonly farAway = false

  async find(queries: readonly Query[]): Promise<readonly Found[]> {
    return this.found(queries)
  }

  async entriesThere(ids: readonly string[]): Promise<readonly string[]> {
    return this.sql
      .all<{ id: string }>(
        'select l.id from json_each(?) q cross join change_log l on l.id = q.value',
        JSON.stringify(ids),
      )
      .map(({ id }) => id)
  }

  async write(lines: readonly PendingLine[], { records, lookupsGone, lookupsNew }: Changes): Promise<void> {
    for (const line of lines)
      this.sql.run(
        `insert into change_log (cursor, station, seq, id, kind, hash, chain, text, at, personal_key, personal_hash)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        line.cursor,
        line.station,
        line.seq,
        line.id ?? null,
        line.kind ?? null,
        line.hash,
        line.chain,
        line.text,
        line.at,
        line.personal?.key ?? null,
        line.personal?.hash ?? null,
      )
    for (const { record, body, changed } of records)
      this.sql.run(
        `insert into records (kind, id, due, body, changed) values (?, ?, ?, ?, ?)
         on conflict (kind, id) do update set due = excluded.due, body = excluded.body, changed = excluded.changed`,
        record.kind,
        record.id,
        nextDueOf(record) ?? null,
        body,
        changed,
      )
    for (const { kind, field, value, id } of lookupsGone)
      this.sql.run(
        'delete from lookups where kind = ? and field = ? and value = ? and id = ?',
        kind,
        field,
        value,
        id,
      )
    for (const { kind, field, value, id } of lookupsNew)
      this.sql.run('insert into lookups (kind, field, value, id) values (?, ?, ?, ?)', kind, field, value, id)
  }

  async putDocument(document: JobDocument): Promise<void> {
    this.sql.run(
      'insert into documents (job, body) values (?, ?) on conflict (job) do update set body = excluded.body',
      document.job,
      JSON.stringify(document),
    )
  }

  async eraseDocument(job: string): Promise<void> {
    this.sql.run('delete from documents where job = ?', job)
  }

  async putPersonal({ key, salt, text, hash }: StoredPersonal): Promise<void> {
    this.sql.run(
      `insert into personal (key, salt, text, hash) values (?, ?, ?, ?)
       on conflict (key) do update set salt = excluded.salt, text = excluded.text, hash = excluded.hash`,
      key,
      salt,
      text,
      hash,
    )
  }

  async erasePersonal(key: string, when: 'now' | 'later'): Promise<void> {
    if (when === 'now') this.sql.run('delete from personal where key = ?', key)
    else this.sql.run('update personal set to_erase = 1 where key = ?', key)
  }

  async putSealedKeys(job: string, keys: readonly SealedKey[]): Promise<void> {
    this.sql.run('delete from sealed_keys where job = ?', job)
    for (const { serial, driveId, sealed } of keys)
      this.sql.run(
        'insert into sealed_keys (job, serial, drive_id, sealed) values (?, ?, ?, ?)',
        job,
        serial,
        driveId,
        sealed,
      )
  }

  async putMeta(name: string, value: string): Promise<void> {
    this.sql.run(
      'insert into meta (name, value) values (?, ?) on conflict (name) do update set value = excluded.value',
      name,
      value,
    )
  }

  async putToken(token: StoredToken): Promise<void> {
    this.sql.run(
      `insert into tokens (id, hash, role, subscription, name, created_at, revoked_at) values (?, ?, ?, ?, ?, ?, ?)
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
