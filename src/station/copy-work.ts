import type { CopyStart } from '../copy/process/run-copy.ts'
import type { Outcome } from '../lifecycle/outcome.ts'
import type { CaseReason, DriveRecord, JobRecord } from '../lifecycle/records.ts'
import type { Device, OpenFailureCode, OpenVolume } from '../ports/devices.ts'
import type { Bay } from './bays.ts'

/** A drive of a job, plugged into the bay it was scanned for. */
export type PluggedDrive = Bay & {
  readonly drive: DriveRecord
  readonly job: JobRecord
  readonly device: Device
}

/** What a copy does, in either direction. */
export interface CopyWork {
  readonly copyId: string
  /** Opens the drive, also one that was lost and is attached again. */
  open(device: Device): Promise<Outcome<OpenVolume, OpenFailureCode>>
  /** What the process is asked for. Holds a SAS where the storage needs one. */
  start(volume: OpenVolume): CopyStart
}

/** The work, or why there is none now. */
export type WorkFound =
  | { readonly is: 'work'; readonly work: CopyWork }
  /** Somebody else has to answer first: try again after a pause. */
  | { readonly is: 'later'; readonly code: string; readonly sentence: string }
  /** A person has to look. */
  | {
      readonly is: 'refused'
      readonly reason: CaseReason
      readonly about: { readonly job?: string; readonly serial?: string }
      readonly sentence: string
    }
  /** Two witnesses disagree who the drive is (rule 14). */
  | { readonly is: 'contradicted'; readonly says: string; readonly sentence: string }
