/** The rules a manifest's values have to keep, one function a rule. Each throws a ManifestFormatError. */
import type { StagedPart } from '../../ports/blob-store.ts'
import { DISPOSITIONS, type Disposition, ManifestFormatError } from './manifest.ts'

const MEBIBYTE = 1024 * 1024
/** The largest block or page range a manifest may name. */
const LARGEST_PART_BYTES = 4 * MEBIBYTE
/** 5,000,000 MB and 8 TB: the larger of the two sets of limits in print. */
const LARGEST_BLOCK_BLOB_BYTES = 5_000_000 * MEBIBYTE
const LARGEST_PAGE_BLOB_BYTES = 8 * MEBIBYTE * MEBIBYTE
const MOST_BLOCKS = 50_000
/** An 8 TB disk in ranges of 4 MB; the format itself names no bound, our memory does. */
const MOST_PAGE_RANGES = LARGEST_PAGE_BLOB_BYTES / LARGEST_PART_BYTES
const PAGE_BYTES = 512
/** Above this size ids were required of old; below, either all blocks bear one or none does. */
const LONGEST_BLOCK_ID_BYTES = 64

export function byteCount(text: string | undefined, what: string): number {
  const trimmed = text?.trim() ?? ''
  const value = Number(trimmed)
  if (!/^\d{1,16}$/.test(trimmed) || !Number.isSafeInteger(value))
    throw new ManifestFormatError(`${what} must be a whole number of bytes`)
  return value
}

/** Upper-case hex. Prepared drives were seen with lower case and with stray blanks. */
export function md5Hex(text: string | undefined, what: string): string {
  const trimmed = text?.trim() ?? ''
  if (!/^[0-9a-fA-F]{32}$/.test(trimmed))
    throw new ManifestFormatError(`${what} must be an MD5 in 32 hex digits`)
  return trimmed.toUpperCase()
}

export function dispositionOf(text: string | undefined): Disposition {
  if (text === undefined) return 'rename'
  const found = DISPOSITIONS.find((one) => one === text.trim())
  if (found === undefined)
    throw new ManifestFormatError(
      'ImportDisposition must be rename, no-overwrite or overwrite, in lower case',
    )
  return found
}

export function checkBlockCount(count: number): void {
  if (count > MOST_BLOCKS) throw new ManifestFormatError(`a blob has at most ${MOST_BLOCKS} blocks`)
}

export function checkRangeCount(count: number): void {
  if (count > MOST_PAGE_RANGES)
    throw new ManifestFormatError(`a blob has at most ${MOST_PAGE_RANGES} page ranges`)
}

/** Blocks follow each other from 0 to the blob's length. */
export function checkBlocks(blocks: readonly StagedPart[], lengthBytes: number): void {
  if (lengthBytes > LARGEST_BLOCK_BLOB_BYTES)
    throw new ManifestFormatError('Length is beyond the largest block blob')
  let end = 0
  for (const block of blocks) {
    if (block.offsetBytes !== end) throw new ManifestFormatError('Blocks must be sorted and leave no gap')
    if (block.lengthBytes > LARGEST_PART_BYTES) throw new ManifestFormatError('a Block is at most 4 MB long')
    if (block.lengthBytes === 0 && lengthBytes > 0)
      throw new ManifestFormatError('a Block is at least 1 byte long')
    end += block.lengthBytes
  }
  if (end !== lengthBytes) throw new ManifestFormatError('Blocks must cover the file from 0 to Length')
  checkBlockIds(blocks)
}

function checkBlockIds(blocks: readonly StagedPart[]): void {
  const ids = blocks.flatMap(({ id }) => (id === undefined ? [] : [id]))
  if (ids.length === 0) return
  if (ids.length < blocks.length)
    throw new ManifestFormatError('either all Blocks of a blob have an Id or none')
  const lengths = new Set(ids.map(decodedLength))
  if (lengths.size > 1) throw new ManifestFormatError('all Block Ids of a blob must be of the same length')
  if (new Set(ids).size < ids.length) throw new ManifestFormatError('two Blocks of a blob have the same Id')
}

function decodedLength(id: string): number {
  const bytes = Buffer.from(id, 'base64')
  if (bytes.length === 0 || bytes.length > LONGEST_BLOCK_ID_BYTES || bytes.toString('base64') !== id)
    throw new ManifestFormatError('a Block Id must be Base64 of 1 to 64 bytes')
  return bytes.length
}

/** Ranges of whole pages, sorted, not overlapping, inside the blob. */
export function checkPageRanges(ranges: readonly StagedPart[], lengthBytes: number): void {
  if (lengthBytes > LARGEST_PAGE_BLOB_BYTES)
    throw new ManifestFormatError('Length is beyond the largest page blob')
  if (lengthBytes % PAGE_BYTES !== 0)
    throw new ManifestFormatError('Length of a page blob must be a multiple of 512')
  let end = 0
  for (const { offsetBytes, lengthBytes: length } of ranges) {
    if (offsetBytes % PAGE_BYTES !== 0 || length % PAGE_BYTES !== 0 || length === 0)
      throw new ManifestFormatError('Offset and Length of a PageRange must be multiples of 512')
    if (length > LARGEST_PART_BYTES) throw new ManifestFormatError('a PageRange is at most 4 MB long')
    if (offsetBytes < end) throw new ManifestFormatError('PageRanges must be sorted and must not overlap')
    end = offsetBytes + length
  }
  if (end > lengthBytes) throw new ManifestFormatError('a PageRange reaches beyond Length')
}
