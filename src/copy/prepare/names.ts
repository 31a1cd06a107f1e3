import { matchesGlob, posix } from 'node:path'
import type { BlobKind } from '../../ports/blob-store.ts'
import { blobNameProblem } from '../manifest/blob-name.ts'
import { isXmlText } from '../manifest/xml-text.ts'

/**
 * What a file is called at its destination and on the drive, and why a name cannot be. Pure.
 *
 * To the naming rules every manifest has to keep come what XML cannot hold and what Azure Storage advises against
 * ("Naming and referencing containers, blobs, and metadata": full stops at the end). Limits of the import manifest:
 * 50,000 blocks of 4 MiB; page blobs of 8 TiB in pages of 512 bytes.
 */
export const BLOCK_BYTES = 4 * 1024 * 1024
const MOST_BLOCKS = 50_000
const LARGEST_PAGE_BLOB_BYTES = 8 * 1024 ** 4
const PAGE_BYTES = 512

export interface Destination {
  readonly container: string
  /** Without slashes at either end; empty for none. */
  readonly prefix: string
}

/** Undefined when files can go there. To stand after "the destination". */
export function whyNotDestination({ container, prefix }: Destination): string | undefined {
  const blob = prefix === '' ? `${container}/a` : `${container}/${prefix}/a`
  return blobNameProblem(blob) ?? (prefix === '' ? undefined : whyNotSegments(prefix))
}

/** Undefined when a blob can have this name, container included. To stand after "its name". */
export function whyNotName(blobPath: string): string | undefined {
  if (blobPath.includes('\u{FFFD}')) return 'is not valid UTF-8'
  if (!isXmlText(blobPath)) return 'has control characters'
  return blobNameProblem(blobPath) ?? whyNotSegments(blobPath)
}

/** What storage lets in and then cannot be reached by every client. */
function whyNotSegments(name: string): string | undefined {
  const segments = name.split('/')
  if (segments.some((segment) => segment === '')) return 'has an empty path segment'
  if (segments.some((segment) => segment.endsWith('.'))) return 'has a part that ends in a full stop'
  return undefined
}

/** Disk images and whatever the globs name are page blobs. A glob without a slash is tried on the file's own name too. */
export function blobKind(name: string, pageGlobs: readonly string[]): BlobKind {
  const own = posix.basename(name)
  if (/\.vhdx?$/i.test(own)) return 'page'
  return pageGlobs.some((glob) => matchesGlob(name, glob) || matchesGlob(own, glob)) ? 'page' : 'block'
}

/** Undefined when a blob of this kind can have this size. */
export function whyNotSize(kind: BlobKind, sizeBytes: number): string | undefined {
  if (kind === 'block') {
    return sizeBytes > MOST_BLOCKS * BLOCK_BYTES
      ? `a block blob has at most ${MOST_BLOCKS * BLOCK_BYTES} bytes, this file has ${sizeBytes}`
      : undefined
  }
  if (sizeBytes % PAGE_BYTES !== 0) {
    return `a page blob's length is a multiple of ${PAGE_BYTES} bytes, this file has ${sizeBytes}`
  }
  return sizeBytes > LARGEST_PAGE_BLOB_BYTES
    ? `a page blob has at most ${LARGEST_PAGE_BLOB_BYTES} bytes, this file has ${sizeBytes}`
    : undefined
}

/**
 * A path segment as it is called on the drive: the same where Windows can hold that name, otherwise with the offending
 * characters (and percent signs) as `%` and two hex digits. The manifest maps the blob's true name to it.
 */
export function driveSegment(segment: string): string {
  const plain = [...segment].every(isHeld) && !/[ .]$/.test(segment) && !RESERVED.test(segment)
  if (plain) return segment
  const encoded = [...segment].map((one) => (isHeld(one) && one !== '%' ? one : percent(one))).join('')
  const ended = encoded.replace(/[ .]$/, percent)
  return RESERVED.test(ended) ? percent(ended.charAt(0)) + ended.slice(1) : ended
}

/** Device names of old, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i

function isHeld(character: string): boolean {
  return character >= ' ' && !'<>:"|?*'.includes(character)
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
