/**
 * A dock in memory, for stories: everything that is true is in one store, scans are read by the real reader, decided on
 * what `gather` finds, and folded one by one as a ledger does. After every event the dock looks whether anything
 * impossible has become true, and whether deciding and folding on a gathered neighbourhood differ from the whole store.
 */
import { expect } from 'vitest'
import type { DeedDetails, ReadingAids } from '../../src/lifecycle/decide/context.ts'
import {
  decideScan,
  type ScanDecision,
  type ScanInput,
  subjectsOfScan,
} from '../../src/lifecycle/decide/decide-scan.ts'
import { Draft, type Mint } from '../../src/lifecycle/decide/draft.ts'
import { releaseHolds } from '../../src/lifecycle/decide/release-holds.ts'
import {
  type EventBodies,
  type EventKind,
  event,
  type LifeEvent,
  type Stamp,
} from '../../src/lifecycle/events.ts'
import { type Evolved, evolve } from '../../src/lifecycle/evolve/evolve.ts'
import { gatherNow, type Hood } from '../../src/lifecycle/hood.ts'
import {
  type CaseReason,
  type CaseRecord,
  driveKey,
  type JobRecord,
  type Role,
  type Verdict,
} from '../../src/lifecycle/records.ts'
import type { Next, Say } from '../../src/lifecycle/sentences.ts'
import { subjectsOf } from '../../src/lifecycle/subjects.ts'
import { trackingBase } from '../../src/lifecycle/tracking-base.ts'
import { splitGlued } from '../../src/scanning/glued.ts'
import { misreadOf } from '../../src/scanning/misread.ts'
import { readScan } from '../../src/scanning/read-scan.ts'
import { makeReturnNumber } from '../../src/scanning/return-number.ts'
import { serialKey } from '../../src/scanning/serial-key.ts'
import { breaches, missteps } from './breaches.ts'
import { MemoryStore } from './memory-store.ts'

export const DAY_MS = 86_400_000

export interface JobSpec {
  readonly type?: 'Import' | 'Export'
  readonly drives?: readonly string[]
  readonly tracking?: string
  readonly driveCount?: number
  readonly site?: string
  readonly customer?: string
  readonly hasReturnAddress?: boolean
  readonly hasCarrierAccount?: boolean
}

/** Every verdict any dock of this process has given, for tests about sentences. */
export const heard: Verdict[] = []

/** Every kind of event that followed in any dock of this process. */
export const told = new Set<EventKind>()

export class Dock {
  at = Date.UTC(2026, 1, 3, 8)
  readonly store = new MemoryStore()
  readonly site: string
  /** Badges; every supervisor's PIN is 4711. */
  people: Readonly<Record<string, Role>> = {}
  readonly #aids: ReadingAids = {
    misreadOf,
    splitGlued,
    people: {
      any: () => Object.keys(this.people).length > 0,
      known: (badge) => {
        const role = this.people[badge]
        return role === undefined ? undefined : { role }
      },
      isPinOf: (_badge, pin) => pin === '4711',
    },
  }
  #ids = 0
  #scans = 0

  constructor(site = 'westus') {
    this.site = site
  }

  // --- what happens away from the scanner

  /** Records something; a story that tells the impossible is a mistake of the story. */
  tell<K extends EventKind>(kind: K, body: EventBodies[K], from = 'service'): void {
    const evolved = this.record(event(kind, body) as LifeEvent, from)
    if (evolved.outcome !== 'applied') throw new Error(`${kind}: ${evolved.outcome}, ${evolved.because}`)
  }

  /** Why the rules say no; undefined when they do not. */
  refusal<K extends EventKind>(kind: K, body: EventBodies[K]): string | undefined {
    const evolved = this.record(event(kind, body) as LifeEvent, 'service')
    return evolved.outcome === 'applied' ? undefined : evolved.because
  }

  record(what: LifeEvent, from: string): Evolved {
    this.at += 1000
    const stamp: Stamp = { id: `entry-${++this.#ids}`, station: from, at: this.at, actor: 'anna' }
    const whole = this.store.hood()
    const hood = gatherNow(subjectsOf(what, from), this.store.answer)
    const evolved = evolve(hood, what, stamp)
    expectSame(
      changes(evolved, hood),
      changes(evolve(whole, what, stamp), whole),
      `${what.kind} of a gathered hood`,
    )
    this.store.put(evolved.hood.changesSince(hood))
    if (evolved.outcome === 'applied') told.add(what.kind)
    const after = this.store.hood()
    expect([...breaches(after), ...missteps(whole, after, what.kind)], `after ${what.kind}`).toEqual([])
    return evolved
  }

  /** A job that is put and announced: its package is on its way. */
  job(name: string, spec: JobSpec = {}): void {
    this.put(name, spec)
    this.announce(name, spec)
  }

  /** A job in Creating. With a tracking number it is known under it, as after a PATCH of its package alone. */
  put(name: string, spec: JobSpec = {}): void {
    this.tell('job-put', {
      job: {
        id: name,
        subscription: spec.customer ?? 'harbor-sub',
        group: 'harbor-rg',
        name,
        type: spec.type ?? 'Import',
        site: spec.site ?? 'westus',
        storageAccountId: '/subscriptions/harbor-sub/storage',
        diagnosticsPath: 'waimportexport',
        logLevel: 'Error',
        backupDriveManifest: false,
        hasReturnAddress: spec.hasReturnAddress ?? true,
        hasCarrierAccount: spec.hasCarrierAccount ?? true,
        ...(spec.tracking === undefined ? {} : { package: parcel(spec) }),
        drives: (spec.drives ?? []).map(listed),
      },
    })
  }

  announce(name: string, spec: JobSpec): void {
    this.tell('job-announced', { job: name, package: parcel(spec) })
  }

  /** The customer changes the list of drives. */
  relist(name: string, drives: readonly string[]): void {
    this.tell('job-updated', { job: name, changes: { drives: drives.map(listed) } })
  }

  /** What a station does when it hears that a held job is announced. */
  releaseHolds(name: string, from = 'dock-1'): readonly string[] {
    const draft = this.draft(gatherNow({ jobs: [name] }, this.store.answer), from)
    const released = releaseHolds({ draft }, name)
    for (const planned of draft.events) this.record(planned, from)
    return released
  }

  draft(hood: Hood, from: string): Draft {
    return new Draft(
      hood,
      { id: `entry-${++this.#ids}`, station: from, at: this.at, actor: 'anna' },
      this.mint(),
    )
  }

  /** Copies a drive that is at hand, from the first byte to the report. */
  copy(
    job: string,
    serial: string,
    end: 'Completed' | 'CompletedMoreInfo' = 'Completed',
    errors = false,
  ): void {
    this.endCopy(this.beginCopy(job, serial), end, errors)
  }

  beginCopy(job: string, serial: string): string {
    const copy = `copy-${++this.#ids}`
    const direction = this.jobOf(job).type === 'Import' ? 'import' : 'export'
    this.tell('copy-began', { copy, job, serial, direction, proof: 'manifest' }, 'dock-1')
    this.tell('copy-moved', { copy, move: 'began' }, 'dock-1')
    return copy
  }

  endCopy(copy: string, status: 'Completed' | 'CompletedMoreInfo' = 'Completed', errors = false): void {
    const completed = status === 'Completed' ? 4 : 3
    this.tell(
      'copy-ended',
      {
        copy,
        status,
        driveStatus: status === 'Completed' ? 'Completed' : 'CompletedWithErrors',
        errors,
        copyStatus: status,
        bytesSucceeded: 4096 * completed,
        blobs: { total: 4, completed, withErrors: 0, failed: 4 - completed },
      },
      'dock-1',
    )
  }

  /** The one open case for this reason; a story that expects several says for which drive. */
  caseOf(reason: CaseReason, serial?: string): CaseRecord {
    const found = this.cases(reason).filter((about) => serial === undefined || about.serial === serial)
    const [only] = found
    if (only === undefined || found.length > 1) throw new Error(`${found.length} open cases "${reason}".`)
    return only
  }

  cases(reason?: CaseReason): CaseRecord[] {
    const open = this.store
      .hood()
      .all('case')
      .filter((about) => about.state !== 'resolved')
    return reason === undefined ? open : open.filter((about) => about.reason === reason)
  }

  resolve(reason: CaseReason, serial?: string): void {
    this.tell('case-resolved', { case: this.caseOf(reason, serial).id })
  }

  // --- the scanner

  /** `from` a station, or what a screen adds to a command scanned at the first one. */
  scan(text: string, from: string | DeedDetails = 'dock-1', scan = `scan-${++this.#scans}`): Heard {
    if (typeof from !== 'string') return this.#scan(text, 'dock-1', scan, from)
    return this.#scan(text, from, scan)
  }

  #scan(text: string, from: string, scan: string, given?: DeedDetails): Heard {
    this.at += 1000
    const input: ScanInput = {
      scan,
      reading: readScan(text),
      station: from,
      site: this.site,
      ...(given === undefined ? {} : { given }),
    }
    const stamp: Stamp = { id: scan, station: from, at: this.at, actor: 'anna' }
    const ids = this.#ids
    const whole = decideScan(this.store.hood(), input, this.#aids, stamp, this.mint())
    this.#ids = ids
    const hood = gatherNow(subjectsOfScan(input), this.store.answer)
    const decision = decideScan(hood, input, this.#aids, stamp, this.mint())
    expectSame(decision, whole, `the decision about "${text}" on a gathered hood`)
    this.follow(decision, hood, stamp, from)
    heard.push(decision.verdict)
    return new Heard(decision.verdict)
  }

  /** Every event decided is legal where it was decided, and where a ledger folds it. */
  private follow({ events, verdict }: ScanDecision, hood: Hood, stamp: Stamp, from: string): void {
    let decided = hood
    for (const planned of events) {
      const evolved = evolve(decided, planned, stamp)
      expect(evolved.outcome, `${planned.kind}: ${'because' in evolved ? evolved.because : ''}`).toBe(
        'applied',
      )
      decided = evolved.hood
      const folded = this.record(planned, from)
      expect(folded.outcome, `${planned.kind} in the ledger`).toBe('applied')
    }
    const receipts = events.filter(({ kind }) => kind === 'drive-received').length
    const received = events.length > 0 && verdict.verdict.startsWith('received') ? 1 : 0
    expect(receipts, `receipts of a scan that says ${verdict.verdict}`).toBe(received)
  }

  mint(): Mint {
    return {
      uuid: () => `id-${String(++this.#ids).padStart(6, '0')}`,
      returnNumber: () => makeReturnNumber(String(++this.#ids).padStart(6, '0')),
    }
  }

  /** Scans several codes, for parts of a story that are not its point. */
  scans(...texts: readonly string[]): void {
    for (const text of texts) this.scan(text)
  }

  // --- what is true

  jobOf(name: string): JobRecord {
    const job = this.store.hood().get('job', name)
    if (job === undefined) throw new Error(`No job ${name}.`)
    return job
  }

  /** Where a drive is: its state in its job (when one is named) and the place of the thing itself. */
  where(serial: string, job?: string): string {
    const hood = this.store.hood()
    const custody = hood.get('custody', serial)
    const at = custody?.bay ?? (custody?.state === 'tray' ? custody.tray : undefined)
    const place = at === undefined ? (custody?.state ?? 'away') : `${custody?.state} ${at}`
    return job === undefined
      ? place
      : `${hood.get('drive', driveKey(job, serial))?.state ?? 'not listed'}, ${place}`
  }

  arrival(tracking: string): string | undefined {
    return this.store
      .hood()
      .find('arrival', 'tracking', trackingBase(tracking))
      .filter(({ state }) => state !== 'undone')
      .at(-1)?.state
  }
}

/** What a scan was answered with. */
export class Heard {
  readonly verdict: Verdict

  constructor(verdict: Verdict) {
    this.verdict = verdict
  }

  says(code: Verdict['verdict'], say: Say, next?: Next): this {
    expect({ code: this.verdict.verdict, say: this.verdict.say }).toEqual({ code, say })
    if (next !== undefined) expect(this.verdict.next).toBe(next)
    return this
  }

  with(about: Partial<Verdict>): this {
    expect(this.verdict).toMatchObject(about)
    return this
  }
}

function parcel(spec: JobSpec) {
  const tracking = spec.tracking ?? 'NONE000001'
  return {
    carrier: 'FedEx',
    tracking,
    base: trackingBase(tracking),
    ...(spec.driveCount === undefined ? {} : { driveCount: spec.driveCount }),
  }
}

const listed = (driveId: string) => ({
  serial: serialKey(driveId),
  driveId,
  manifestFile: '\\DriveManifest.xml',
  manifestHash: 'D914C50ACC4F55EDB021E970F29DEDC3',
})

const changes = (evolved: Evolved, before: Hood) => ({
  outcome: evolved.outcome,
  changed: evolved.hood.changesSince(before),
})

function expectSame(found: unknown, whole: unknown, what: string): void {
  // Comparing text is quick; only a difference is worth a careful message.
  if (JSON.stringify(found) !== JSON.stringify(whole)) expect(found, what).toEqual(whole)
}
