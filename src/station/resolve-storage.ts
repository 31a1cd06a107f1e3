import type { StationConfig } from '../contract/config.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import { isConnectionString } from '../storage/connection-string.ts'

/**
 * Where a job's data goes. An account nobody configured is never guessed: the job waits with a case (rule 17). `env:NAME` in
 * a URL's query is replaced from the environment, so that a SAS need not stand in the file. A connection string found there
 * becomes a SAS made for this job: the account's key goes no further.
 */
export async function resolveStorage(
  config: Pick<StationConfig, 'storageAccounts' | 'defaultStorage'>,
  storageAccountId: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Outcome<string, 'storage-not-configured'>> {
  const wanted = storageAccountId.toLowerCase()
  const lastPart = wanted.split('/').at(-1)
  const entry = Object.entries(config.storageAccounts).find(([name]) => {
    const known = name.toLowerCase()
    return known === wanted || known === lastPart
  })
  const url = entry?.[1] ?? config.defaultStorage
  if (url === undefined)
    return fail(
      'storage-not-configured',
      `No storage is configured for account ${lastPart ?? storageAccountId}. Add it to storageAccounts in config.json.`,
    )
  const named = /\?env:([A-Z0-9_]+)$/.exec(url)
  if (named === null) return ok(url)
  const secret = env[named[1] ?? '']
  if (secret === undefined || secret === '')
    return fail(
      'storage-not-configured',
      `The environment has no ${named[1]}; storage of account ${lastPart} needs it.`,
    )
  if (isConnectionString(secret)) {
    // Loaded here: a station that starts needs no client of any storage.
    const { storageUrlFrom } = await import('../storage/open.ts')
    const made = storageUrlFrom(secret)
    return made.ok ? made : fail('storage-not-configured', `${named[1]}: ${made.failure.sentence}`)
  }
  return ok(`${url.slice(0, named.index)}?${secret.replace(/^\?/, '')}`)
}
