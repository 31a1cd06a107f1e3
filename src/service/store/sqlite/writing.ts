import { nextDueOf } from '../../../lifecycle/deadlines.ts'
import { type AnyRecord, lookupsOf } from '../../../lifecycle/records.ts'
import { nextChain } from '../../journal/hashes.ts'
import type { JobDocument } from '../documents.ts'
import type {
  ChangedBy,
  Foreseen,
  NewLine,
  SealedKey,
  StoredPersonal,
  StoredToken,
  WriteTransaction,
} from '../store.ts'
import { SqliteReading } from './reading.ts'

/** A whole transaction. */
export class SqliteWriting extends SqliteReading implements WriteTransaction {
  async foresee(_asked: () => Foreseen): Promise<void> {
    // Every answer is in this process already.
  }

  async putRecords(records: readonly AnyRecord[], by?: ChangedBy): Promise<void> {
    const changed = by === undefined ? '{}' : JSON.stringify({ [by.station]: by.cursor })
    for (const record of records) {
      this.sql.run(
        `insert into records (kind, id, due, body, changed) values (?, ?, ?, ?, ?)
         on conflict (kind, id) do update set due = excluded.due, body = excluded.body,
           changed = json_patch(records.changed, excluded.changed)`,
        record.kind,
        record.id,
        nextDueOf(record) ?? null,
        JSON.stringify(record),
        changed,
      )
      this.putLookups(record)
    }
  }

  private putLookups(record: AnyRecord): void {
    const wanted = new Map(lookupsOf(record).map((l) => [`${l.field}=${l.value}`, l]))
    const kept = this.sql.all<{ field: string; value: string }>(
      'select field, value from lookups where kind = ? and id = ?',
      record.kind,
      record.id,
    )
    for (const { field, value } of kept) {
      if (wanted.delete(`${field}=${value}`)) continue
      this.sql.run(
        'delete from lookups where kind = ? and field = ? and value = ? and id = ?',
        record.kind,
        field,
        value,
        record.id,
      )
    }
    for (const { field, value } of wanted.values())
      this.sql.run(
        'insert into lookups (kind, field, value, id) values (?, ?, ?, ?)',
        record.kind,
        field,
        value,
        record.id,
      )
  }

  async append(line: NewLine): Promise<number> {
    // The only writer at this moment, and nobody sees the line before the commit.
    const head = await this.logHead()
    const cursor = head.cursor + 1
    this.sql.run(
      `insert into change_log (cursor, station, seq, id, kind, hash, chain, text, at, personal_key, personal_hash)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      cursor,
      line.station,
      line.seq,
      line.id ?? null,
      line.kind ?? null,
      line.hash,
      nextChain(head.chain, cursor, line.hash),
      line.text,
      line.at,
      line.personal?.key ?? null,
      line.personal?.hash ?? null,
    )
    return cursor
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
