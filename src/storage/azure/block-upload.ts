/**
 * A block blob being written. Blocks are staged under the blob's own name, where nobody sees them before the list of blocks is
 * committed; its first block's id is the ticket.
 *
 * Some blobs are put together at a place of ours instead, and copied to their name by the storage at the end: those whose
 * block ids the manifest chose, empty ones, those to be read back before they are visible, and those whose name holds
 * something that blocks cannot be staged beside.
 */
import { createHash } from 'node:crypto'
import type { BlockBlobClient } from '@azure/storage-blob'
import type {
  BlobOutcome,
  BlobUpload,
  ByteRange,
  CommitOrder,
  Committed,
  HeldPart,
  StagedPart,
  UploadOrder,
  UploadTicket,
} from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { failCall } from './azure-failure.ts'
import type { AzureName } from './azure-names.ts'
import { readRange, ticketFrom } from './azure-read.ts'
import { type BlockClaims, chainOf } from './block-claims.ts'
import { digestOf, keyMark, type OwnBlock, ownBlock } from './block-ids.ts'
import { commitBy, httpHeaders, isNameSpoiled, putInPlace } from './put-in-place.ts'

const MOST_BLOCKS = 50_000
const STAGING = { doing: 'storing a block', carriesData: true }

export interface BlockUploadParts {
  readonly calls: AzureCalls
  readonly order: UploadOrder
  readonly name: AzureName
  /** Where it is put together when not under its name. */
  readonly assembly: AzureName
  readonly nonce: string
  readonly claims: BlockClaims
}

export class BlockUpload implements BlobUpload {
  readonly claimed: readonly ByteRange[]
  readonly provable = 'when-flushed'
  #parts: BlockUploadParts
  #mark: Buffer
  #isAssembled: boolean
  /** Staged by this process, or proven to be there, by offset. */
  #blocks = new Map<number, OwnBlock>()
  /** The list as it was last committed at the place of ours. */
  #flushed: readonly OwnBlock[] | undefined
  #ticket: string | undefined

  constructor(parts: BlockUploadParts, isAssembled: boolean) {
    this.#parts = parts
    this.#mark = keyMark(parts.order.key)
    this.#isAssembled = isAssembled
    this.claimed = parts.claims.ranges
  }

  async holds(
    part: StagedPart,
    from: 'anywhere' | 'medium',
    within: readonly StagedPart[] = [part],
  ): Promise<BlobOutcome<HeldPart>> {
    if (from === 'medium' && this.#flushed !== undefined && this.#isAssembled) return this.#readBack(part)
    const block = this.#blockOf(part, within)
    if (block === undefined) return { ok: true, value: { holds: false, fromMedium: false } }
    this.#blocks.set(block.offsetBytes, block)
    return { ok: true, value: { holds: true, fromMedium: false } }
  }

  async stage(chunk: {
    readonly offsetBytes: number
    readonly bytes: Uint8Array
    readonly parts: readonly StagedPart[]
  }): Promise<BlobOutcome<undefined>> {
    if (this.#parts.order.blockIds !== true) return this.#stageBlock(chunk)
    for (const part of chunk.parts) {
      // Asked for again because a later one failed.
      const before = this.#blocks.get(part.offsetBytes)
      if (before?.digest === part.md5 && before.lengthBytes === part.lengthBytes) continue
      const at = part.offsetBytes - chunk.offsetBytes
      const bytes = chunk.bytes.subarray(at, at + part.lengthBytes)
      const staged = await this.#stageBlock({ offsetBytes: part.offsetBytes, bytes, parts: [part] })
      if (!staged.ok) return staged
    }
    return { ok: true, value: undefined }
  }

  async flush(sizeBytes: number): Promise<BlobOutcome<UploadTicket>> {
    if (sizeBytes === 0) this.#isAssembled = true
    const chain = chainOf(sizeBytes, this.#blocks.values(), this.#parts.claims.blocks)
    if (chain === undefined)
      return failCall(
        'IOFailed',
        'Blocks that were stored before are gone from the storage: copy this file again.',
      )
    if (chain.length > MOST_BLOCKS)
      return failCall('BlobRequestFailed', 'This file has more blocks than storage allows (50,000).')
    if (this.#isAssembled) {
      const assembled = await this.#assemble(chain)
      if (!assembled.ok) return assembled
    }
    this.#flushed = chain
    const nonce = this.#isAssembled ? this.#parts.nonce : (chain[0]?.nonce ?? this.#parts.nonce)
    this.#ticket = ticketFrom(nonce)
    return { ok: true, value: { ticket: this.#ticket } }
  }

  async commit(order: CommitOrder): Promise<BlobOutcome<Committed>> {
    const ticket = this.#ticket
    const list = this.#flushed
    if (ticket === undefined || list === undefined) throw new Error('commit before flush')
    const { calls, name } = this.#parts
    if (this.#isAssembled) return putInPlace(calls, this.#client, name, order, ticket)
    return commitBy(calls, name, order, ticket, (conditions) =>
      calls.ask({ doing: 'giving a blob its name', carriesData: true }, (options) =>
        this.#client.commitBlockList(
          list.map(({ id }) => id),
          {
            ...options,
            conditions,
            metadata: order.metadata,
            blobHTTPHeaders: httpHeaders(order.properties),
          },
        ),
      ),
    )
  }

  async leave(): Promise<void> {
    this.#blocks.clear()
  }

  get #client(): BlockBlobClient {
    const { calls, name, assembly } = this.#parts
    return calls.block(this.#isAssembled ? assembly : name)
  }

  async #stageBlock(chunk: {
    readonly offsetBytes: number
    readonly bytes: Uint8Array
    readonly parts: readonly StagedPart[]
  }): Promise<BlobOutcome<undefined>> {
    const { calls, name, assembly, order, nonce } = this.#parts
    const { offsetBytes, bytes, parts } = chunk
    const range = { offsetBytes, lengthBytes: bytes.length }
    const own = ownBlock(this.#mark, nonce, parts, range)
    const id = order.blockIds === true ? parts[0]?.id : undefined
    const block: OwnBlock = id === undefined ? own : { ...own, id }
    const transactionalContentMD5 = md5Of(bytes, parts)
    const { container } = this.#isAssembled ? assembly : name
    let isSpoiled = false
    const client = this.#client
    const staged = await calls.put(container, STAGING, async (options) => {
      try {
        await client.stageBlock(block.id, bytes, bytes.length, { ...options, transactionalContentMD5 })
      } catch (error) {
        isSpoiled = isNameSpoiled(error) && this.#mayMove(client)
        if (!isSpoiled) throw error
      }
    })
    if (isSpoiled) {
      this.#isAssembled = true
      return this.#stageBlock(chunk)
    }
    if (!staged.ok) return staged
    this.#blocks.set(offsetBytes, block)
    this.#ticket = undefined
    this.#flushed = undefined
    return { ok: true, value: undefined }
  }

  /** Only as long as nothing lies at the place that turned out not to do, or when another block has found out before. */
  #mayMove(client: BlockBlobClient): boolean {
    return this.#blocks.size === 0 || client.url !== this.#client.url
  }

  #blockOf(part: StagedPart, within: readonly StagedPart[]): OwnBlock | undefined {
    const { claims, order, nonce } = this.#parts
    const staged = this.#blocks.get(part.offsetBytes)
    if (order.blockIds === true) {
      if (staged?.digest === part.md5 && staged.lengthBytes === part.lengthBytes) return staged
      // Only this copy writes to this place, and of this id only bytes that had the manifest's MD5.
      const isThere = part.id !== undefined && claims.named.get(part.id) === part.lengthBytes
      return isThere ? { ...ownBlock(this.#mark, nonce, [part], part), id: part.id } : undefined
    }
    const first = within[0]
    const last = within.at(-1)
    if (first === undefined || last === undefined) return undefined
    const lengthBytes = last.offsetBytes + last.lengthBytes - first.offsetBytes
    const digest = digestOf(within)
    const isIt = (one: OwnBlock) =>
      one.offsetBytes === first.offsetBytes && one.lengthBytes === lengthBytes && one.digest === digest
    return [...this.#blocks.values()].find(isIt) ?? claims.blocks.find(isIt)
  }

  async #assemble(chain: readonly OwnBlock[]): Promise<BlobOutcome<unknown>> {
    const { calls, assembly } = this.#parts
    return calls.put(assembly.container, { doing: 'putting a blob together', carriesData: true }, (options) =>
      this.#client.commitBlockList(
        chain.map(({ id }) => id),
        options,
      ),
    )
  }

  async #readBack(part: StagedPart): Promise<BlobOutcome<HeldPart>> {
    const bytes = Buffer.allocUnsafe(part.lengthBytes)
    const read = await readRange(this.#parts.calls, this.#client, part.offsetBytes, bytes)
    if (!read.ok) return read
    const md5 = createHash('md5').update(bytes.subarray(0, read.value)).digest('hex').toUpperCase()
    return { ok: true, value: { holds: read.value === bytes.length && md5 === part.md5, fromMedium: true } }
  }
}

/** Of a single part it is known. */
function md5Of(bytes: Uint8Array, parts: readonly StagedPart[]): Buffer {
  const [only, ...more] = parts
  if (only !== undefined && more.length === 0 && only.lengthBytes === bytes.length)
    return Buffer.from(only.md5, 'hex')
  return createHash('md5').update(bytes).digest()
}
