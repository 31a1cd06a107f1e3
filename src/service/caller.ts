import type { Role } from './store/store.ts'

/** Who asks. Never holds the token itself. */
export interface Caller {
  readonly role: Role
  /** A customer sees this subscription and no other. */
  readonly subscription?: string | undefined
  /** A station of this process: speaks under this name and no other. */
  readonly station?: string | undefined
  /** Name in entries and logs: the token's id, or the program that asks for itself. */
  readonly actor: string
}
