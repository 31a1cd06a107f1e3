import type {
  ProgressReport,
  ProgressResponse,
  PullResponse,
  PushRequest,
  PushResponse,
} from '../contract/exchange.ts'
import type { Failure, Outcome } from '../lifecycle/outcome.ts'

/** The service as a station sees it. Every call may be repeated; the answer is the same. */
export interface SyncApi {
  push(request: PushRequest): Promise<Outcome<PushResponse, SyncFailureCode>>
  pull(station: string, after: number, limit: number): Promise<Outcome<PullResponse, SyncFailureCode>>
  /** The BitLocker keys of a job, for use in memory only; each call is recorded by the service. */
  keys(job: string): Promise<Outcome<readonly DriveKey[], SyncFailureCode>>
  /**
   * Hears at once when others have written something behind `after`; what it is, `pull` tells. Absent where nothing but
   * asking again and again is possible. A connection that ends does not come back by itself.
   */
  listen?(station: string, after: number, ear: Ear): { close(): void }
  /** How far copies are; a report that is lost is replaced by the next one. */
  tellProgress(report: ProgressReport): Promise<Outcome<ProgressResponse, SyncFailureCode>>
  /** What an export job wants on its drives; `not-found` when no live export job has this id. */
  exportOf(job: string): Promise<Outcome<ExportSelection, SyncFailureCode>>
}

/** Who listens. After `ended` nothing more is heard; `close` ends listening without a word. */
export interface Ear {
  opened(): void
  /** There is something behind the cursor listened from, seen when the log was at `cursor`. */
  changed(cursor: number): void
  ended(failure: Failure<SyncFailureCode>): void
}

/** Either a blob holds the list, or at least one of the two lists is filled. */
export interface ExportSelection {
  /** `container/blob`; `$root` for the root container. */
  readonly blobPath: readonly string[]
  /** Begin with a slash. */
  readonly blobPathPrefix: readonly string[]
  /** `container/blob` of an XML list in the job's storage account. */
  readonly blobListBlobPath?: string | undefined
  /** The job's tag says that its drives may go home unencrypted. */
  readonly plainDrives?: true | undefined
}

export interface DriveKey {
  readonly driveId: string
  readonly bitLockerKey: string
}

export type SyncFailureCode =
  /** No answer, or one that says to come back later. Try again after a pause. */
  | 'service-unreachable'
  | 'service-busy'
  /** The token is not accepted. A person has to act. */
  | 'not-allowed'
  /** The two speak different versions. */
  | 'version-mismatch'
  /** The answer was not of the agreed shape. */
  | 'bad-answer'
  | 'not-found'
