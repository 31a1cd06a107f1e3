import type { Role, StoredToken } from '../store.ts'

/** Rows as the database answers them. */
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
