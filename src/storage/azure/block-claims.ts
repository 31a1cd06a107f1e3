/** What blocks an earlier run left, and how blocks make a blob. */
import type { BlockBlobClient } from '@azure/storage-blob'
import type { BlobOutcome, ByteRange } from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { type OwnBlock, readOwnBlock } from './block-ids.ts'
import { isNameSpoiled } from './put-in-place.ts'

export interface BlockClaims {
  readonly ranges: readonly ByteRange[]
  /** Blocks whose ids we made. */
  readonly blocks: readonly OwnBlock[]
  /** Ids the manifest gave -> their size. */
  readonly named: ReadonlyMap<string, number>
}

export const NO_CLAIMS: BlockClaims = { ranges: [], blocks: [], named: new Map() }

/** `since`: blocks that are older were given up. Undefined: the name holds something blocks cannot lie beside. */
export async function claimsAt(
  calls: AzureCalls,
  client: BlockBlobClient,
  which: { readonly mark: Buffer; readonly since: string | undefined; readonly isNamed: boolean },
): Promise<BlobOutcome<BlockClaims | undefined>> {
  const list = await calls.askIfThere({ doing: 'looking for what was stored before' }, async (options) => {
    try {
      // Under the blob's own name, committed blocks are somebody's blob.
      return await client.getBlockList(which.isNamed ? 'all' : 'uncommitted', options)
    } catch (error) {
      if (isNameSpoiled(error)) return 'spoiled'
      throw error
    }
  })
  if (!list.ok) return list
  if (list.value === undefined) return { ok: true, value: NO_CLAIMS }
  if (list.value === 'spoiled') return { ok: true, value: undefined }
  const all = [...(list.value.committedBlocks ?? []), ...(list.value.uncommittedBlocks ?? [])]
  const blocks = all.flatMap(({ name, size }) => {
    const own = readOwnBlock(name, which.mark)
    const isOld = own !== undefined && which.since !== undefined && own.nonce < which.since
    return own === undefined || isOld || own.lengthBytes !== size ? [] : [own]
  })
  const named = new Map(which.isNamed ? all.map(({ name, size }) => [name, size]) : [])
  // Where in the blob a block of the manifest's lies, only the manifest knows.
  const isOpen = named.size > blocks.length
  const ranges = isOpen ? [{ offsetBytes: 0, lengthBytes: Number.MAX_SAFE_INTEGER }] : merged(blocks)
  return { ok: true, value: { ranges, blocks, named } }
}

function merged(blocks: readonly OwnBlock[]): ByteRange[] {
  const ranges: { offsetBytes: number; lengthBytes: number }[] = []
  for (const { offsetBytes, lengthBytes } of [...blocks].sort((a, b) => a.offsetBytes - b.offsetBytes)) {
    const last = ranges.at(-1)
    if (last === undefined || offsetBytes > last.offsetBytes + last.lengthBytes)
      ranges.push({ offsetBytes, lengthBytes })
    else last.lengthBytes = Math.max(last.lengthBytes, offsetBytes + lengthBytes - last.offsetBytes)
  }
  return ranges
}

/**
 * Blocks that follow each other from the first byte to the last; `sure` ones first, then the newest of those an earlier run
 * left. Undefined: something is missing.
 */
export function chainOf(
  sizeBytes: number,
  sure: Iterable<OwnBlock>,
  claimed: readonly OwnBlock[],
): OwnBlock[] | undefined {
  const at = new Map<number, OwnBlock[]>()
  const newestFirst = [...claimed].sort((a, b) => (a.nonce < b.nonce ? 1 : -1))
  for (const block of [...sure, ...newestFirst])
    at.set(block.offsetBytes, [...(at.get(block.offsetBytes) ?? []), block])
  const chain: { readonly block: OwnBlock; readonly choice: number }[] = []
  for (let position = 0, choice = 0; position !== sizeBytes; ) {
    const block = at.get(position)?.[choice]
    if (block !== undefined && position + block.lengthBytes <= sizeBytes) {
      chain.push({ block, choice })
      position += block.lengthBytes
      choice = 0
    } else if (block !== undefined) choice++
    else {
      // A dead end: nobody needs to come here again.
      at.delete(position)
      const last = chain.pop()
      if (last === undefined) return undefined
      position = last.block.offsetBytes
      choice = last.choice + 1
    }
  }
  return chain.map(({ block }) => block)
}
