import { event } from '../../lifecycle/events.ts'
import type { JobRecord } from '../../lifecycle/records.ts'
import type { Caller } from '../caller.ts'
import { type Acting, plan, record } from '../journal/plan.ts'
import { type OpenKey, readKeys } from '../keys/job-keys.ts'
import type { Answer } from '../refusal.ts'
import type { WriteTransaction } from '../store/store.ts'
import type { World } from '../world.ts'
import { type JobKey, liveJob, noSuchJob } from './job-key.ts'
import { type JobResource, jobResource } from './job-resource.ts'
import { viewJob } from './job-view.ts'

export async function getJob(world: World, key: JobKey): Promise<Answer<JobResource>> {
  return world.store.read(async (tx): Promise<Answer<JobResource>> => {
    const job = await liveJob(tx, key)
    if (job === undefined) return noSuchJob(key)
    const view = await viewJob(tx, job)
    return { ok: true, value: jobResource(view, world.locations, { location: 'display', drives: true }) }
  })
}

/** listBitLockerKeys: the only way a key comes back. Each reading is an entry, one for each key, in the same transaction. */
export async function listKeys(
  world: World,
  caller: Caller,
  key: JobKey,
): Promise<Answer<readonly OpenKey[]>> {
  const acting = { actor: caller.actor, at: world.clock.now() }
  return world.store.write(async (tx): Promise<Answer<readonly OpenKey[]>> => {
    const job = await liveJob(tx, key)
    return job === undefined ? noSuchJob(key) : { ok: true, value: await handOutKeys(world, tx, acting, job) }
  })
}

/** Opens a job's keys and records who read them. */
export async function handOutKeys(
  world: World,
  tx: WriteTransaction,
  acting: Acting,
  job: JobRecord,
): Promise<readonly OpenKey[]> {
  const keys = await readKeys(tx, world.vault, job.id)
  const used = keys.map(({ serial }) => ({ event: event('key-used', { job: job.id, serial }) }))
  const planned = await plan(tx, world.ids, acting, used)
  if (!planned.ok) throw new Error(`The use of a key could not be recorded: ${planned.because}`)
  await record(tx, planned.plan)
  return keys
}
