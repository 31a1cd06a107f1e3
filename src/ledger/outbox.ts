/** Own entries on their way to the service, and what it answered. Used inside a transaction of the ledger. */
import type { Database, Statement } from 'better-sqlite3'
import { NO_HASH } from '../contract/entry.ts'
import type { PushAnswer, PushResponse, WireEntry } from '../contract/exchange.ts'
import { type Failure, fail } from '../lifecycle/outcome.ts'
import type { Head, Journal } from './journal.ts'
import type { Meta } from './meta.ts'

export interface Unsent {
  readonly seq: number
  readonly wire: WireEntry
}

export type SyncStopCode =
  /** The service holds another entry where this journal has one. */
  | 'journal-differs'
  /** The service holds entries of this station that this journal has not: it was put back from an old copy. */
  | 'journal-behind'

/** What recording a push's answers did. */
export interface Answered {
  /** Facts whose consequence the service refused; the true state comes with the changes. */
  readonly refused: readonly Extract<PushAnswer, { answer: 'refused' }>[]
  /** Entries the service had confirmed and lost again (its own database was put back): they will be sent once more. */
  readonly again: number
  /** Set when pushing is now stopped until a person acts. */
  readonly stopped?: Failure<SyncStopCode>
}

interface UnsentRow {
  readonly seq: number
  readonly text: string
  readonly hash: string
  readonly key: string | null
  readonly salt: string | null
  readonly personal: string | null
}

export class Outbox {
  readonly #journal: Journal
  readonly #meta: Meta
  readonly #add: Statement<[number]>
  readonly #remove: Statement<[number]>
  readonly #unsent: Statement<[number], UnsentRow>
  readonly #count: Statement<[], number>
  readonly #answer: Statement<[number, number]>
  readonly #lastAnswered: Statement<[], number>
  readonly #forgetAnswers: Statement<[number]>
  readonly #addAgain: Statement<[number]>

  constructor(db: Database, journal: Journal, meta: Meta) {
    this.#journal = journal
    this.#meta = meta
    this.#add = db.prepare('INSERT INTO outbox VALUES (?)')
    this.#remove = db.prepare('DELETE FROM outbox WHERE seq = ?')
    // CROSS JOIN fixes the order: left to itself, SQLite walks the whole journal for every push.
    // Personal data replaced or erased since then is not sent: the entry's hash speaks of the older text.
    this.#unsent = db.prepare(
      `SELECT o.seq, j.text, j.hash, p.key, p.salt, p.text AS personal
       FROM outbox o CROSS JOIN journal j ON j.origin = 'own' AND j.seq = o.seq
       LEFT JOIN personal p ON p.key = j.text ->> '$.personal.key' AND p.hash = j.text ->> '$.personal.hash'
       ORDER BY o.seq LIMIT ?`,
    )
    this.#count = db.prepare<[], number>('SELECT count(*) FROM outbox').pluck()
    this.#answer = db.prepare(
      'INSERT INTO answered VALUES (?, ?) ON CONFLICT (seq) DO UPDATE SET cursor = excluded.cursor',
    )
    this.#lastAnswered = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM answered').pluck()
    this.#forgetAnswers = db.prepare('DELETE FROM answered WHERE seq > ?')
    this.#addAgain = db.prepare(
      `INSERT OR IGNORE INTO outbox SELECT seq FROM journal WHERE origin = 'own' AND seq > ?`,
    )
  }

  add(seq: number): void {
    this.#add.run(seq)
  }

  /** The oldest entries without an answer, in order. */
  unsent(limit: number): Unsent[] {
    return this.#unsent.all(limit).map(({ seq, text, hash, key, salt, personal }) => ({
      seq,
      wire:
        key === null || salt === null || personal === null
          ? { text, hash }
          : { text, hash, personal: { key, salt, text: personal } },
    }))
  }

  count(): number {
    return this.#count.get() ?? 0
  }

  /** Records the answers to a push, then holds the service's head against the journal. */
  answered({ answers, head }: PushResponse): Answered {
    const refused: Answered['refused'][number][] = []
    for (const answer of answers) {
      if (answer.answer === 'different')
        return { refused, again: 0, stopped: this.#stop(differs(answer.seq)) }
      this.#remove.run(answer.seq)
      this.#answer.run(answer.seq, answer.cursor)
      if (answer.answer === 'refused') refused.push(answer)
    }
    const stopped = this.#compare(head)
    if (stopped !== undefined) return { refused, again: 0, stopped: this.#stop(stopped) }
    this.#meta.set('anchor', `${head.seq}:${head.hash}`)
    return { refused, again: this.#goBackTo(head) }
  }

  /** The last own entry the service is known to hold. */
  anchor(): Head | undefined {
    return parseHead(this.#meta.get('anchor') ?? '')
  }

  stopped(): Failure<SyncStopCode> | undefined {
    const json = this.#meta.get('sync-stopped')
    return json === undefined ? undefined : JSON.parse(json)
  }

  resume(): void {
    this.#meta.remove('sync-stopped')
  }

  #compare(head: Head): Failure<SyncStopCode> | undefined {
    const own = this.#journal.ownHead()
    if (head.seq > own.seq) return behind(head.seq, own.seq)
    const held = head.seq === 0 ? NO_HASH : this.#journal.ownAt(head.seq)?.hash
    return held === head.hash ? undefined : differs(head.seq)
  }

  #goBackTo(head: Head): number {
    const confirmed = this.#lastAnswered.get() ?? 0
    if (head.seq >= confirmed) return 0
    this.#forgetAnswers.run(head.seq)
    this.#addAgain.run(head.seq)
    return confirmed - head.seq
  }

  #stop(failure: Failure<SyncStopCode>): Failure<SyncStopCode> {
    this.#meta.set('sync-stopped', JSON.stringify(failure))
    return failure
  }
}

/** Reads `SEQ:HASH`; undefined when it is not of that form. */
function parseHead(text: string): Head | undefined {
  const found = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text)
  return found === null ? undefined : { seq: Number(found[1]), hash: found[2] ?? '' }
}

const differs = (seq: number): Failure<SyncStopCode> =>
  fail(
    'journal-differs',
    `The service holds another entry ${seq} of this station. Nothing more is sent: run "tallydock ledger verify" and find out whether this ledger was copied or changed.`,
  ).failure

const behind = (theirs: number, ours: number): Failure<SyncStopCode> =>
  fail(
    'journal-behind',
    `The service holds ${theirs} entries of this station, this ledger only ${ours}: it was put back from an old copy. Nothing more is sent; start with a new data folder and keep this one.`,
  ).failure
