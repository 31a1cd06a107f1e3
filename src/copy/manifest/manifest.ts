/** What a drive manifest says, in our words. Sources: the published manifest format, versions 2011-10-01 and 2014-11-01. */
import type { BlobKind, StagedPart } from '../../ports/blob-store.ts'

export const DISPOSITIONS = ['rename', 'no-overwrite', 'overwrite'] as const
/** What to do when the blob is there already. */
export type Disposition = (typeof DISPOSITIONS)[number]

/** A metadata or properties file on the drive, with the MD5 of the whole file in upper-case hex. */
export interface HashedFile {
  readonly path: string
  readonly md5: string
}

/** Files that belong to a whole list, or to one blob; the blob's own replace the list's, each as a whole. */
export interface AttachedFiles {
  readonly metadata?: HashedFile
  readonly properties?: HashedFile
}

export interface ManifestBlob extends AttachedFiles {
  /** `container/name`. */
  readonly blobPath: string
  /** From the drive's root, with a leading backslash and backslashes between. As written; not yet judged. */
  readonly filePath: string
  readonly lengthBytes: number
  readonly kind: BlobKind
  readonly disposition: Disposition
  /** Blocks, which cover the file without a gap; or page ranges, which need not. Sorted by offset. */
  readonly parts: readonly StagedPart[]
}

/** A blob with its place in the manifest. */
export interface PlacedBlob {
  /** 0 for the first blob of the drive. */
  readonly ordinal: number
  readonly blob: ManifestBlob
  readonly list: AttachedFiles
  /** Where its element begins, so that reading can start again here. */
  readonly startByte: number
}

/** The drive status codes of the published log format that speak of the manifest. */
export type ManifestFailureCode =
  | 'ManifestNameInvalid'
  | 'ManifestNameTooLong'
  | 'ManifestNotFound'
  | 'ManifestAccessDenied'
  | 'ManifestCorrupted'
  | 'ManifestFormatInvalid'
  | 'ManifestDriveIdMismatch'
  | 'ReadManifestFailed'

/** A manifest that is not of the published form. The sentence names the element and never repeats a credential. */
export class ManifestFormatError extends Error {
  override readonly name = 'ManifestFormatError'
}
