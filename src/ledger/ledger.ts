/**
 * The station's ledger. Everything that happens is one transaction: entries into the journal, what follows from them
 * into the views, own entries into the outbox; when a call has answered, it is on the disk.
 *
 * One process writes. Reads answer plain values and throw `LedgerError` when the file cannot be read.
 */
import { dirname } from 'node:path'
import type { Database } from 'better-sqlite3'
import type { Entry } from '../contract/entry.ts'
import type { PullResponse, PushResponse } from '../contract/exchange.ts'
import type { Hood, Subjects } from '../lifecycle/hood.ts'
import { type Failure, fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { LookupField, RecordKind, RecordOf } from '../lifecycle/records.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import { exportLines } from './export.ts'
import { attempt, failureSaying, type LedgerFailureCode, reading } from './failures.ts'
import { Fold } from './fold.ts'
import { Intake, type Received } from './intake.ts'
import { type Head, Journal, type JournalRow, parseEntry } from './journal.ts'
import { eraseInCopies } from './kept-copies.ts'
import { Meta } from './meta.ts'
import { type Answered, Outbox, type SyncStopCode, type Unsent } from './outbox.ts'
import { type NewEvent, OwnEntries, type Recorded } from './own-entries.ts'
import { PersonalStore } from './personal-store.ts'
import { rebuildViews } from './rebuild.ts'
import { type Verification, type VerifyOptions, verifyJournal } from './verify.ts'
import { type Page, Views } from './views.ts'

export type { NewEvent } from './own-entries.ts'

export interface Decided<T> extends Recorded {
  readonly result: T
}

/** A row of the journal with the entry in it; undefined when its text is none. */
export interface JournalEntry extends JournalRow {
  readonly entry: Entry | undefined
}

/** A page of the journal, newest first, before position `before` (by default the newest). */
export interface JournalPage {
  readonly before?: number | undefined
  readonly limit: number
}

const NEWEST = Number.MAX_SAFE_INTEGER

export class Ledger {
  /** The station whose journal this is. */
  readonly station: string
  /** The file. */
  readonly path: string
  readonly #db: Database
  readonly #journal: Journal
  readonly #views: Views
  readonly #meta: Meta
  readonly #outbox: Outbox
  readonly #personal: PersonalStore
  readonly #ownEntries: OwnEntries
  readonly #intake: Intake

  /** `db` is an opened and prepared ledger: see `openLedger`. */
  constructor(db: Database, path: string, clock: Clock, ids: Ids) {
    this.path = path
    this.#db = db
    this.#journal = new Journal(db)
    this.#views = new Views(db)
    this.#meta = new Meta(db)
    this.#outbox = new Outbox(db, this.#journal, this.#meta)
    this.#personal = new PersonalStore(db)
    this.station = this.#meta.get('station') ?? ''
    const fold = new Fold(this.#journal, this.#views, path)
    this.#ownEntries = new OwnEntries({
      station: this.station,
      clock,
      ids,
      journal: this.#journal,
      fold,
      outbox: this.#outbox,
      personal: this.#personal,
    })
    this.#intake = new Intake(this.#journal, fold, this.#personal)
  }

  /**
   * Loads what `subjects` name, lets `decide` say what happened, and records it. `decide` runs inside the transaction and
   * must be pure; when it throws, nothing is recorded. An event that the rules find illegal is recorded too, and told in
   * `refusedHere`.
   */
  decide<T>(
    subjects: Subjects,
    actor: string,
    decide: (hood: Hood) => { readonly events: readonly NewEvent[]; readonly result: T },
  ): Outcome<Decided<T>, LedgerFailureCode> {
    return this.#write(() => {
      const { events, result } = decide(this.#views.gather(subjects))
      return { result, ...this.#ownEntries.record(events, actor) }
    })
  }

  /**
   * Takes in a page of changes, with the cursor to go on from. Changes taken in before are skipped, so a page may come
   * twice.
   */
  receive(
    changes: PullResponse['changes'],
    cursor: number,
  ): Outcome<Received, LedgerFailureCode | 'changes-disordered'> {
    if (changes.some((change, i) => change.cursor <= (changes[i - 1]?.cursor ?? 0) || change.cursor > cursor))
      return fail(
        'changes-disordered',
        'The service sent changes out of order; nothing of this page was taken in.',
      )
    const known = this.cursor()
    if (cursor <= known) return ok({ entries: [], changed: [], troubles: [] })
    return this.#write(() => {
      const received = this.#intake.take(changes.filter((change) => change.cursor > known))
      this.#meta.set('cursor', String(cursor))
      this.#views.settle(cursor)
      return received
    })
  }

  /** Where to go on pulling. */
  cursor(): number {
    return this.#read(() => Number(this.#meta.get('cursor') ?? 0))
  }

  /** The oldest entries the service has not answered, in order. */
  unsent(limit: number): Unsent[] {
    return this.#read(() => this.#outbox.unsent(limit))
  }

  unsentCount(): number {
    return this.#read(() => this.#outbox.count())
  }

  /** Records what the service answered to a push of the oldest unsent entries (or of none). */
  answered(response: PushResponse): Outcome<Answered, LedgerFailureCode> {
    return this.#write(() => {
      const answered = this.#outbox.answered(response)
      this.#views.settle(this.cursor())
      return answered
    })
  }

  /** Why nothing is sent until a person acts. Survives a restart. */
  syncStopped(): Failure<SyncStopCode> | undefined {
    return this.#read(() => this.#outbox.stopped())
  }

  /** A person has looked into it: send again. */
  resumeSync(): Outcome<void, LedgerFailureCode> {
    return this.#write(() => this.#outbox.resume())
  }

  get<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined {
    return this.#read(() => this.#views.get(kind, id))
  }

  /** Records of `kind` with this look-up, ordered by id. */
  find<K extends RecordKind>(kind: K, field: LookupField, value: string, page?: Page): RecordOf<K>[] {
    return this.#read(() => this.#views.find(kind, field, value, page))
  }

  gather(subjects: Subjects): Hood {
    return this.#read(() => {
      this.#views.forget()
      return this.#views.gather(subjects)
    })
  }

  /** Whether this station's own entries changed the record and the service has not answered them yet. */
  isUnconfirmed(kind: RecordKind, id: string): boolean {
    return this.#read(() => this.#views.isUnconfirmed(kind, id))
  }

  /** The text kept under a key; undefined when there is none or it was erased. */
  personal(key: string): string | undefined {
    return this.#read(() => this.#personal.get(key))
  }

  /**
   * Erases the text under a key, in the file, its -wal and the copies under `backups/`. Answers whether there was one.
   * `ledger-locked`: another program is reading and the -wal still holds the text; call again when it has ended.
   */
  erasePersonal(key: string): Outcome<boolean, LedgerFailureCode> {
    // The copies first: as long as it is in the ledger, whoever calls again finds it.
    const inCopies = attempt(this.path, () => eraseInCopies(dirname(this.path), key))
    if (!inCopies.ok) return inCopies
    const erased = this.#write(() => this.#personal.erase(key))
    if (!erased.ok) return erased
    const emptied = attempt(
      this.path,
      () => this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[],
    )
    if (!emptied.ok) return emptied
    if (emptied.value[0]?.busy === 1)
      return { ok: false, failure: failureSaying('ledger-locked', this.path, 'the -wal is being read') }
    return { ok: true, value: erased.value || inCopies.value > 0 }
  }

  /** At most `limit` entries after position `after`, oldest first. */
  entries({ after, limit }: { readonly after: number; readonly limit: number }): JournalEntry[] {
    return this.#read(() => this.#journal.after(after, limit).map(withEntry))
  }

  newest({ before = NEWEST, limit }: JournalPage): JournalEntry[] {
    return this.#read(() => this.#journal.before(before, limit).map(withEntry))
  }

  /** A job's story: the entries that concern it, also those from which nothing followed. */
  history(job: string, { before = NEWEST, limit }: JournalPage): JournalEntry[] {
    return this.#read(() =>
      this.#views
        .timeline(job, before, limit)
        .flatMap((pos) => this.#journal.after(pos - 1, 1))
        .map(withEntry),
    )
  }

  entry(id: string): JournalEntry | undefined {
    const row = this.#read(() => this.#journal.byId(id))
    return row && withEntry(row)
  }

  /** The last own entry. */
  head(): Head {
    return this.#read(() => this.#journal.ownHead())
  }

  /** Checks the whole journal, by default against the head the service is known to hold. */
  verify({ head, ...options }: VerifyOptions = {}): Promise<Outcome<Verification, LedgerFailureCode>> {
    const anchor = head ?? this.#read(() => this.#outbox.anchor())
    return verifyJournal(this.#journal, this.path, this.station, { ...options, head: anchor })
  }

  /** The whole journal as JSON lines, oldest first; see `export.ts`. Personal data is not in it. */
  export(): AsyncGenerator<string, void> {
    return exportLines(this.#journal)
  }

  /** Folds the whole journal anew. `told` hears how many rows are done. */
  rebuildViews(told: (done: number, of: number) => void = () => undefined): Outcome<void, LedgerFailureCode> {
    return attempt(this.path, () => rebuildViews(this.#db, this.path, told))
  }

  close(): void {
    this.#db.close()
  }

  #write<T>(work: () => T): Outcome<T, LedgerFailureCode> {
    this.#views.forget()
    return attempt(this.path, () => this.#db.transaction(work).immediate())
  }

  #read<T>(work: () => T): T {
    return reading(this.path, work)
  }
}

const withEntry = (row: JournalRow): JournalEntry => ({ ...row, entry: parseEntry(row.text) })
