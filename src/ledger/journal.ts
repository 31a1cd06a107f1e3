/** The journal: rows are only ever added, and each one continues the chain before it. */
import type { Database, Statement } from 'better-sqlite3'
import { type Entry, entrySchema, NO_HASH } from '../contract/entry.ts'
import { nextChain, textHash } from './canonical.ts'

export type Origin = 'own' | 'service'

/** Why nothing follows, or nothing followed, from an entry here. The entry itself is kept in every case. */
export interface Trouble {
  readonly code: TroubleCode
  readonly because: string
}

export type TroubleCode =
  /** The text is not what its hash says. Never folded. */
  | 'hash-mismatch'
  /** The text is no entry that this version can read. */
  | 'not-an-entry'
  /** An entry with this id is in the journal already. Never folded. */
  | 'doubled'
  /** A newer version of the program knows what follows from it. */
  | 'unknown-kind'
  | 'newer-body'
  /** Its body broke the rules that should fold it. */
  | 'not-foldable'
  /** The rules say that nothing may follow from it here. */
  | 'illegal'
  /** Folded, but its personal data is not what its hash says and was not kept. */
  | 'personal-mismatch'

/** One row as stored. */
export interface JournalRow {
  /** 1, 2, 3 … in the order things took effect here. */
  readonly pos: number
  readonly origin: Origin
  /** The station's sequence number, or the service's cursor. */
  readonly seq: number
  readonly text: string
  readonly hash: string
  /** Received rows only. */
  readonly chain: string | null
  readonly trouble: TroubleCode | null
  readonly because: string | null
}

/** The newest entry of a lane; 0 and zeros when there is none. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

const COLUMNS = 'pos, origin, seq, text, hash, chain, trouble, because'
const INSERT = 'INSERT INTO journal (origin, seq, text, hash, chain, trouble, because) VALUES'

export class Journal {
  readonly #ownHead: Statement<[], Head>
  readonly #receivedHead: Statement<[], { seq: number; chain: string }>
  readonly #insertOwn: Statement<[number, string, string, string | null, string | null]>
  readonly #insertReceived: Statement<[number, string, string, string, string | null, string | null]>
  readonly #ownAt: Statement<[number], JournalRow>
  readonly #byId: Statement<[string], JournalRow>
  readonly #after: Statement<[number, number], JournalRow>
  readonly #before: Statement<[number, number], JournalRow>
  readonly #size: Statement<[], number>

  constructor(db: Database) {
    this.#ownHead = db.prepare(`SELECT seq, hash FROM journal WHERE origin = 'own' ORDER BY seq DESC LIMIT 1`)
    this.#receivedHead = db.prepare(
      `SELECT seq, chain FROM journal WHERE origin = 'service' ORDER BY seq DESC LIMIT 1`,
    )
    this.#insertOwn = db.prepare(`${INSERT} ('own', ?, ?, ?, NULL, ?, ?)`)
    this.#insertReceived = db.prepare(`${INSERT} ('service', ?, ?, ?, ?, ?, ?)`)
    this.#ownAt = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE origin = 'own' AND seq = ?`)
    this.#byId = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE id = ?`)
    this.#after = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE pos > ? ORDER BY pos LIMIT ?`)
    this.#before = db.prepare(`SELECT ${COLUMNS} FROM journal WHERE pos < ? ORDER BY pos DESC LIMIT ?`)
    this.#size = db.prepare<[], number>('SELECT coalesce(max(pos), 0) FROM journal').pluck()
  }

  ownHead(): Head {
    return this.#ownHead.get() ?? { seq: 0, hash: NO_HASH }
  }

  /** The last received entry and the chain up to it. */
  received(): { readonly cursor: number; readonly chain: string } {
    const head = this.#receivedHead.get()
    return head === undefined ? { cursor: 0, chain: NO_HASH } : { cursor: head.seq, chain: head.chain }
  }

  appendOwn(seq: number, text: string, trouble: Trouble | undefined): void {
    this.#insertOwn.run(seq, text, textHash(text), trouble?.code ?? null, trouble?.because ?? null)
  }

  appendReceived(cursor: number, text: string, trouble: Trouble | undefined): void {
    const hash = textHash(text)
    const chain = nextChain(this.received().chain, cursor, hash)
    this.#insertReceived.run(cursor, text, hash, chain, trouble?.code ?? null, trouble?.because ?? null)
  }

  ownAt(seq: number): JournalRow | undefined {
    return this.#ownAt.get(seq)
  }

  byId(id: string): JournalRow | undefined {
    return this.#byId.get(id)
  }

  /** At most `limit` rows after position `pos`, oldest first. */
  after(pos: number, limit: number): JournalRow[] {
    return this.#after.all(pos, limit)
  }

  /** At most `limit` rows before position `pos`, newest first. */
  before(pos: number, limit: number): JournalRow[] {
    return this.#before.all(pos, limit)
  }

  /** Position of the last row: the number of entries of a sound journal. */
  size(): number {
    return this.#size.get() ?? 0
  }
}

/** The entry a stored text holds; undefined when this version cannot read it as one. */
export function parseEntry(text: string): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
