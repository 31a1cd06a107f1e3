/** Cuts a blob's parts into what is read and written at once. Pure. */
import type { ByteRange, StagedPart } from '../../ports/blob-store.ts'
import { SLAB_BYTES } from '../source/slabs.ts'

/** Parts that follow each other in the file. */
export interface Chunk {
  readonly offsetBytes: number
  readonly lengthBytes: number
  /** Index of its first part among the blob's. */
  readonly first: number
  readonly parts: readonly StagedPart[]
}

/** As many parts in each chunk as fit into one slab. Every part does: the format allows 4 MB. */
export function chunksOf(parts: readonly StagedPart[]): Chunk[] {
  const chunks: Chunk[] = []
  let first = 0
  let lengthBytes = 0
  for (const [index, part] of parts.entries()) {
    const start = parts[first]?.offsetBytes ?? 0
    const follows = part.offsetBytes === start + lengthBytes
    if (index > first && (!follows || lengthBytes + part.lengthBytes > SLAB_BYTES)) {
      chunks.push(chunkOf(parts, first, index, lengthBytes))
      first = index
      lengthBytes = 0
    }
    lengthBytes += part.lengthBytes
  }
  if (parts.length > 0) chunks.push(chunkOf(parts, first, parts.length, lengthBytes))
  return chunks
}

function chunkOf(parts: readonly StagedPart[], first: number, end: number, lengthBytes: number): Chunk {
  const own = parts.slice(first, end)
  return { offsetBytes: own[0]?.offsetBytes ?? 0, lengthBytes, first, parts: own }
}

/** Do all parts bear an id, as storage wants them: all different, and equally long? */
export function bearIds(parts: readonly StagedPart[]): boolean {
  const ids = new Set(parts.map(({ id }) => id))
  const lengths = new Set([...ids].map((id) => id?.length))
  return parts.length > 0 && !ids.has(undefined) && ids.size === parts.length && lengths.size === 1
}

/** Does an earlier run seem to have left all of it? */
export function isClaimed(chunk: Chunk, claimed: readonly ByteRange[]): boolean {
  const end = chunk.offsetBytes + chunk.lengthBytes
  return claimed.some(
    (range) => range.offsetBytes <= chunk.offsetBytes && end <= range.offsetBytes + range.lengthBytes,
  )
}
