/** What became of one blob, in the words of the published drive log, format 2014-11-01. */
import type { BlobKind, StagedPart } from '../../ports/blob-store.ts'
import type { AttachedFiles, Disposition } from '../manifest/manifest.ts'

/**
 * `BlobUnexpectedChange` and others of the format belong to export. An import never makes an incomplete blob visible, so
 * the part status `Committed` (committed, but not as part of the full list) cannot occur.
 */
export type BlobStatus =
  | 'Completed'
  | 'CompletedWithErrors'
  | 'FileNameInvalid'
  | 'FileNameTooLong'
  | 'FileNotFound'
  | 'FileAccessDenied'
  | 'BlobRequestFailed'
  | 'BlobRequestForbidden'
  | 'RenameFailed'
  | 'LeasePresent'
  | 'IOFailed'
  | 'Failed'

export type DispositionStatus = 'Created' | 'Renamed' | 'Skipped' | 'Overwritten' | 'Cancelled'

export type PartStatus =
  | 'Completed'
  | 'Uncommitted'
  | 'Corrupted'
  | 'FileUnexpectedEnd'
  | 'BlobRequestFailed'
  | 'IOFailed'
  | 'Failed'
  | 'Cancelled'

/** Of a metadata or properties file. */
export type AttachmentStatus =
  | 'Completed'
  | 'FileNameInvalid'
  | 'FileNameTooLong'
  | 'FileNotFound'
  | 'FileAccessDenied'
  | 'Corrupted'
  | 'XmlReadFailed'
  | 'IOFailed'
  | 'Cancelled'

export interface BlobReport {
  readonly status: BlobStatus
  /** The name it was stored under, which after `Renamed` is not the manifest's. */
  readonly blobPath: string
  readonly filePath: string
  readonly lengthBytes: number
  readonly kind: BlobKind
  readonly disposition: Disposition
  readonly dispositionStatus: DispositionStatus
  /** Empty when nothing was done with any part (`Skipped`). */
  readonly parts: readonly StagedPart[]
  /** One for each part, or one for all. */
  readonly partStatuses: readonly PartStatus[] | PartStatus
  readonly list: AttachedFiles
  readonly own: AttachedFiles
  /** Undefined when the blob has no such file, or nothing was done with it. */
  readonly metadataStatus: AttachmentStatus | undefined
  readonly propertiesStatus: AttachmentStatus | undefined
}

/** Did the disposition do something the customer should hear of? */
export function isNotice({ dispositionStatus }: BlobReport): boolean {
  return ['Renamed', 'Skipped', 'Overwritten'].includes(dispositionStatus)
}
