/**
 * Checks a journal against itself and against a head kept elsewhere: every changed, removed or reordered entry is
 * found, however far back. What comes after the head is chained but not anchored: whoever owns the file could have
 * written all of it anew.
 */
import { NO_HASH } from '../contract/entry.ts'
import type { Outcome } from '../lifecycle/outcome.ts'
import { nextChain, textHash } from './canonical.ts'
import { attempt, type LedgerFailureCode } from './failures.ts'
import { type Head, type Journal, type JournalRow, parseEntry } from './journal.ts'

export interface Verification {
  readonly ok: boolean
  /** Entries looked at, own and received. */
  readonly entries: number
  readonly head: Head
  /** The head compared with, when the journal holds it; null when there was none or it is not so. */
  readonly anchored: Head | null
  /** Own entries beyond the anchor. */
  readonly unanchored: number
  /** The first `MOST_PROBLEMS`. */
  readonly problems: readonly Problem[]
}

export interface Problem {
  /** Position in the journal, and the sequence number or cursor there; 0 where there is no such row. */
  readonly pos: number
  readonly seq: number
  readonly what: string
}

const MOST_PROBLEMS = 1_000
const ROWS_PER_PAGE = 1_000

export interface VerifyOptions {
  /** The head to compare with; by default the one the service is known to hold. */
  readonly head?: Head | undefined
  /** Awaited between pages, so that a long check can let other work through. */
  readonly pause?: () => Promise<void>
}

/** `path` is the ledger's file, for failures. */
export async function verifyJournal(
  journal: Journal,
  path: string,
  station: string,
  { head, pause }: VerifyOptions,
): Promise<Outcome<Verification, LedgerFailureCode>> {
  const walk = new Walk(station, head)
  for (let pos = 0; ; ) {
    const page = attempt(path, () => journal.after(pos, ROWS_PER_PAGE))
    if (!page.ok) return page
    for (const row of page.value) walk.look(row)
    const last = page.value.at(-1)
    if (last === undefined) return { ok: true, value: walk.end() }
    pos = last.pos
    await pause?.()
  }
}

/** The newest `count` rows, as a quick check: problems inside and between them. */
export function verifyTail(journal: Journal, station: string, count: number): readonly Problem[] {
  const walk = new Walk(station, undefined)
  const rows = journal.before(Number.MAX_SAFE_INTEGER, count).reverse()
  const first = rows[0]
  if (first === undefined) return []
  if (first.pos > 1) walk.startWith(rows)
  for (const row of rows) walk.look(row)
  return walk.end().problems
}

/** Follows both chains row by row. After a problem it goes on from what the row says, so that each is told once. */
class Walk {
  readonly #station: string
  readonly #anchor: Head | undefined
  readonly #problems: Problem[] = []
  #entries = 0
  #pos = 0
  #own: Head | undefined = { seq: 0, hash: NO_HASH }
  #received: { cursor: number; chain: string } | undefined = { cursor: 0, chain: NO_HASH }
  #anchorHeld: boolean | undefined

  constructor(station: string, anchor: Head | undefined) {
    this.#station = station
    this.#anchor = anchor
  }

  /** Begins in the middle: what came before the first row of each lane is not known. */
  startWith(rows: readonly JournalRow[]): void {
    this.#pos = (rows[0]?.pos ?? 1) - 1
    this.#own = undefined
    this.#received = undefined
  }

  look(row: JournalRow): void {
    this.#entries += 1
    if (row.pos !== this.#pos + 1)
      this.#tell(row, `${row.pos - this.#pos - 1} rows are missing before this one`)
    this.#pos = row.pos
    if (textHash(row.text) !== row.hash) this.#tell(row, 'the text is not what its hash says')
    if (row.origin === 'own') this.#lookAtOwn(row)
    else this.#lookAtReceived(row)
  }

  #lookAtOwn(row: JournalRow): void {
    const entry = parseEntry(row.text)
    if (entry === undefined) this.#tell(row, 'the text is no entry')
    else {
      if (entry.station !== this.#station) this.#tell(row, `it was recorded by station ${entry.station}`)
      if (entry.seq !== row.seq) this.#tell(row, `its text says it is entry ${entry.seq}`)
      if (this.#own !== undefined && entry.prev !== this.#own.hash)
        this.#tell(row, `it does not continue entry ${this.#own.seq}`)
      if (
        this.#received !== undefined &&
        (entry.after.cursor !== this.#received.cursor || entry.after.chain !== this.#received.chain)
      )
        this.#tell(row, 'what had been received before it was different')
    }
    if (this.#own !== undefined && row.seq !== this.#own.seq + 1)
      this.#tell(row, `entry ${this.#own.seq + 1} should stand here`)
    this.#own = { seq: row.seq, hash: row.hash }
    if (row.seq === this.#anchor?.seq) {
      this.#anchorHeld = row.hash === this.#anchor.hash
      if (!this.#anchorHeld) this.#tell(row, 'it is not the entry that the head names')
    }
  }

  #lookAtReceived(row: JournalRow): void {
    if (this.#received !== undefined) {
      if (row.seq <= this.#received.cursor) this.#tell(row, `it comes after cursor ${this.#received.cursor}`)
      if (row.chain !== nextChain(this.#received.chain, row.seq, row.hash))
        this.#tell(row, 'it does not continue the chain of what was received')
    }
    this.#received = { cursor: row.seq, chain: row.chain ?? '' }
  }

  end(): Verification {
    const head = this.#own ?? { seq: 0, hash: NO_HASH }
    const anchor = this.#anchor
    if (anchor !== undefined && anchor.seq > 0 && this.#anchorHeld === undefined)
      this.#tell({ pos: 0, seq: anchor.seq }, 'the entry that the head names is missing')
    const anchored = anchor !== undefined && this.#anchorHeld === true ? anchor : null
    return {
      ok: this.#problems.length === 0,
      entries: this.#entries,
      head,
      anchored,
      unanchored: head.seq - (anchored?.seq ?? 0),
      problems: this.#problems,
    }
  }

  #tell({ pos, seq }: { pos: number; seq: number }, what: string): void {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push({ pos, seq, what })
  }
}
