import { jobPersonalKey } from '../../contract/import-export-api.ts'
import { isOnSite } from '../../lifecycle/earned.ts'
import { event } from '../../lifecycle/events.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import type { Caller } from '../caller.ts'
import { plan, record } from '../journal/plan.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { WriteTransaction } from '../store/store.ts'
import type { World } from '../world.ts'
import { allNamed, type JobKey, noSuchJob } from './job-key.ts'

/** DELETE of a job. Deleting what was deleted before is answered calmly: clients repeat a DELETE whose answer was lost. */
export async function deleteJob(world: World, caller: Caller, key: JobKey): Promise<Answer<undefined>> {
  const acting = { actor: caller.actor, at: world.clock.now() }
  return world.store.write(async (tx): Promise<Answer<undefined>> => {
    const named = await allNamed(tx, key)
    const job = named.find(({ state }) => state !== 'Deleted')
    if (job === undefined) return named.length === 0 ? noSuchJob(key) : { ok: true, value: undefined }
    const planned = await plan(tx, world.ids, acting, [
      { event: event('job-deleted', { job: job.id, by: 'customer' }) },
    ])
    if (!planned.ok)
      return refuse(
        409,
        'JobStateConflict',
        `${planned.because} Job "${job.name}" is in ${job.state}; cancel it, or wait until it has ended.`,
      )
    await record(tx, planned.plan)
    await eraseJobData(tx, job.id, planned.plan.hood)
    return { ok: true, value: undefined }
  })
}

/**
 * Drops what only the API needed. Address and contact stay while a drive of the job is on site (rule 21): it still has to
 * find its way home.
 */
export async function eraseJobData(tx: WriteTransaction, job: string, hood: Hood): Promise<void> {
  await tx.eraseDocument(job)
  await tx.putSealedKeys(job, [])
  await tx.erasePersonal(jobPersonalKey(job), hasDrivesOnSite(hood, job) ? 'later' : 'now')
}

export function hasDrivesOnSite(hood: Hood, job: string): boolean {
  return hood.find('custody', 'job', job).some(isOnSite)
}
