/** The last step of an upload that was put together at a place of ours: the storage copies it to its name, in one step. */
import type { BlobClient, BlobHTTPHeaders } from '@azure/storage-blob'
import type { BlobOutcome, BlobProperties, CommitOrder, Committed } from '../../ports/blob-store.ts'
import type { AzureCalls } from './azure-calls.ts'
import { codeOf, failCall } from './azure-failure.ts'
import type { AzureName } from './azure-names.ts'
import { findBlob } from './azure-read.ts'

/** Copies inside an account share the bytes, so that this is rarely asked twice. */
const POLL_MS = 250

export function httpHeaders(properties: BlobProperties): BlobHTTPHeaders {
  const type = properties['Content-Type']
  const md5 = properties['Content-MD5']
  const encoding = properties['Content-Encoding']
  const language = properties['Content-Language']
  const cache = properties['Cache-Control']
  return {
    ...(type === undefined ? {} : { blobContentType: type }),
    ...(md5 === undefined ? {} : { blobContentMD5: Buffer.from(md5, 'base64') }),
    ...(encoding === undefined ? {} : { blobContentEncoding: encoding }),
    ...(language === undefined ? {} : { blobContentLanguage: language }),
    ...(cache === undefined ? {} : { blobCacheControl: cache }),
  }
}

/** Metadata travels in headers. Undefined: it can; otherwise why not. */
function unsendable({ metadata, properties }: CommitOrder): BlobOutcome<never> | undefined {
  const texts = [...Object.keys(metadata), ...Object.values(metadata), ...Object.values(properties)]
  if (texts.every((text) => /^[\x20-\x7e]*$/.test(text))) return undefined
  return failCall(
    'BlobRequestFailed',
    'Metadata or properties of this blob hold characters Azure cannot keep: ask the customer for plain ASCII.',
  )
}

/**
 * Commits by `write`, which is told whether the name must be free. A name that turns out to bear `ticket` already was given by
 * an earlier try whose answer got lost.
 */
export async function commitBy(
  calls: AzureCalls,
  name: AzureName,
  order: CommitOrder,
  ticket: string,
  write: (condition: { ifNoneMatch?: '*' }) => Promise<BlobOutcome<unknown>>,
): Promise<BlobOutcome<Committed>> {
  const cannot = unsendable(order)
  if (cannot !== undefined) return cannot
  const first = await write({ ifNoneMatch: '*' })
  if (first.ok) return { ok: true, value: { replaced: false } }
  if (!first.failure.permanent) return first
  const found = await findBlob(calls, name)
  if (!found.ok) return found
  if (found.value?.ticket === ticket) return { ok: true, value: { replaced: false } }
  if (first.failure.code !== 'blob-exists') return first
  if (order.condition === 'if-absent') return found.value === undefined ? strangersBlocks() : first
  const second = await write({})
  return second.ok ? { ok: true, value: { replaced: true } } : second
}

/** There is no blob, and yet the name counts as taken. */
function strangersBlocks() {
  return failCall(
    'BlobRequestFailed',
    'Another program left blocks under this name: the storage drops them within a week, then copy this file again.',
  )
}

/** Moves the blob at `from` to its name. What was there is replaced as a whole, also when it is of another kind. */
export async function putInPlace(
  calls: AzureCalls,
  from: BlobClient,
  name: AzureName,
  order: CommitOrder,
  ticket: string,
): Promise<BlobOutcome<Committed>> {
  const headers = httpHeaders(order.properties)
  const to = calls.block(name)
  const labelled = await calls.ask({ doing: 'setting the properties of a blob' }, async (options) => {
    if (Object.keys(headers).length > 0) await from.setHTTPHeaders(headers, options)
  })
  if (!labelled.ok) return labelled
  const copy = (conditions: { ifNoneMatch?: '*' }) =>
    calls.put(
      name.container,
      { doing: 'putting a blob in its place', carriesData: true },
      async (options) => {
        const { metadata } = order
        const copying = await to.beginCopyFromURL(from.url, {
          ...options,
          metadata,
          conditions,
          intervalInMs: POLL_MS,
        })
        const { copyStatus } = await copying.pollUntilDone()
        return copyStatus
      },
    )
  const done = await commitBy(calls, name, order, ticket, async (conditions) => {
    const copied = await copy(conditions)
    if (copied.ok || copied.failure.detail?.endsWith('InvalidBlobType') !== true) return whole(copied)
    // A blob of another kind cannot be copied over. The new one is whole and waits.
    const removed = await calls.ask({ doing: 'replacing a blob' }, (options) => to.deleteIfExists(options))
    return removed.ok ? whole(await copy(conditions)) : removed
  })
  if (!done.ok) return done
  const cleared = await calls.ask({ doing: 'clearing up after a blob' }, (options) =>
    from.deleteIfExists(options),
  )
  return cleared.ok || cleared.failure.code !== 'BlobRequestForbidden' ? done : cleared
}

function whole(copied: BlobOutcome<string | undefined>): BlobOutcome<unknown> {
  if (!copied.ok || copied.value === undefined || copied.value === 'success') return copied
  return failCall(
    'BlobRequestFailed',
    'The storage gave up putting this blob in its place: try again later.',
    {
      detail: `copy ${copied.value}`,
    },
  )
}

/** The id lengths or kinds of what somebody left under this name do not go with ours. */
export function isNameSpoiled(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'InvalidBlobType' || code === 'InvalidBlobOrBlock'
}
