/**
 * Which of the selected blobs one drive carries. Pure.
 *
 * Drives are filled one after the other, each with the biggest of what is left that fits: that is first-fit decreasing over
 * all of them, without having to know the later drives. A blob is never cut in two.
 */

/** The selected blobs in the order of their names, as columns: ten million of them take 160 MB. */
export interface BlobColumns {
  readonly sizeBytes: Float64Array
  /** Of the name, in UTF-16 units. */
  readonly nameLength: Uint16Array
}

export interface Room {
  readonly freeBytes: number
  /** The file system gives out room in pieces of this size. */
  readonly clusterBytes: number
  /** No file on this file system can be larger. */
  readonly largestFileBytes: number
}

/** For the manifest's head, folders and what file systems keep for themselves. */
const RESERVE_BYTES = 8 * 1024 * 1024
/** An index record of the file itself and of its properties file, as on NTFS. */
const RECORD_BYTES = 2 * 1024
const BLOCK_BYTES = 4 * 1024 * 1024

/** Marks what this drive carries among the blobs that nobody carries yet. */
export function chooseShare(blobs: BlobColumns, taken: Uint8Array, room: Room): Uint8Array {
  const share = new Uint8Array(taken.length)
  let left = room.freeBytes - RESERVE_BYTES
  for (const at of biggestFirst(blobs.sizeBytes)) {
    if (taken[at] === 1) continue
    const size = blobs.sizeBytes[at] ?? 0
    if (size > room.largestFileBytes) continue
    const needs = neededBytes(size, blobs.nameLength[at] ?? 0, room.clusterBytes)
    if (needs > left) continue
    left -= needs
    share[at] = 1
  }
  return share
}

/**
 * Ample: the file and its properties file in whole clusters, their index records, and twice its part of the manifest, which
 * stands beside our own records until the drive is done.
 */
export function neededBytes(sizeBytes: number, nameLength: number, clusterBytes: number): number {
  const clusters = Math.ceil(sizeBytes / clusterBytes) + 1
  const manifest = 600 + 12 * nameLength + 130 * Math.ceil(sizeBytes / BLOCK_BYTES)
  return clusters * clusterBytes + RECORD_BYTES + 2 * manifest
}

/** Sum of sizes and number of the marked ones, or of those not marked. */
export function sumOf({ sizeBytes }: BlobColumns, marks: Uint8Array, mark: 0 | 1) {
  let files = 0
  let bytes = 0
  for (const [at, size] of sizeBytes.entries()) {
    if (marks[at] !== mark) continue
    files++
    bytes += size
  }
  return { files, bytes }
}

/** Equal sizes stay in the order of their names, so that the same blobs are chosen every time. */
function biggestFirst(sizes: Float64Array): Uint32Array {
  const order = Uint32Array.from(sizes.keys())
  return order.sort((a, b) => (sizes[b] ?? 0) - (sizes[a] ?? 0) || a - b)
}
