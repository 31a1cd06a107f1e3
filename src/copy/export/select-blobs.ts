/** Lists the blobs an export job asks for, in the order of their names, each once. */
import type { ExportSelection } from '../../contract/copy-messages.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { BlobFailure, BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { LONGEST_LIST_BYTES, parseBlobList } from './blob-list.ts'
import type { SelectedBlob, Unmet } from './plan-store.ts'
import { decodedPath, type SelectionLists, type Wanted } from './selection.ts'

type Ask = <T>(question: () => Promise<BlobOutcome<T>>) => Promise<BlobOutcome<T>>

/** Names asked for at once, and sizes of blobs asked for side by side. */
const PAGE_NAMES = 1_000
const AT_ONCE = 32

/** The lists themselves; where the order names a blob with the list, its contents. */
export async function readLists(
  store: BlobStore,
  ask: Ask,
  selection: ExportSelection,
): Promise<
  Outcome<SelectionLists, 'BlobListFormatInvalid' | 'BlobRequestForbidden' | 'storage-unreachable'>
> {
  if (selection.blobListBlobPath === undefined) return ok(selection)
  const name = selection.blobListBlobPath.replace(/^\//, '')
  const read = await readWhole(store, ask, name)
  if (read.ok) return read.value === undefined ? noList(name) : parseBlobList(read.value)
  const { code, sentence, detail } = read.failure
  if (code === 'BlobRequestForbidden') return fail('BlobRequestForbidden', sentence, detail)
  if (code === 'blob-missing' || read.failure.permanent) return noList(name, detail)
  return fail('storage-unreachable', sentence, detail)
}

/** Undefined: it is not there, or is longer than any list. */
async function readWhole(
  store: BlobStore,
  ask: Ask,
  name: string,
): Promise<BlobOutcome<Uint8Array | undefined>> {
  const found = await ask(() => store.find(name))
  if (!found.ok) return found
  if (found.value === undefined || found.value.sizeBytes > LONGEST_LIST_BYTES)
    return { ok: true, value: undefined }
  const bytes = Buffer.alloc(found.value.sizeBytes)
  for (let done = 0; done < bytes.length; ) {
    const read = await ask(() => store.read(name, done, bytes.subarray(done)))
    if (!read.ok) return read
    if (read.value === 0) return { ok: true, value: bytes.subarray(0, done) }
    done += read.value
  }
  return { ok: true, value: bytes }
}

function noList(name: string, detail?: string) {
  return fail(
    'BlobListFormatInvalid',
    `The list of blobs to export cannot be read from ${name}: ask the customer where it is.`,
    detail,
  )
}

/** Paths that name nothing and malformed prefixes come as `Unmet`. Ends with a failure when the storage cannot be listed. */
export async function* selectBlobs(
  store: BlobStore,
  ask: Ask,
  wanted: Wanted,
  mayGoOn: () => Promise<boolean>,
): AsyncGenerator<SelectedBlob | Unmet, BlobOutcome<undefined>> {
  for (const prefix of wanted.malformed)
    yield {
      text: prefix,
      status: 'Failed',
      sentence: `The prefix ${prefix} does not begin with a slash, so nothing was selected by it.`,
    }
  for (const item of wanted.items) {
    if (item.kind === 'path') {
      yield await byPath(store, ask, item.text)
      continue
    }
    for (let after: string | undefined; ; ) {
      if (!(await mayGoOn())) return CANCELLED
      const asked = after === undefined ? { limit: PAGE_NAMES } : { after, limit: PAGE_NAMES }
      const page = await ask(() => store.list(item.text, asked))
      if (!page.ok) return page
      for (let at = 0; at < page.value.names.length; at += AT_ONCE)
        yield* await sizesOf(store, ask, page.value.names.slice(at, at + AT_ONCE))
      after = page.value.next
      if (after === undefined) break
    }
  }
  return { ok: true, value: undefined }
}

const CANCELLED = {
  ok: false,
  failure: { code: 'BlobRequestFailed', sentence: 'The export was cancelled.', permanent: true },
} as const

async function sizesOf(
  store: BlobStore,
  ask: Ask,
  names: readonly string[],
): Promise<(SelectedBlob | Unmet)[]> {
  const found = await Promise.all(names.map((name) => ask(() => store.find(name))))
  return names.flatMap((name, at): (SelectedBlob | Unmet)[] => {
    const one = found[at]
    if (one === undefined) return []
    if (!one.ok) return [unmetBy(name, one.failure)]
    // Gone since it was listed: it is no longer what the customer wants.
    return one.value === undefined ? [] : [{ name, sizeBytes: one.value.sizeBytes }]
  })
}

async function byPath(store: BlobStore, ask: Ask, path: string): Promise<SelectedBlob | Unmet> {
  let failure: BlobFailure | undefined
  for (const name of [path, decodedPath(path)]) {
    if (name === undefined) continue
    const found = await ask(() => store.find(name))
    if (found.ok && found.value !== undefined) return { name, sizeBytes: found.value.sizeBytes }
    if (!found.ok) failure ??= found.failure
  }
  return failure === undefined
    ? { text: path, status: 'BlobRequestFailed', sentence: `There is no blob ${path}.` }
    : unmetBy(path, failure)
}

function unmetBy(text: string, { code, sentence }: BlobFailure): Unmet {
  const status = code === 'BlobRequestForbidden' ? code : 'BlobRequestFailed'
  return { text, status, sentence: `${text}: ${sentence}` }
}
