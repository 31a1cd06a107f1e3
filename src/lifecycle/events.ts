import type {
  AnyRecord,
  CaseReason,
  ContactWay,
  HoldReason,
  InboundPackage,
  JobRecord,
  RecordKind,
  Role,
  Verdict,
  Work,
} from './records.ts'

/**
 * Everything that can be written into a journal, by kind. A body is what happened; what follows from it is found by
 * `evolve`. Bodies hold no name, address, phone number, mail address, note or photo.
 */
export interface EventBodies {
  // --- ordered by the customer or the clock (written by the service)
  'job-put': { readonly job: JobOrder }
  'job-updated': { readonly job: string; readonly changes: JobChanges }
  'job-announced': { readonly job: string; readonly package: InboundPackage }
  'job-cancel-requested': { readonly job: string }
  'job-deleted': { readonly job: string; readonly by: 'customer' | 'timer' }
  'shipping-overdue-noticed': { readonly job: string }
  'wait-extended': { readonly job: string }
  'job-went-unanswered': { readonly job: string }
  'nothing-coming': { readonly job: string }

  // --- receiving
  'arrival-opened': {
    readonly arrival: string
    readonly tracking: string
    readonly base: string
    readonly carrier?: string
    readonly jobs: readonly string[]
    readonly blind: boolean
  }
  'arrival-job-attached': { readonly arrival: string; readonly job: string }
  'arrival-taken-over': { readonly arrival: string }
  'arrival-closed': { readonly arrival: string; readonly short: boolean }
  'arrival-held': { readonly arrival: string }
  'arrival-reopened': { readonly arrival: string }
  'arrival-opening-undone': { readonly arrival: string }
  'arrival-forwarded': { readonly arrival: string; readonly site: string }
  'drive-received': {
    readonly job: string
    readonly serial: string
    readonly driveId: string
    readonly arrival: string
    readonly tray: string
    /** Its job's box is closed or its job has ended: it goes home by itself. */
    readonly apart: boolean
  }
  'drive-missed': { readonly job: string; readonly serial: string; readonly by: 'arrival' | 'timer' }
  'drive-held': {
    readonly serial: string
    readonly job?: string
    readonly arrival?: string
    readonly because: HoldReason
  }
  /** A single drive sent on to the site of its job. */
  'drive-forwarded': { readonly serial: string; readonly site: string }
  'drive-set-aside': { readonly serial: string; readonly arrival: string }
  'receipt-undone': { readonly job: string; readonly serial: string }
  'miss-undone': { readonly job: string; readonly serial: string }
  'placing-undone': { readonly serial: string }
  'drive-faulted': { readonly job: string; readonly serial: string; readonly reason: string }
  'drive-fault-cleared': { readonly job: string; readonly serial: string }
  'job-faulted': { readonly job: string; readonly reason: string }
  'job-fault-cleared': { readonly job: string }
  'drive-declined': { readonly job: string; readonly serial: string; readonly reason: string }
  'drive-not-needed': { readonly job: string; readonly serial: string }

  // --- bays and copying
  'drive-placed': { readonly serial: string; readonly bay: string; readonly scanned?: true }
  'drive-plugged': {
    readonly bay: string
    readonly attachment: string
    readonly serials: readonly string[]
    /** What could be said before the drive was read. */
    readonly identity?: PluggedIdentity
  }
  /** What an examination found; `health`, codes and weights in the words of the contract's `intake.ts`. */
  'drive-examined': {
    readonly bay: string
    readonly attachment: string
    /** The disk's own serial number, where it let itself be asked. */
    readonly serial?: string
    readonly health: 'healthy' | 'watch' | 'at-risk' | 'unknown'
    readonly reasons: readonly { readonly code: string; readonly value: number }[]
    readonly findings: readonly {
      readonly code: string
      readonly weight: 'refuse' | 'notice'
      readonly found: string
    }[]
    readonly identity: PluggedIdentity
  }
  'drive-unplugged': { readonly bay: string; readonly attachment: string }
  'drive-shelved': { readonly serial: string; readonly tray: string }
  'identity-judged': {
    readonly job: string
    readonly serial: string
    readonly verdict: 'certain' | 'contradicted' | 'overridden'
    /** The words compared, so that the sentence can be made again. */
    readonly compared: Readonly<Record<string, string>>
  }
  'key-used': { readonly job: string; readonly serial: string }
  'copy-began': {
    readonly copy: string
    readonly job: string
    readonly serial: string
    readonly direction: 'import' | 'export'
    readonly proof: 'manifest' | 'read-back'
  }
  'copy-moved': {
    readonly copy: string
    readonly move: 'opened' | 'began' | 'paused' | 'resumed' | 'lost' | 'returned' | 'proving'
  }
  'copy-ended': {
    readonly copy: string
    readonly status: 'Completed' | 'CompletedMoreInfo'
    /** Drive status of the published log format. */
    readonly driveStatus: string
    /** True when something failed; false when there are only notices. */
    readonly errors: boolean
    readonly copyStatus: string
    readonly bytesSucceeded: number
    readonly blobs: {
      readonly total: number
      readonly completed: number
      readonly withErrors: number
      readonly failed: number
    }
    readonly errorLog?: string
    readonly verboseLog?: string
    readonly manifestCopy?: string
    /** Export: where the drive's manifest is, and its MD5. */
    readonly manifestFile?: string
    readonly manifestHash?: string
    /** Export: what no drive of the job has had room for by now; null: nothing. Absent: not known. */
    readonly incompleteBlobList?: string | null
  }

  // --- going home
  'return-opened': {
    readonly return: string
    readonly number: string
    readonly job?: string
    readonly arrival?: string
  }
  'drive-packed': { readonly return: string; readonly serial: string }
  'drive-unpacked': { readonly return: string; readonly serial: string }
  'label-printed': { readonly return: string; readonly reprint: boolean }
  'label-voided': { readonly return: string }
  'return-closed': { readonly return: string }
  'return-shipped': { readonly return: string; readonly carrier: string; readonly tracking: string }
  'return-voided': { readonly return: string }
  'drive-released': {
    readonly serial: string
    readonly as: 'lost' | 'destroyed'
    readonly second: string
    readonly reason: string
  }
  'drive-found': { readonly serial: string }

  // --- people
  'case-opened': {
    readonly case: string
    readonly reason: CaseReason
    readonly job?: string
    readonly serial?: string
    readonly arrival?: string
    readonly return?: string
  }
  'case-taken': { readonly case: string; readonly owner: string }
  /** `note` is the key of the side table that holds what was said. */
  'case-contacted': { readonly case: string; readonly how?: ContactWay; readonly note?: string }
  'case-answered': { readonly case: string; readonly note?: string }
  /** Evidence: words, drives counted in the box, a photo (SHA-256), a second person who looked. */
  'case-noted': {
    readonly case: string
    readonly note?: string
    readonly count?: number
    readonly photo?: string
    readonly second?: string
  }
  'case-resolved': { readonly case: string }
  'case-reopened': { readonly case: string }

  // --- the station itself
  /** `from`: the person whose shift was handed over. */
  'signed-in': { readonly person: string; readonly role: Role; readonly from?: string }
  'signed-out': { readonly person: string }
  'work-changed': { readonly work: Work }
  'scan-read': {
    readonly scan: string
    readonly text: string
    readonly verdict: Verdict
    readonly undo?: readonly LifeEvent[]
    /** The scan this one took back. */
    readonly undoes?: string
  }
  /**
   * The service kept the fact and says what is true: because it refused what the station made of it, or (`overtaken`)
   * because others had changed the same meanwhile and the station folded the two in another order.
   */
  'consequence-refused': {
    readonly fact: string
    readonly station: string
    readonly code: string
    readonly sentence: string
    readonly truth: readonly AnyRecord[]
    /** Records the fact may have made at the station and that do not exist. */
    readonly absent?: readonly { readonly kind: RecordKind; readonly id: string }[]
  }
}

/** A job as ordered by PUT: the published properties that are not personal. */
export interface JobOrder
  extends Pick<
    JobRecord,
    | 'id'
    | 'subscription'
    | 'group'
    | 'name'
    | 'type'
    | 'site'
    | 'storageAccountId'
    | 'diagnosticsPath'
    | 'logLevel'
    | 'backupDriveManifest'
    | 'hasReturnAddress'
    | 'hasCarrierAccount'
    | 'returnCarrier'
    | 'package'
    | 'personal'
  > {
  readonly drives: readonly DriveOrder[]
}

export interface DriveOrder {
  readonly serial: string
  readonly driveId: string
  readonly manifestFile?: string
  readonly manifestHash?: string
  readonly driveHeaderHash?: string
}

/** What PATCH (or a PUT in Creating) may change; an absent member stays as it is. */
export interface JobChanges
  extends Partial<
    Pick<
      JobRecord,
      | 'type'
      | 'site'
      | 'storageAccountId'
      | 'diagnosticsPath'
      | 'logLevel'
      | 'backupDriveManifest'
      | 'hasReturnAddress'
      | 'hasCarrierAccount'
      | 'returnCarrier'
      | 'package'
      | 'personal'
    >
  > {
  /** The whole new list; drives no longer listed must still be Specified. */
  readonly drives?: readonly DriveOrder[]
}

/** `waiting`: nothing is wrong, and the drive's manifest has not been read yet. */
export type PluggedIdentity = 'certain' | 'contradicted' | 'unknown' | 'twin' | 'waiting'

export type EventKind = keyof EventBodies

/** Something that happened, before it is stamped with an id, a place and a time. */
export type LifeEvent = { [K in EventKind]: { readonly kind: K; readonly body: EventBodies[K] } }[EventKind]

export type EventOf<K extends EventKind> = Extract<LifeEvent, { kind: K }>

/** When, where and by whom: what `evolve` may know besides the event. */
export interface Stamp {
  readonly id: string
  /** The dock station, or `service`. */
  readonly station: string
  readonly at: number
  readonly actor: string
}

export const event = <K extends EventKind>(kind: K, body: EventBodies[K]): EventOf<K> =>
  ({ kind, body }) as EventOf<K>

/** Version of each body's shape; an entry keeps the version it was written in. */
export const EVENT_VERSION = 1
