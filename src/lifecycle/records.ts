import type { LifeEvent } from './events.ts'
import type { Next, Say } from './sentences.ts'
import type {
  ArrivalState,
  CaseState,
  CopyState,
  CustodyState,
  DriveState,
  ReturnState,
  VerdictCode,
} from './states.ts'
import type { JobStand } from './tables/job.ts'

/**
 * The views: what is true now, one record per noun. They are folded from entries by `evolve` and never written by hand.
 * Records hold no name, address, phone number, mail address or note: those sit in the erasable side table.
 * Times are milliseconds since 1970 (UTC).
 */

export interface JobRecord {
  readonly kind: 'job'
  /** UUID made at PUT: names return after deletion and differ per subscription. */
  readonly id: string
  readonly subscription: string
  readonly group: string
  readonly name: string
  readonly type: 'Import' | 'Export'
  /** Compact location name, e.g. `westus`: the site the drives must go to. */
  readonly site: string
  readonly state: JobStand
  readonly storageAccountId: string
  readonly diagnosticsPath: string
  readonly logLevel: 'Error' | 'Verbose'
  readonly backupDriveManifest: boolean
  readonly hasReturnAddress: boolean
  readonly hasCarrierAccount: boolean
  readonly returnCarrier?: string
  /** The customer's inbound package, present once announced. */
  readonly package?: InboundPackage
  readonly createdAt: number
  /** Last change by the customer; starts the wait in Creating. */
  readonly updatedAt: number
  /** Start of the present wait for the package (announcement or extension). */
  readonly waitingSince?: number
  /** When the customer was told that nothing has come. */
  readonly overdueNoticeAt?: number
  readonly cancelRequested: boolean
  /** True once the job has left Shipping; only an undo takes it back. */
  readonly leftShipping: boolean
  readonly receivedAt?: number
  readonly endedAt?: number
  /** A person or the clock ended it although no drive was processed. */
  readonly endedBy?: 'went-unanswered' | 'nothing-coming'
  readonly deletedBy?: 'customer' | 'timer'
  /** Never goes back: the high-water mark over retries and late drives. */
  readonly percent: number
  readonly fault?: Fault
  readonly incompleteBlobList?: string
  /** Key of the erasable side table that holds addresses and contact. */
  readonly personal?: string
}

export interface InboundPackage {
  readonly carrier: string
  readonly tracking: string
  /** `tracking` without the -1, -2 … that customers add when several jobs share a box; the look-up key. */
  readonly base: string
  readonly driveCount?: number
  readonly shipDate?: string
}

/** A job or drive that does not progress normally. Stops copying, packing and deadlines. */
export interface Fault {
  readonly reason: string
  readonly since: number
}

export interface DriveRecord {
  readonly kind: 'drive'
  /** `<job id>/<serial>`: two live jobs may list the same serial. */
  readonly id: string
  readonly job: string
  /** Normalised hardware serial, the key everything matches on. */
  readonly serial: string
  /** As the customer wrote it; what the API answers. */
  readonly driveId: string
  readonly manifestFile?: string
  readonly manifestHash?: string
  readonly driveHeaderHash?: string
  readonly state: DriveState
  /** State before the receipt, where an undo goes back to. */
  readonly cameFrom?: DriveState
  readonly missedBy?: 'arrival' | 'timer'
  /** The arrival it came in. */
  readonly arrival?: string
  readonly receivedAt?: number
  /** Received after its job's box was closed or its job had ended: goes home by itself, never moves the job. */
  readonly apart: boolean
  /** Joined an export job by mistake and was taken back: counts for nothing. */
  readonly withdrawn?: boolean
  readonly identity?: 'certain' | 'contradicted' | 'overridden'
  readonly percent: number
  readonly bytesSucceeded: number
  /** Status text of the API, e.g. `InProgress`; absent until the drive is processed. */
  readonly copyStatus?: string
  /** True when its last copy (or refusal) ended with an error, not only with a notice. */
  readonly endedWithError: boolean
  readonly errorLog?: string
  readonly verboseLog?: string
  readonly manifestCopy?: string
  readonly fault?: Fault
}

export interface ArrivalRecord {
  readonly kind: 'arrival'
  readonly id: string
  readonly state: ArrivalState
  readonly tracking: string
  readonly base: string
  readonly carrier?: string
  /** Jobs it carries, in the order their trays were lettered. */
  readonly jobs: readonly string[]
  /** The station that has it open. */
  readonly station: string
  /** True when no job had announced it. */
  readonly blind: boolean
  readonly openedAt: number
  readonly closedAt?: number
  readonly short: boolean
}

export interface CustodyRecord {
  readonly kind: 'custody'
  /** The serial: one physical drive is one thing. */
  readonly id: string
  readonly serial: string
  readonly state: CustodyState
  readonly cameFrom?: CustodyState
  readonly job?: string
  readonly arrival?: string
  readonly tray?: string
  readonly bay?: string
  /** A person scanned it for this bay; a drive can also say itself which one it is in. */
  readonly scanned?: true
  /** The outgoing package it was put into. */
  readonly return?: string
  readonly since: number
  readonly heldBecause?: HoldReason
}

export type HoldReason =
  | 'job-creating'
  | 'job-gone'
  | 'listed-twice'
  | 'identity'
  | 'storage'
  | 'unannounced'
  | 'operator'
  | 'found-again'
  | 'other-site'

export interface ReturnRecord {
  readonly kind: 'return'
  readonly id: string
  /** Printed and scanned, `TDR-…`. */
  readonly number: string
  readonly state: ReturnState
  /** The job whose drives go home in it; absent for an arrival without a job. */
  readonly job?: string
  readonly arrival?: string
  readonly drives: readonly string[]
  readonly prints: number
  readonly carrier?: string
  readonly tracking?: string
  readonly openedAt: number
  readonly closedAt?: number
  readonly shippedAt?: number
}

export interface CopyRecord {
  readonly kind: 'copy'
  readonly id: string
  readonly job: string
  readonly serial: string
  readonly direction: 'import' | 'export'
  readonly proof: 'manifest' | 'read-back'
  readonly state: CopyState
  readonly startedAt: number
  readonly endedAt?: number
  readonly driveStatus?: string
}

export interface CaseRecord {
  readonly kind: 'case'
  readonly id: string
  readonly state: CaseState
  readonly reason: CaseReason
  readonly job?: string
  readonly serial?: string
  readonly arrival?: string
  readonly return?: string
  readonly owner?: string
  readonly openedAt: number
  readonly firstContactAt?: number
  readonly answeredAt?: number
  readonly resolvedAt?: number
  /** What people did about it, oldest first; the newest `MOST_CASE_NOTES` are kept. */
  readonly log?: readonly CaseNote[]
}

export const MOST_CASE_NOTES = 50

/** One thing a person did about a case. What was said, and photos, are in the erasable side table. */
export interface CaseNote {
  readonly at: number
  /** Badge of the person. */
  readonly by: string
  readonly did: 'taken' | 'contacted' | 'answered' | 'noted' | 'resolved' | 'reopened'
  readonly how?: ContactWay
  /** Key of the side table that holds the words. */
  readonly note?: string
  /** Drives counted in the box. */
  readonly count?: number
  /** SHA-256 of a photo in the evidence folder, lower-case hex. */
  readonly photo?: string
  /** Badge of the second person. */
  readonly second?: string
}

export type ContactWay = 'phone' | 'mail'

export type CaseReason =
  | 'job-creating'
  | 'job-gone'
  | 'listed-twice'
  | 'unannounced'
  | 'identity-contradicted'
  | 'storage-not-configured'
  | 'return-address-missing'
  | 'carrier-account-missing'
  | 'closed-short'
  | 'fewer-than-announced'
  | 'more-than-ten'
  | 'late-drive'
  | 'damaged'
  | 'declined'
  | 'shipping-overdue'
  | 'unreturnable'
  | 'whose-extra'
  | 'released'
  | 'consequence-refused'
  | 'held-by-operator'
  | 'copy-failed'
  | 'faulted'
  | 'other-site'
  | 'cancelled'

/** What a station is doing. One record per station; its id is the station's. */
export interface WorkRecord {
  readonly kind: 'work'
  readonly id: string
  readonly work: Work
  /** Ids of its newest scans, newest first, at most `SCANS_KEPT_AT_HAND`: what can still be undone by scan. */
  readonly scans: readonly string[]
  /** Who is signed in. */
  readonly person?: SignedIn
}

/** A person at a station, known by the badge alone. A supervisor counts as one once the PIN was given. */
export interface SignedIn {
  readonly id: string
  readonly role: Role
  readonly since: number
}

export type Role = 'operator' | 'supervisor'

export const SCANS_KEPT_AT_HAND = 20

export type Work =
  | { readonly doing: 'nothing' }
  | { readonly doing: 'arrival'; readonly arrival: string }
  | { readonly doing: 'bay'; readonly bay: string }
  /** TD-PACK was scanned; the first drive chooses the box. */
  | { readonly doing: 'packing' }
  | { readonly doing: 'return'; readonly return: string }
  /** TD-SHIP was scanned; the next label names the box. */
  | { readonly doing: 'shipping' }
  /** A case was taken in hand by TD-CASE: what is scanned next is done about it. */
  | { readonly doing: 'case'; readonly case: string }
  /** The station asked something; scanning `text` again says yes, any other scan says no. */
  | { readonly doing: 'asking'; readonly ask: Ask; readonly text: string; readonly before: SettledWork }

export type SettledWork = Exclude<Work, { doing: 'asking' }>

/** What the station can ask. `subject` is the arrival, job, case or person the answer is about. */
export interface Ask {
  readonly what:
    | 'new-box'
    | 'take-over'
    | 'joins-export'
    | 'is-it-really'
    | 'second-person'
    | 'pin'
    | 'hand-over'
  readonly subject?: string
}

/** One scan as it was answered: lets the same scan id be answered twice, and the newest be undone. */
export interface ScanRecord {
  readonly kind: 'scan'
  readonly id: string
  readonly station: string
  readonly at: number
  readonly text: string
  readonly verdict: Verdict
  /** What takes this scan back, in order; absent when it changed nothing that can be taken back. */
  readonly undo?: readonly LifeEvent[]
  readonly undone: boolean
}

export type { VerdictCode } from './states.ts'

/**
 * What a scan meant. `say` and `next` name sentences of the locale files, `facts` are their words; serials and codes
 * in `facts` are never translated.
 */
export interface Verdict {
  readonly verdict: VerdictCode
  readonly say: Say
  readonly next: Next
  readonly facts: Readonly<Record<string, string | number>>
  readonly drive?: string
  readonly job?: string
  readonly arrival?: string
  readonly return?: string
  readonly tray?: string
  readonly count?: { readonly received: number; readonly expected: number }
  /** The serial that was probably meant and where it differs. */
  readonly misread?: { readonly expected: string; readonly positions: readonly number[] }
}

export type AnyRecord =
  | JobRecord
  | DriveRecord
  | ArrivalRecord
  | CustodyRecord
  | ReturnRecord
  | CopyRecord
  | CaseRecord
  | WorkRecord
  | ScanRecord

export type RecordKind = AnyRecord['kind']
export type RecordOf<K extends RecordKind> = Extract<AnyRecord, { kind: K }>

/** Fields a record can be found by, besides its id. One table for every store. */
export function lookupsOf(record: AnyRecord): readonly Lookup[] {
  switch (record.kind) {
    case 'job': {
      const found: Lookup[] = [
        { field: 'name', value: jobNameKey(record.subscription, record.group, record.name) },
        { field: 'state', value: record.state },
      ]
      if (record.package !== undefined && record.state !== 'Deleted')
        found.push({ field: 'tracking', value: record.package.base })
      return found
    }
    case 'drive':
      return [
        { field: 'job', value: record.job },
        { field: 'serial', value: record.serial },
      ]
    case 'arrival':
      return [
        { field: 'tracking', value: record.base },
        { field: 'state', value: record.state },
        ...record.jobs.map((job) => ({ field: 'job', value: job }) as const),
      ]
    case 'custody':
      return present([
        ['state', record.state],
        ['job', record.job],
        ['arrival', record.arrival],
        ['bay', record.state === 'bay' ? record.bay : undefined],
        ['return', record.return],
      ])
    case 'return':
      return present([
        ['number', record.number],
        ['state', record.state],
        ['job', record.job],
        ['arrival', record.arrival],
        ['tracking', record.tracking],
      ])
    case 'copy':
      return [
        { field: 'state', value: record.state },
        { field: 'job', value: record.job },
        { field: 'serial', value: record.serial },
      ]
    case 'case':
      return present([
        ['state', record.state],
        ['job', record.job],
        ['serial', record.serial],
        ['arrival', record.arrival],
        ['owner', record.owner],
      ])
    case 'work':
    case 'scan':
      return []
  }
}

export interface Lookup {
  readonly field: LookupField
  readonly value: string
}

export type LookupField =
  | 'name'
  | 'state'
  | 'tracking'
  | 'job'
  | 'serial'
  | 'arrival'
  | 'bay'
  | 'return'
  | 'number'
  | 'owner'

/** Job names compare without case inside one subscription and resource group. */
export function jobNameKey(subscription: string, group: string, name: string): string {
  return `${subscription}/${group}/${name}`.toLowerCase()
}

export function driveKey(job: string, serial: string): string {
  return `${job}/${serial}`
}

function present(pairs: readonly (readonly [LookupField, string | undefined])[]): Lookup[] {
  return pairs.flatMap(([field, value]) => (value === undefined ? [] : [{ field, value }]))
}
