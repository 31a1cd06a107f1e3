/**
 * The service in memory, as far as stations see it: it keeps every entry once, in one order, judges it by the rules, and
 * says so. Faults on request: lost requests, lost answers, requests that arrive twice or once more later, a database put
 * back from an old copy.
 *
 * It tells the truth about a station's entry not only when the rules refuse it, but also when others had changed the same
 * records and the station did not know yet (`overtaken`): the station folded the two in another order, and without being told
 * might show something else for ever.
 */
import {
  ENTRY_FORMAT,
  type Entry,
  entrySchema,
  entryText,
  NO_HASH,
  type Personal,
} from '../../src/contract/entry.ts'
import {
  EXCHANGE_VERSION,
  type ProgressReport,
  type ProgressResponse,
  type PullResponse,
  type PushAnswer,
  type PushRequest,
  type PushResponse,
  type WireEntry,
} from '../../src/contract/exchange.ts'
import { textHash } from '../../src/ledger/canonical.ts'
import { event, type LifeEvent } from '../../src/lifecycle/events.ts'
import { evolve } from '../../src/lifecycle/evolve/evolve.ts'
import { gatherNow, Hood, recordKey } from '../../src/lifecycle/hood.ts'
import { fail, type Outcome, ok } from '../../src/lifecycle/outcome.ts'
import type { AnyRecord } from '../../src/lifecycle/records.ts'
import { subjectsOf } from '../../src/lifecycle/subjects.ts'
import type { DriveKey, ExportSelection, SyncApi, SyncFailureCode } from '../../src/ports/sync-api.ts'
import { truthOf } from '../../src/service/exchange/truth.ts'
import { CountingIds } from './ids.ts'

interface Line {
  readonly station: string
  readonly seq: number
  readonly wire: WireEntry
}

/** What becomes of one call. */
export type Fault =
  | 'none'
  /** It never arrives. */
  | 'request-lost'
  /** It is done, and nobody hears of it. */
  | 'answer-lost'
  /** It arrives twice. */
  | 'twice'
  /** It is done, and a copy of it arrives again after the next call. */
  | 'again-later'

export class FakeSyncService implements SyncApi {
  /** Every entry in the order it was taken in; the cursor is the index plus one. */
  log: Line[] = []
  /** What is true, folded from the log. */
  hood = new Hood()
  readonly keysByJob = new Map<string, readonly DriveKey[]>()
  /** Reports that arrived. */
  readonly progress: ProgressReport[] = []
  readonly exportsByJob = new Map<string, ExportSelection>()
  /** Calls that arrived. */
  readonly calls: string[] = []
  /** Answers at most so many entries of a push. */
  mostAnswers = Number.POSITIVE_INFINITY
  /** Asked before each call. */
  faults: () => Fault = () => 'none'
  now = Date.UTC(2026, 0, 5, 8)
  /** By record: who changed it last, and at which cursor. */
  readonly #changes = new Map<string, Map<string, number>>()
  readonly #ids: CountingIds
  #failures: SyncFailureCode[] = []
  #late: PushRequest | undefined

  /** Services of different makers never write the same id. */
  constructor(maker = 0x5e41) {
    this.#ids = new CountingIds(maker)
  }

  /** The next `count` calls never arrive. */
  failNext(count: number, code: SyncFailureCode = 'service-unreachable'): void {
    this.#failures.push(...Array.from({ length: count }, () => code))
  }

  /** Something the customer or the clock ordered. */
  order(happened: LifeEvent, personal?: Personal): Entry {
    const seq = this.#head('service').seq + 1
    const entry = entrySchema.parse({
      format: ENTRY_FORMAT,
      id: this.#ids.uuid(),
      station: 'service',
      seq,
      at: this.now,
      actor: 'customer',
      kind: happened.kind,
      version: 1,
      body: happened.body,
      ...(personal === undefined
        ? {}
        : { personal: { key: personal.key, hash: textHash(personal.salt + personal.text) } }),
      after: { cursor: 0, chain: NO_HASH },
      prev: this.#head('service').hash,
    } satisfies Entry)
    const text = entryText(entry)
    this.#keep(
      'service',
      seq,
      personal === undefined ? { text, hash: textHash(text) } : { text, hash: textHash(text), personal },
    )
    this.#judge(entry)
    return entry
  }

  /** A line as it stands in the log, whatever is in it. */
  plant(wire: WireEntry): void {
    this.#keep('service', this.#head('service').seq + 1, wire)
  }

  /** Puts the database back to its first `lines` lines. */
  putBack(lines: number): void {
    const kept = this.log.slice(0, lines)
    this.log = []
    this.hood = new Hood()
    this.#changes.clear()
    for (const line of kept) {
      this.log.push(line)
      const entry = readEntry(line.wire)
      if (entry !== undefined) this.#fold(entry, new Map())
    }
  }

  /** A station's entries, oldest first. */
  lane(station: string): WireEntry[] {
    return this.log.filter((line) => line.station === station).map((line) => line.wire)
  }

  async push(request: PushRequest): Promise<Outcome<PushResponse, SyncFailureCode>> {
    return this.#through('push', () => this.#push(request), request)
  }

  async pull(station: string, after: number, limit: number): Promise<Outcome<PullResponse, SyncFailureCode>> {
    return this.#through('pull', () => this.#pull(station, after, limit))
  }

  async keys(job: string): Promise<Outcome<readonly DriveKey[], SyncFailureCode>> {
    return this.#through('keys', () => {
      const keys = this.keysByJob.get(job)
      return keys === undefined
        ? fail('not-found', 'The service does not know what it was asked for.')
        : ok(keys)
    })
  }

  async tellProgress(report: ProgressReport): Promise<Outcome<ProgressResponse, SyncFailureCode>> {
    return this.#through('progress', () => {
      this.progress.push(report)
      return ok({ version: EXCHANGE_VERSION, taken: report.drives.length })
    })
  }

  async exportOf(job: string): Promise<Outcome<ExportSelection, SyncFailureCode>> {
    return this.#through('export', () => {
      const selection = this.exportsByJob.get(job)
      return selection === undefined
        ? fail('not-found', 'The service does not know what it was asked for.')
        : ok(selection)
    })
  }

  #through<T>(
    name: string,
    work: () => Outcome<T, SyncFailureCode>,
    push?: PushRequest,
  ): Outcome<T, SyncFailureCode> {
    const code = this.#failures.shift()
    const fault = code === undefined ? this.faults() : 'request-lost'
    if (fault === 'request-lost') return fail(code ?? 'service-unreachable', 'The request was lost.')
    this.calls.push(name)
    const answer = work()
    const late = this.#late
    this.#late = undefined
    if (late !== undefined) this.#push(late)
    if (fault === 'answer-lost') return fail('service-unreachable', 'The answer was lost.')
    if (fault === 'twice') return work()
    if (fault === 'again-later') this.#late = push
    return answer
  }

  #push({ station, entries }: PushRequest): Outcome<PushResponse, SyncFailureCode> {
    const answers: PushAnswer[] = []
    for (const wire of entries.slice(0, this.mostAnswers)) {
      const answer = this.#take(station, wire)
      if (answer !== undefined) answers.push(answer)
      if (answer === undefined || answer.answer === 'different') break
    }
    return ok({ version: EXCHANGE_VERSION, answers, head: this.#head(station) })
  }

  #take(station: string, wire: WireEntry): PushAnswer | undefined {
    const head = this.#head(station)
    const entry = readEntry(wire)
    const seq = entry?.seq ?? head.seq + 1
    const different: PushAnswer = { seq, answer: 'different', sentence: 'This is another entry.' }
    if (textHash(wire.text) !== wire.hash || entry?.station !== station) return different
    const at = this.log.findIndex((line) => line.station === station && line.seq === seq)
    const known = this.log[at]
    if (known !== undefined)
      return known.wire.hash === wire.hash ? { seq, answer: 'known', cursor: at + 1 } : different
    if (seq > head.seq + 1) return undefined
    if (entry.prev !== head.hash) return different
    const cursor = this.#keep(station, seq, wire)
    const because = this.#judge(entry)
    return because === undefined
      ? { seq, answer: 'accepted', cursor }
      : { seq, answer: 'refused', cursor, code: 'not-possible', sentence: because }
  }

  #pull(station: string, after: number, limit: number): Outcome<PullResponse, SyncFailureCode> {
    const others = this.log
      .map((line, i) => ({ cursor: i + 1, line }))
      .filter(({ cursor, line }) => cursor > after && line.station !== station)
    const page = others.slice(0, limit)
    const more = others.length > page.length
    return ok({
      version: EXCHANGE_VERSION,
      changes: page.map(({ cursor, line }) => ({ cursor, entry: line.wire })),
      cursor: more ? (page.at(-1)?.cursor ?? after) : this.log.length,
      more,
      at: this.now,
    })
  }

  #keep(station: string, seq: number, wire: WireEntry): number {
    return this.log.push({ station, seq, wire })
  }

  #head(station: string): { seq: number; hash: string } {
    const last = this.log.findLast((line) => line.station === station)
    return last === undefined ? { seq: 0, hash: NO_HASH } : { seq: last.seq, hash: last.wire.hash }
  }

  /** Folds an entry, and tells the truth where the station cannot know it. Answers why the rules refuse it, if they do. */
  #judge(entry: Entry): string | undefined {
    const about = new Map<string, AnyRecord>()
    const because = this.#fold(entry, about)
    const overtaken = [...about.keys()].some((key) => this.#changedByOthers(key, entry))
    if (entry.station !== 'service' && (because !== undefined || overtaken))
      this.order(
        event('consequence-refused', {
          fact: entry.id,
          station: entry.station,
          code: because === undefined ? 'overtaken' : 'not-possible',
          sentence: because ?? 'Others had changed the same meanwhile.',
          truth: [...about.values()].filter((record) => record.kind !== 'scan' && record.kind !== 'work'),
          absent: truthOf(new Hood(about), lifeEvent(entry), entry.station).absent,
        }) as LifeEvent,
      )
    return because
  }

  /** Adds to `about` every record the entry is about or changed, as it is afterwards. */
  #fold(entry: Entry, about: Map<string, AnyRecord>): string | undefined {
    const { id, station, at, actor } = entry
    const happened = lifeEvent(entry)
    const before = gatherNow(subjectsOf(happened, station), this.#answer)
    const evolved = evolve(before, happened, { id, station, at, actor })
    const changed = evolved.outcome === 'applied' ? evolved.hood.changesSince(before) : []
    this.hood = this.hood.put(...changed)
    const after = evolved.outcome === 'applied' ? evolved.hood : before
    for (const kind of RECORD_KINDS)
      for (const record of after.all(kind)) about.set(recordKey(kind, record.id), record)
    for (const { kind, id } of changed) {
      const key = recordKey(kind, id)
      const changes = this.#changes.get(key) ?? new Map<string, number>()
      this.#changes.set(key, changes.set(station, this.log.length))
    }
    return evolved.outcome === 'illegal' ? evolved.because : undefined
  }

  /** Whether another one changed this record after what the entry's station had received when it wrote it. */
  #changedByOthers(key: string, entry: Entry): boolean {
    const changes = [...(this.#changes.get(key) ?? [])]
    return changes.some(([by, cursor]) => by !== entry.station && cursor > entry.after.cursor)
  }

  readonly #answer = (queries: Parameters<Parameters<typeof gatherNow>[1]>[0]): AnyRecord[] =>
    queries.flatMap((query) =>
      'field' in query
        ? this.hood.find(query.kind, query.field, query.value)
        : (this.hood.get(query.kind, query.id) ?? []),
    )
}

const lifeEvent = (entry: Entry) => ({ kind: entry.kind, body: entry.body }) as unknown as LifeEvent

const RECORD_KINDS = ['job', 'drive', 'arrival', 'custody', 'return', 'copy', 'case', 'work', 'scan'] as const

function readEntry(wire: WireEntry): Entry | undefined {
  try {
    return entrySchema.safeParse(JSON.parse(wire.text)).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
