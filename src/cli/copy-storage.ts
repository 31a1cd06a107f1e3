import { fail, type Outcome } from '../lifecycle/outcome.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { openStorage } from '../storage/open.ts'
import type { CliIo } from './command.ts'

/** `--storage`: a URL, or `env:NAME` for one that holds a secret. */
export function storageOf(io: Pick<CliIo, 'env'>, given: string): Outcome<BlobStore> {
  const named = /^env:([A-Za-z0-9_]+)$/.exec(given)?.[1]
  const url = named === undefined ? given : io.env[named]
  if (url === undefined || url === '')
    return fail('storage-url-missing', `The environment has no ${named}. Set it to the storage URL.`)
  return openStorage(url)
}
