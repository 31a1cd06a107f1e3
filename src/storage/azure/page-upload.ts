/**
 * A page blob being written. A page blob is visible from its first byte on, so it is written at a place of ours and copied to its
 * name by the storage when it is whole.
 */
import { createHash } from 'node:crypto'
import type { PageBlobClient } from '@azure/storage-blob'
import type {
  BlobOutcome,
  BlobUpload,
  ByteRange,
  CommitOrder,
  Committed,
  HeldPart,
  StagedPart,
  UploadTicket,
} from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { failCall } from './azure-failure.ts'
import { type AzureName, OWN_CONTAINER } from './azure-names.ts'
import { readRange, ticketFrom } from './azure-read.ts'
import { putInPlace } from './put-in-place.ts'

const PAGE_BYTES = 512

export interface PageUploadParts {
  readonly calls: AzureCalls
  readonly name: AzureName
  readonly nonce: string
  readonly client: PageBlobClient
}

/** `isThere`: an earlier run made it. `sizeBytes`: of the whole blob, which a page blob has from the beginning. */
export async function beginPages(
  parts: PageUploadParts,
  isThere: boolean,
  sizeBytes: number | undefined,
): Promise<BlobOutcome<BlobUpload>> {
  const { calls, client } = parts
  if (sizeBytes === undefined || sizeBytes % PAGE_BYTES !== 0) return notPages()
  if (!isThere) {
    const made = await calls.put(OWN_CONTAINER, { doing: 'starting an upload' }, (options) =>
      client.create(sizeBytes, options),
    )
    return made.ok ? { ok: true, value: new PageUpload(parts, sizeBytes, []) } : made
  }
  const left = await calls.ask({ doing: 'looking for what was stored before' }, async (options) => {
    const ranges: ByteRange[] = []
    for await (const one of client.listPageRanges(0, sizeBytes, options))
      if (!one.isClear) ranges.push({ offsetBytes: one.start, lengthBytes: one.end - one.start + 1 })
    return merged(ranges)
  })
  return left.ok ? { ok: true, value: new PageUpload(parts, sizeBytes, left.value) } : left
}

class PageUpload implements BlobUpload {
  readonly claimed: readonly ByteRange[]
  readonly provable = 'when-staged'
  #parts: PageUploadParts
  #sizeBytes: number
  #isFlushed = false

  constructor(parts: PageUploadParts, sizeBytes: number, claimed: readonly ByteRange[]) {
    this.#parts = parts
    this.#sizeBytes = sizeBytes
    this.claimed = claimed
  }

  async holds(part: StagedPart): Promise<BlobOutcome<HeldPart>> {
    const bytes = Buffer.allocUnsafe(part.lengthBytes)
    const read = await readRange(this.#parts.calls, this.#parts.client, part.offsetBytes, bytes)
    if (!read.ok) return read
    const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase()
    return { ok: true, value: { holds: read.value === bytes.length && md5 === part.md5, fromMedium: true } }
  }

  async stage(chunk: {
    readonly offsetBytes: number
    readonly bytes: Uint8Array
  }): Promise<BlobOutcome<undefined>> {
    const { offsetBytes, bytes } = chunk
    if (offsetBytes % PAGE_BYTES !== 0 || bytes.length % PAGE_BYTES !== 0) return notPages()
    const transactionalContentMD5 = createHash('md5').update(bytes).digest()
    const { calls, client } = this.#parts
    const staged = await calls.ask({ doing: 'storing pages', carriesData: true }, (options) =>
      client.uploadPages(bytes, offsetBytes, bytes.length, { ...options, transactionalContentMD5 }),
    )
    if (!staged.ok) return staged
    this.#isFlushed = false
    return { ok: true, value: undefined }
  }

  async flush(sizeBytes: number): Promise<BlobOutcome<UploadTicket>> {
    if (sizeBytes !== this.#sizeBytes) return notPages()
    this.#isFlushed = true
    return { ok: true, value: { ticket: ticketFrom(this.#parts.nonce) } }
  }

  async commit(order: CommitOrder): Promise<BlobOutcome<Committed>> {
    if (!this.#isFlushed) throw new Error('commit before flush')
    const { calls, client, name, nonce } = this.#parts
    return putInPlace(calls, client, name, order, ticketFrom(nonce))
  }

  async leave(): Promise<void> {
    this.#isFlushed = false
  }
}

function merged(ranges: readonly ByteRange[]): ByteRange[] {
  const result: { offsetBytes: number; lengthBytes: number }[] = []
  for (const { offsetBytes, lengthBytes } of [...ranges].sort((a, b) => a.offsetBytes - b.offsetBytes)) {
    const last = result.at(-1)
    if (last !== undefined && offsetBytes <= last.offsetBytes + last.lengthBytes)
      last.lengthBytes = Math.max(last.lengthBytes, offsetBytes + lengthBytes - last.offsetBytes)
    else result.push({ offsetBytes, lengthBytes })
  }
  return result
}

function notPages() {
  return failCall('BlobRequestFailed', 'A page blob is made of pages of 512 bytes, and this one is not.')
}
