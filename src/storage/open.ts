/** From a storage URL to a place for blobs. */
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { urlFromConnection } from './azure/account-sas.ts'
import { openAzure } from './azure/open-azure.ts'
import { isConnectionString } from './connection-string.ts'
import { openFolder } from './folder/open-folder.ts'

export type OpenStorageFailure = 'storage-url-invalid' | 'storage-unreachable'

/** Where a Blob endpoint may be reached without encryption: on this machine. */
const LOOPBACK = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/

/**
 * `folder:/abs` keeps blobs as files below that folder. `https://account.blob.core.windows.net/?SAS` (or `http://` on
 * loopback) keeps them in an Azure Storage account. The URL may hold a secret, so no failure repeats it.
 */
export function openStorage(url: string): Outcome<BlobStore, OpenStorageFailure> {
  const folder = /^folder:(.+)$/s.exec(url)?.[1]
  if (folder !== undefined) return openFolder(folder)
  if (/^https?:/i.test(url)) return openEndpoint(url)
  return fail(
    'storage-url-invalid',
    'This storage is of no known kind: give it as folder:/somewhere or as https:// with a SAS.',
  )
}

function openEndpoint(url: string): Outcome<BlobStore, OpenStorageFailure> {
  const parsed = URL.parse(url)
  if (parsed === null) return fail('storage-url-invalid', 'The URL of this storage cannot be read.')
  if (parsed.protocol !== 'https:' && !LOOPBACK.test(parsed.hostname))
    return fail('storage-url-invalid', 'A storage that is not on this machine must be given as https://.')
  if (!parsed.searchParams.has('sig'))
    return fail('storage-url-invalid', 'The URL of this storage has no SAS: get one for the account.')
  return ok(openAzure(url))
}

/**
 * What the environment holds for a storage, as a URL: a connection string becomes an endpoint with a SAS made from its key.
 */
export function storageUrlFrom(secret: string): Outcome<string, 'storage-url-invalid'> {
  return isConnectionString(secret) ? urlFromConnection(secret) : ok(secret)
}

/** The endpoint `url` names without a SAS, with the one of this connection string; undefined when that is of another account. */
export function withConnection(
  url: string,
  connection: string | undefined,
): Outcome<string, 'storage-url-invalid'> {
  const parsed = /^https?:/i.test(url) ? URL.parse(url) : null
  if (parsed === null || parsed.search !== '' || connection === undefined) return ok(url)
  const own = urlFromConnection(connection)
  if (!own.ok) return own
  const place = (one: URL) => `${one.origin}${one.pathname.replace(/\/$/, '')}`
  return place(new URL(own.value)) === place(parsed) ? own : ok(url)
}
