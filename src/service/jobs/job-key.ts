import { PROVIDER } from '../../contract/import-export-api.ts'
import { type JobRecord, jobNameKey } from '../../lifecycle/records.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { ReadTransaction } from '../store/store.ts'

/** How the API names a job. Names compare without case inside a subscription and group. */
export interface JobKey {
  readonly subscription: string
  readonly group: string
  readonly name: string
}

const rules = {
  subscription: { pattern: /^[A-Za-z0-9_-]{1,64}$/, words: '1 to 64 letters, digits, "-" or "_"' },
  group: {
    pattern: /^[\p{L}\p{N}_.()-]{0,89}[\p{L}\p{N}_()-]$/u,
    words: '1 to 90 letters, digits, "-", "_", "(", ")" or ".", and not end with "."',
  },
  name: {
    pattern: /^(?!\.{1,2}$)(?! )[^\p{Cc}/\\?#%<>&"]{1,128}(?<! )$/u,
    words: '1 to 128 characters without control characters, / \\ ? # % < > & or quotation marks',
  },
} as const

/** The names in a path, or why they cannot be names. A slash inside one would let it pass for another. */
export function checkNames<K extends Partial<JobKey>>(key: K): Answer<K> {
  for (const [part, { pattern, words }] of Object.entries(rules)) {
    const value = key[part as keyof JobKey]
    if (value !== undefined && !pattern.test(value))
      return refuse(400, 'InvalidName', `The ${part} must have ${words}. Choose another one.`, {
        target: part,
      })
  }
  return { ok: true, value: key }
}

/** The job that has this name now. */
export async function liveJob(tx: ReadTransaction, key: JobKey): Promise<JobRecord | undefined> {
  return (await allNamed(tx, key)).find((job) => job.state !== 'Deleted')
}

/** All jobs that ever had this name, deleted ones included. */
export async function allNamed(tx: ReadTransaction, key: JobKey): Promise<readonly JobRecord[]> {
  const value = jobNameKey(key.subscription, key.group, key.name)
  const found = await tx.answer([{ kind: 'job', field: 'name', value }])
  return found.filter((record) => record.kind === 'job')
}

export function noSuchJob(key: JobKey) {
  return refuse(
    404,
    'ResourceNotFound',
    `There is no job "${key.name}" in resource group "${key.group}". Check the name, or create it with PUT.`,
  )
}

export function jobResourceId(key: JobKey): string {
  return `/subscriptions/${key.subscription}/resourceGroups/${key.group}/providers/${PROVIDER}/jobs/${key.name}`
}
