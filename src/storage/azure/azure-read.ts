/** Looking at blobs: whether they are there, who wrote them, what they hold. */
import { createHash } from 'node:crypto'
import type { BlobClient, BlobGetPropertiesResponse } from '@azure/storage-blob'
import type { BlobHead, BlobOutcome, BlobProperties, FoundBlob } from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { codeOf, failCall } from './azure-failure.ts'
import { type AzureName, OWN_CONTAINER } from './azure-names.ts'
import { readOwnBlock } from './block-ids.ts'

/** Storage answers the MD5 of a range up to this long. */
const PROVEN_RANGE_BYTES = 4 * 1024 * 1024
/** What storage says of a blob of which nobody said anything. */
const DEFAULT_TYPE = 'application/octet-stream'

export async function findBlob(
  calls: AzureCalls,
  name: AzureName,
): Promise<BlobOutcome<FoundBlob | undefined>> {
  const facts = await propertiesOf(calls, name)
  if (!facts.ok || facts.value === undefined) return facts.ok ? { ok: true, value: undefined } : facts
  const ticket = await ticketOf(calls, name, facts.value)
  if (!ticket.ok) return ticket
  return { ok: true, value: { sizeBytes: facts.value.contentLength ?? 0, ticket: ticket.value } }
}

export async function headOf(calls: AzureCalls, name: AzureName): Promise<BlobOutcome<BlobHead | undefined>> {
  const facts = await propertiesOf(calls, name)
  if (!facts.ok || facts.value === undefined) return facts.ok ? { ok: true, value: undefined } : facts
  const ticket = await ticketOf(calls, name, facts.value)
  if (!ticket.ok) return ticket
  const hasMetadata = Object.keys(facts.value.metadata ?? {}).length > 0
  const metadata: BlobOutcome<Record<string, string>> = hasMetadata
    ? await metadataOf(calls, name)
    : { ok: true, value: {} }
  if (!metadata.ok) return metadata
  return {
    ok: true,
    value: {
      kind: facts.value.blobType === 'PageBlob' ? 'page' : 'block',
      sizeBytes: facts.value.contentLength ?? 0,
      ticket: ticket.value,
      properties: blobProperties(facts.value),
      metadata: metadata.value,
      modifiedAt: facts.value.lastModified?.getTime() ?? 0,
    },
  }
}

/** Reads a range into `into`; answers how many bytes the blob had there. */
export function readRange(
  calls: AzureCalls,
  client: BlobClient,
  offsetBytes: number,
  into: Uint8Array,
): Promise<BlobOutcome<number>> {
  if (into.length === 0) return Promise.resolve({ ok: true, value: 0 })
  return readPieces(calls, client, offsetBytes, into)
}

async function readPieces(
  calls: AzureCalls,
  client: BlobClient,
  offsetBytes: number,
  into: Uint8Array,
): Promise<BlobOutcome<number>> {
  let done = 0
  while (done < into.length) {
    const piece = into.subarray(done, done + PROVEN_RANGE_BYTES)
    const read = await readPiece(calls, client, offsetBytes + done, piece)
    if (!read.ok) return read
    done += read.value
    if (read.value < piece.length) break
  }
  return { ok: true, value: done }
}

async function readPiece(
  calls: AzureCalls,
  client: BlobClient,
  offsetBytes: number,
  into: Uint8Array,
): Promise<BlobOutcome<number>> {
  const read = await calls.ask({ doing: 'reading a blob', carriesData: true }, async ({ abortSignal }) => {
    try {
      const answer = await client.download(offsetBytes, into.length, {
        abortSignal,
        rangeGetContentMD5: true,
        maxRetryRequests: 0,
      })
      const bytes = await collect(answer.readableStreamBody, into)
      const { contentMD5, blobContentMD5 } = answer
      // What the customer said of the whole blob is no word about these bytes.
      const isSaid = contentMD5 === undefined || isSame(contentMD5, blobContentMD5)
      const isDamaged = !isSaid && bytes > 0 && !hasMd5(into.subarray(0, bytes), contentMD5)
      return { bytes, isDamaged: isDamaged || bytes !== (answer.contentLength ?? bytes) }
    } catch (error) {
      if (codeOf(error) === 'InvalidRange') return { bytes: 0, isDamaged: false }
      throw error
    }
  })
  if (!read.ok) return read
  if (!read.value.isDamaged) return { ok: true, value: read.value.bytes }
  return failCall('BlobRequestFailed', 'Bytes changed or were lost on the way from the storage.', {
    permanent: false,
  })
}

async function collect(stream: NodeJS.ReadableStream | undefined, into: Uint8Array): Promise<number> {
  let bytes = 0
  for await (const chunk of stream ?? []) {
    const piece = Buffer.from(chunk).subarray(0, into.length - bytes)
    into.set(piece, bytes)
    bytes += piece.length
  }
  return bytes
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return other !== undefined && Buffer.from(one).equals(other)
}

function hasMd5(bytes: Uint8Array, md5: Uint8Array): boolean {
  return createHash('md5').update(bytes).digest().equals(md5)
}

function propertiesOf(
  calls: AzureCalls,
  name: AzureName,
): Promise<BlobOutcome<BlobGetPropertiesResponse | undefined>> {
  return calls.askIfThere({ doing: 'looking for a blob' }, (options) =>
    calls.block(name).getProperties(options),
  )
}

/**
 * Who wrote a blob is told by what only its writer could have chosen beforehand: the place it was put together at, or the id of
 * its first block. A blob of somebody else is known by its ETag.
 */
async function ticketOf(
  calls: AzureCalls,
  name: AzureName,
  facts: BlobGetPropertiesResponse,
): Promise<BlobOutcome<string>> {
  const nonce = assembledNonce(facts.copySource)
  if (nonce !== undefined && facts.copyStatus === 'pending')
    return failCall('BlobRequestFailed', 'The storage is still putting this blob together.', {
      permanent: false,
    })
  if (nonce !== undefined && facts.copyStatus === 'success') return { ok: true, value: ticketFrom(nonce) }
  const foreign = `etag-${facts.etag}`
  if (facts.blobType !== 'BlockBlob') return { ok: true, value: foreign }
  const list = await calls.ask({ doing: 'looking at a blob' }, (options) =>
    calls.block(name).getBlockList('committed', options),
  )
  if (!list.ok) return list
  const first = list.value.committedBlocks?.[0]
  const own = first === undefined ? undefined : readOwnBlock(first.name)
  return { ok: true, value: own === undefined ? foreign : ticketFrom(own.nonce) }
}

export function ticketFrom(nonce: string): string {
  return `td-${nonce}`
}

/** The last segment of the place a blob was put together at, when that was one of ours. */
function assembledNonce(copySource: string | undefined): string | undefined {
  if (copySource === undefined) return undefined
  const path = decodeURIComponent(new URL(copySource).pathname)
  return new RegExp(`/${OWN_CONTAINER}/partial/[^/]+/[^/]+/([0-9a-f]{24})$`).exec(path)?.[1]
}

/** Header names lose their case on the way; a listing keeps it. */
async function metadataOf(
  calls: AzureCalls,
  { container, blob }: AzureName,
): Promise<BlobOutcome<Record<string, string>>> {
  return calls.ask({ doing: 'reading the metadata of a blob' }, async (options) => {
    const listing = calls
      .container(container)
      .listBlobsFlat({ ...options, prefix: blob, includeMetadata: true })
      .byPage({ maxPageSize: 1 })
    for await (const page of listing)
      for (const item of page.segment.blobItems) return item.name === blob ? { ...item.metadata } : {}
    return {}
  })
}

function blobProperties(facts: BlobGetPropertiesResponse): BlobProperties {
  const { contentType, contentMD5, contentEncoding, contentLanguage, cacheControl } = facts
  return {
    ...(contentType === undefined || contentType === DEFAULT_TYPE ? {} : { 'Content-Type': contentType }),
    ...(contentMD5 === undefined ? {} : { 'Content-MD5': Buffer.from(contentMD5).toString('base64') }),
    ...(contentEncoding === undefined ? {} : { 'Content-Encoding': contentEncoding }),
    ...(contentLanguage === undefined ? {} : { 'Content-Language': contentLanguage }),
    ...(cacheControl === undefined ? {} : { 'Cache-Control': cacheControl }),
  }
}
