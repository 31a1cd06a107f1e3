/** From a storage URL to a place for blobs. */
import { fail, type Outcome } from '../lifecycle/outcome.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { openFolder } from './folder/open-folder.ts'

export type OpenStorageFailure = 'storage-url-invalid' | 'storage-unreachable'

/**
 * `folder:/abs` keeps blobs as files below that folder. The URL may hold a secret, so no failure repeats it.
 */
export function openStorage(url: string): Outcome<BlobStore, OpenStorageFailure> {
  const folder = /^folder:(.+)$/s.exec(url)?.[1]
  if (folder !== undefined) return openFolder(folder)
  return fail('storage-url-invalid', 'This storage is of no known kind: give it as folder:/somewhere.')
}
