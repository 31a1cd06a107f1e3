/** Reading a drive: what is asked and answered between the copy and the threads that read. */
import type { FileRefusal } from './errno.ts'
import type { Slice } from './slabs.ts'

export interface SourceRequest {
  /** Segments below the drive's root. */
  readonly path: readonly string[]
  readonly offsetBytes: number
  /** Where the bytes go; as many are read as it has room for. */
  readonly slice: Slice
  readonly parts: readonly ReadPart[]
  readonly pieceBytes: number
  readonly keepOpen: boolean
}

/** A range of the bytes read. */
export interface ReadPart {
  readonly at: number
  readonly lengthBytes: number
}

export type ReadAnswer =
  | {
      readonly kind: 'read'
      /** Fewer than asked for: the file ended, or, with `errno`, the drive could not read on. */
      readonly bytesRead: number
      /** For each part: MD5 in upper-case hex; undefined where the bytes end before it does. */
      readonly md5s: readonly (string | undefined)[]
      readonly errno?: string
    }
  /** It is about this file. */
  | { readonly kind: 'refused'; readonly status: FileRefusal }
  /** It may be about the drive. */
  | { readonly kind: 'failed'; readonly errno: string }

export type ProbeAnswer = { readonly isThere: true; readonly identity: string } | { readonly isThere: false }

export interface ProbeRequest {
  /** A file that could be read before. */
  readonly path: readonly string[]
  /** As answered before; undefined the first time. */
  readonly identity: string | undefined
  /** Read from the medium, too. */
  readonly isThorough: boolean
}

/** Several requests run at once, in no certain order. Nothing rejects for a reason a drive can have. */
export interface SourceReader {
  read(request: SourceRequest): Promise<ReadAnswer>
  probe(request: ProbeRequest): Promise<ProbeAnswer>
  /** From now on files are read below this root; what was open is closed. */
  moveTo(root: string): Promise<void>
  close(): Promise<void>
}
