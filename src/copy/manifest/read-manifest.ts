/**
 * Checks a drive's manifest as a whole, and then gives its blobs one after the other.
 *
 * The manifest is read twice: once to compare its hash with the job's and to see that all of it is of the published form,
 * before a single blob is touched; and once to copy. The second pass hashes again, so a manifest that was exchanged in
 * between is found.
 */
import { createHash, type Hash } from 'node:crypto'
import { fail, type Outcome } from '../../lifecycle/outcome.ts'
import {
  type AttachedFiles,
  type ManifestFailureCode,
  ManifestFormatError,
  type PlacedBlob,
} from './manifest.ts'
import { ManifestText } from './manifest-text.ts'
import { ManifestParser } from './parse-manifest.ts'

/** The manifest's bytes, wherever they are. Empty at the end. */
export interface ManifestBytes {
  read(offsetBytes: number): Promise<Outcome<Uint8Array, ManifestFailureCode>>
}

export interface ManifestTotals {
  readonly blobs: number
  /** Sum of the blobs' lengths. */
  readonly bytes: number
}

/** A place in the manifest to go on from, with what stood before it. */
export interface ManifestPlace {
  readonly ordinal: number
  readonly startByte: number
  readonly list: AttachedFiles
}

export interface ManifestClaim {
  /** Hex of the whole file: MD5 (32 digits) or SHA-256 (64), in any case, blanks around it ignored. */
  readonly hash: string
  readonly driveId: string
  /** Whoever the manifest names: its hash alone proves it. */
  readonly anyDrive?: true | undefined
}

export interface CheckedManifest {
  readonly totals: ManifestTotals
  /** The hash over everything before `place`, so that the second pass need not read that part again. */
  readonly hashBefore: Hash
}

/** Upper-case hex, as both the manifest and the log write it. */
export function normalHash(hash: string): string {
  return hash.trim().toUpperCase()
}

/**
 * The first pass. `known`: totals that an earlier run found in a manifest of this very hash; then only the hash is
 * checked. `place`: where the second pass will begin.
 */
export async function checkManifest(
  bytes: ManifestBytes,
  claim: ManifestClaim,
  known?: ManifestTotals,
  place?: ManifestPlace,
): Promise<Outcome<CheckedManifest, ManifestFailureCode>> {
  const hash = newHash(claim.hash)
  const survey = known === undefined ? new Survey() : undefined
  let hashBefore = newHash(claim.hash)
  let offset = 0
  for (;;) {
    const chunk = await bytes.read(offset)
    if (!chunk.ok) return chunk
    if (chunk.value.length === 0) break
    const before = (place?.startByte ?? 0) - offset
    if (before > 0 && before <= chunk.value.length)
      hashBefore = hash.copy().update(chunk.value.subarray(0, before))
    hash.update(chunk.value)
    survey?.take(chunk.value)
    offset += chunk.value.length
  }
  if (hash.digest('hex').toUpperCase() !== normalHash(claim.hash)) return corrupted()
  const totals = known ?? survey?.finish(claim.anyDrive === true ? undefined : claim.driveId)
  if (totals === undefined) throw new Error('neither known totals nor a survey')
  return 'ok' in totals ? totals : { ok: true, value: { totals, hashBefore } }
}

/** One blob after the other; the last value tells whether the manifest still was the one that was checked. */
export async function* readBlobs(
  bytes: ManifestBytes,
  claim: ManifestClaim,
  checked: CheckedManifest,
  place: ManifestPlace = { ordinal: 0, startByte: 0, list: {} },
): AsyncGenerator<readonly PlacedBlob[], Outcome<undefined, ManifestFailureCode>> {
  const hash = checked.hashBefore.copy()
  const text = new ManifestText(place.startByte)
  const parser = new ManifestParser(
    (char) => text.byteOf(char),
    place.startByte === 0 ? undefined : { ordinal: place.ordinal, driveId: claim.driveId, list: place.list },
  )
  let offset = place.startByte
  let ordinal = place.ordinal
  try {
    for (;;) {
      const chunk = await bytes.read(offset)
      if (!chunk.ok) return chunk
      if (chunk.value.length === 0) break
      hash.update(chunk.value)
      offset += chunk.value.length
      parser.write(text.decode(chunk.value))
      const blobs = parser.take().map((parsed) => ({ ...parsed, ordinal: ordinal++ }))
      if (blobs.length > 0) yield blobs
    }
    text.end()
    parser.close()
  } catch (error) {
    // It was well-formed a moment ago.
    if (error instanceof ManifestFormatError) return corrupted()
    throw error
  }
  if (hash.digest('hex').toUpperCase() !== normalHash(claim.hash)) return corrupted()
  return { ok: true, value: undefined }
}

/** Counts, and keeps the first thing that is wrong with the form until the hash has been judged. */
class Survey {
  #text = new ManifestText(0)
  #parser = new ManifestParser()
  #problem: ManifestFormatError | undefined
  #blobs = 0
  #bytes = 0

  take(chunk: Uint8Array): void {
    this.#try(() => {
      this.#parser.write(this.#text.decode(chunk))
      for (const { blob } of this.#parser.take()) {
        this.#blobs++
        this.#bytes += blob.lengthBytes
      }
    })
  }

  finish(driveId: string | undefined): ManifestTotals | ReturnType<typeof fail<ManifestFailureCode>> {
    this.#try(() => {
      this.#text.end()
      this.#parser.close()
    })
    if (this.#problem !== undefined)
      return fail(
        'ManifestFormatInvalid',
        'The manifest is not of the published form, so nothing was copied: prepare the drive again.',
        this.#problem.message,
      )
    if (driveId !== undefined && !isSameSerial(this.#parser.driveId ?? '', driveId))
      return fail(
        'ManifestDriveIdMismatch',
        'The manifest was written for another drive: look whether the right drive is in this bay.',
        `the manifest names ${this.#parser.driveId}`,
      )
    return { blobs: this.#blobs, bytes: this.#bytes }
  }

  #try(run: () => void): void {
    if (this.#problem !== undefined) return
    try {
      run()
    } catch (error) {
      if (!(error instanceof ManifestFormatError)) throw error
      this.#problem = error
    }
  }
}

function newHash(claim: string): Hash {
  return createHash(normalHash(claim).length === 64 ? 'sha256' : 'md5')
}

function isSameSerial(one: string, other: string): boolean {
  return one.trim().toUpperCase() === other.trim().toUpperCase()
}

function corrupted() {
  return fail(
    'ManifestCorrupted',
    'The manifest on the drive is not the one of the job: its hash differs. Ask the customer.',
  )
}
