import type { Failure } from '../lifecycle/outcome.ts'

/**
 * Where blobs live: a folder, a NAS, Azure Blob storage.
 *
 * A blob name is `container/path`, case-sensitive, at most 254 segments. A blob is either wholly there or not there: what
 * is being written becomes visible in one step, at `commit`. Bytes that were staged but never committed stay where
 * they are, so that a later upload with the same key goes on from them.
 *
 * Nothing here throws for a reason storage can have. A failure says whether trying again makes sense.
 */
export interface BlobStore {
  /** What people call this place. Never holds a secret. */
  readonly place: string

  /** Whether blobs can be written here now. */
  check(): Promise<BlobOutcome<undefined>>

  /** Is there a blob of this name? Cheap: no properties. */
  find(name: string): Promise<BlobOutcome<FoundBlob | undefined>>

  /** The same with properties and metadata. */
  head(name: string): Promise<BlobOutcome<BlobHead | undefined>>

  /** Starts an upload, or goes on with the one an earlier run began under the same key. */
  begin(order: UploadOrder): Promise<BlobOutcome<BlobUpload>>

  /** Reads bytes of a blob into `into` and answers how many: fewer than fit only at the end of the blob. */
  read(name: string, offsetBytes: number, into: Uint8Array): Promise<BlobOutcome<number>>

  /** Names that begin with `prefix`, in the order of their code units, at most `limit` of them after `after`. */
  list(
    prefix: string,
    page: { readonly after?: string; readonly limit: number },
  ): Promise<BlobOutcome<BlobPage>>

  /** Small durable texts beside unfinished uploads, so that any station can go on where another one stopped. */
  readonly notes: BlobNotes

  close(): Promise<void>
}

/** Each answer comes after the text is durable. Keys as in `UploadOrder`. */
export interface BlobNotes {
  read(key: string): Promise<BlobOutcome<string | undefined>>
  /** In one step: old text or new text, never a mixture. */
  replace(key: string, text: string): Promise<BlobOutcome<undefined>>
  append(key: string, text: string): Promise<BlobOutcome<undefined>>
  /** Forgets every unfinished upload whose key has the same first part; notes stay. */
  clearUploads(key: string): Promise<BlobOutcome<undefined>>
}

export interface UploadOrder {
  /** `first/second`, each of letters, digits, `.`, `_`, `-`. The same key finds the same unfinished upload again. */
  readonly key: string
  readonly name: string
  readonly kind: BlobKind
  /** False when nothing can be left from before: saves looking. True goes on with what is there. */
  readonly continues: boolean
  /** Of the whole blob, where it is known beforehand; always for a page blob. */
  readonly sizeBytes?: number
  /** Every part bears an id, all different and equally long: the blob's blocks must be these. */
  readonly blockIds?: boolean
  /** `holds` will be asked for the bytes from the medium: keep them where they can be read before they are visible. */
  readonly isProven?: boolean
}

/** `block`: a file. `page`: a disk image, written in ranges of 512 bytes; bytes outside any range are zero or undefined. */
export type BlobKind = 'block' | 'page'

export interface BlobUpload {
  /**
   * Bytes an earlier run seems to have left. A claim, not a proof: ask `holds` before relying on a part of it.
   */
  readonly claimed: readonly ByteRange[]

  /** When bytes can be had from the medium: as soon as they are staged, or after `flush`. */
  readonly provable: 'when-staged' | 'when-flushed'

  /**
   * Does storage really hold these bytes? Reads and hashes them, or asks a storage that does so itself. `medium` asks for
   * the bytes where they are kept, not from a cache on the way. `within`: all parts of the chunk that this part was staged
   * with, for a storage that knows them as one; absent: it was staged alone.
   */
  holds(
    part: StagedPart,
    from: 'anywhere' | 'medium',
    within?: readonly StagedPart[],
  ): Promise<BlobOutcome<HeldPart>>

  /**
   * Stores bytes that were checked against their MD5 already. May run many at once. `bytes` must not change before the
   * answer, and may be reused after it.
   */
  stage(chunk: {
    readonly offsetBytes: number
    readonly bytes: Uint8Array
    readonly parts: readonly StagedPart[]
  }): Promise<BlobOutcome<undefined>>

  /**
   * Makes the staged bytes durable as a blob of `sizeBytes`, whatever was staged beyond, and answers the ticket the blob
   * will bear if it is committed without more staging. May be called again after more staging. Not every storage can cut
   * what was staged as one chunk: a blob ends where a chunk does.
   */
  flush(sizeBytes: number): Promise<BlobOutcome<UploadTicket>>

  /** Makes the blob visible under its name, wholly and in one step, durable when answered. Call `flush` first. */
  commit(order: CommitOrder): Promise<BlobOutcome<Committed>>

  /** Lets go and keeps what was staged. */
  leave(): Promise<void>
}

/** One block or page range as the manifest names it. */
export interface StagedPart extends ByteRange {
  /** Upper-case hex. */
  readonly md5: string
  /** The block's own id, Base64, where the manifest gives one. */
  readonly id?: string
}

export interface HeldPart {
  readonly holds: boolean
  /** False when `medium` was asked for and a cache on the way could not be avoided. */
  readonly fromMedium: boolean
}

export interface ByteRange {
  readonly offsetBytes: number
  readonly lengthBytes: number
}

export interface UploadTicket {
  /** Differs for every write of every blob; `find` answers it again. Lets a restarted copy recognise its own work. */
  readonly ticket: string
}

export interface CommitOrder {
  /** `if-absent` fails with `blob-exists` and changes nothing when the name is taken, also by somebody just now. */
  readonly condition: 'if-absent' | 'overwrite'
  readonly properties: BlobProperties
  readonly metadata: BlobMetadata
}

export interface Committed {
  readonly replaced: boolean
}

/** Named as in the published properties file of a drive, so that no mapping can go wrong. */
export type BlobProperties = Readonly<Partial<Record<BlobPropertyName, string>>>

export type BlobPropertyName =
  | 'Content-Type'
  | 'Content-MD5'
  | 'Content-Encoding'
  | 'Content-Language'
  | 'Cache-Control'

export type BlobMetadata = Readonly<Record<string, string>>

export interface FoundBlob {
  readonly sizeBytes: number
  readonly ticket: string
}

export interface BlobHead extends FoundBlob {
  readonly kind: BlobKind
  readonly properties: BlobProperties
  readonly metadata: BlobMetadata
  readonly modifiedAt: number
}

export interface BlobPage {
  readonly names: readonly string[]
  /** Ask again with `after` set to this. Absent: that was all. */
  readonly next?: string
}

/**
 * The first four are the published log's own words. `storage-full`: no more room, for any blob. `blob-exists`:
 * the `if-absent` condition did not hold. `blob-missing`: no such blob.
 */
export type BlobFailureCode =
  | 'BlobRequestFailed'
  | 'BlobRequestForbidden'
  | 'LeasePresent'
  | 'IOFailed'
  | 'storage-full'
  | 'blob-exists'
  | 'blob-missing'

export interface BlobFailure extends Failure<BlobFailureCode> {
  /** Trying the same again cannot help. Decided here, where it is known. */
  readonly permanent: boolean
}

export type BlobOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: BlobFailure }
