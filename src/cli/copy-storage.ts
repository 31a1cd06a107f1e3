import { fail, type Outcome } from '../lifecycle/outcome.ts'
import type { BlobStore } from '../ports/blob-store.ts'
import { openStorage, storageUrlFrom, withConnection } from '../storage/open.ts'
import type { CliIo } from './command.ts'

/**
 * `--storage`: a URL, or `env:NAME` for what the environment holds, a URL or a connection string. An endpoint without a SAS
 * gets one from the connection string every Azure tool reads, when that is of the same account.
 */
export function storageOf(io: Pick<CliIo, 'env'>, given: string): Outcome<BlobStore> {
  const url = urlOf(io.env, given)
  return url.ok ? openStorage(url.value) : url
}

function urlOf(env: CliIo['env'], given: string): Outcome<string> {
  const named = /^env:([A-Za-z0-9_]+)$/.exec(given)?.[1]
  if (named === undefined) return withConnection(given, env.AZURE_STORAGE_CONNECTION_STRING)
  const held = env[named]
  if (held === undefined || held === '')
    return fail('storage-url-missing', `The environment has no ${named}. Set it to the storage URL.`)
  return storageUrlFrom(held)
}
