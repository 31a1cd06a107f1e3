import type { LogLine, Role, StoredToken } from './store.ts'

/** Rows as a database answers them. */
export interface BodyRow {
  readonly body: string
}

export interface LineRow {
  readonly cursor: number
  readonly text: string
  readonly hash: string
  readonly personal_key: string | null
  readonly personal_hash: string | null
}

export interface TokenRow {
  readonly id: string
  readonly hash: string
  readonly role: Role
  readonly subscription: string | null
  readonly name: string | null
  readonly created_at: number
  readonly revoked_at: number | null
}

export function lineOf({ cursor, text, hash, personal_key, personal_hash }: LineRow): LogLine {
  return {
    cursor,
    text,
    hash,
    ...(personal_key === null || personal_hash === null
      ? {}
      : { personal: { key: personal_key, hash: personal_hash } }),
  }
}

export function tokenOf(row: TokenRow): StoredToken {
  return {
    id: row.id,
    hash: row.hash,
    role: row.role,
    ...(row.subscription === null ? {} : { subscription: row.subscription }),
    ...(row.name === null ? {} : { name: row.name }),
    createdAt: row.created_at,
    ...(row.revoked_at === null ? {} : { revokedAt: row.revoked_at }),
  }
}
