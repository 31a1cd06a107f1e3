import { type PatchJobBody, patchJobBody } from '../../contract/import-export-api.ts'
import { event, type LifeEvent } from '../../lifecycle/events.ts'
import type { Caller } from '../caller.ts'
import { type Intent, plan, record } from '../journal/plan.ts'
import { readKeys, writeKeys } from '../keys/job-keys.ts'
import { type Answer, refuse, refuseShape } from '../refusal.ts'
import type { WriteTransaction } from '../store/store.ts'
import type { World } from '../world.ts'
import { type Difference, difference } from './changes.ts'
import { refuseListedElsewhere } from './duplicates.ts'
import { type JobKey, liveJob, noSuchJob } from './job-key.ts'
import { type JobResource, jobResource } from './job-resource.ts'
import { type JobView, viewJob } from './job-view.ts'
import { type DriveList, readDriveList, readPackage } from './order.ts'
import { refuseChanges } from './patch-rules.ts'
import { sidePiece } from './put-job.ts'
import { canonical } from './repetition.ts'

type Properties = PatchJobBody['properties']

/** PATCH of a job: all of it or nothing. What is so already is no change, so a repeated PATCH is answered calmly. */
export async function patchJob(
  world: World,
  caller: Caller,
  key: JobKey,
  json: unknown,
): Promise<Answer<JobResource>> {
  const parsed = patchJobBody.safeParse(json)
  if (!parsed.success) return refuseShape(parsed.error)
  const { tags, properties } = parsed.data
  const list = properties.driveList === undefined ? undefined : readDriveList(properties.driveList)
  if (list !== undefined && !list.ok) return list
  const parcel = readPackage(properties.deliveryPackage)
  if (!parcel.ok) return parcel
  const acting = { actor: caller.actor, at: world.clock.now() }
  return world.store.write(async (tx): Promise<Answer<JobResource>> => {
    const job = await liveJob(tx, key)
    if (job === undefined) return noSuchJob(key)
    const view = await viewJob(tx, job)
    const keys = new Map((await readKeys(tx, world.vault, job.id)).map((k) => [k.serial, k.bitLockerKey]))
    const { returnAddress, returnShipping, logLevel, backupDriveManifest } = properties
    const wanted = {
      terms: {
        ...(logLevel === undefined ? {} : { logLevel }),
        ...(backupDriveManifest === undefined ? {} : { backupDriveManifest }),
      },
      package: parcel.value,
      personal: {
        ...(returnAddress === undefined ? {} : { returnAddress }),
        ...(returnShipping === undefined ? {} : { returnShipping }),
      },
      list: list?.value,
    }
    const diff = difference(view, wanted, keys)
    const refused = refuseChanges(view, properties, diff)
    if (refused !== undefined) return refused
    const free = await refuseListedElsewhere(tx, job, diff.drives)
    if (!free.ok) return free
    const tagsChanged = tags !== undefined && canonical(tags) !== canonical(view.document.tags ?? {})
    const planned = await plan(tx, world.ids, acting, intents(world, view, properties, diff, tagsChanged))
    if (!planned.ok) return refuseByRule(planned.because, planned.event)
    await record(tx, planned.plan)
    if (tagsChanged || planned.plan.entries.length > 0)
      await tx.putDocument({
        ...view.document,
        ...(tags === undefined ? {} : { tags }),
        ...(list === undefined ? {} : { order: list.value.drives.map((drive) => drive.serial) }),
        lastModifiedBy: acting.actor,
        lastModifiedAt: acting.at,
      })
    if (list !== undefined) await keepKeys(world, tx, job.id, list.value, diff)
    const after = await viewJob(tx, planned.plan.hood.get('job', job.id) ?? job)
    return { ok: true, value: jobResource(after, world.locations, { location: 'display', drives: true }) }
  })
}

/** The events a PATCH stands for, in the order in which they take effect. */
function intents(
  world: World,
  { job }: JobView,
  properties: Properties,
  { changes, personal, drives }: Difference,
  tagsChanged: boolean,
): Intent[] {
  const found: Intent[] = []
  const parcel = changes.package ?? job.package
  const announced = properties.state === 'Shipping' && parcel !== undefined
  // Tags are the API's own; only in Creating does changing them count as a sign of life.
  const touched = tagsChanged && job.state === 'Creating'
  const { package: _, ...others } = changes
  // Announcing brings the package along; in Shipping it only corrects it.
  const updated = announced && job.state === 'Creating' ? others : changes
  if (Object.keys(updated).length > 0 || drives.length > 0 || touched)
    found.push({
      event: event('job-updated', { job: job.id, changes: updated }),
      personal: personal === undefined ? undefined : sidePiece(world.ids, job.id, personal),
    })
  if (announced) found.push({ event: event('job-announced', { job: job.id, package: parcel }) })
  if (properties.cancelRequested === true && !job.cancelRequested) {
    found.push({ event: event('job-cancel-requested', { job: job.id }) })
    // Somebody at a dock has to say that nothing is coming (rule 20).
    if (job.state === 'Shipping')
      found.push({
        event: event('case-opened', { case: world.ids.uuid(), reason: 'cancelled', job: job.id }),
      })
  }
  return found
}

/** A no from the state tables, with the member that asked for it. */
function refuseByRule(because: string, { kind }: LifeEvent) {
  const target =
    kind === 'job-cancel-requested'
      ? 'properties.cancelRequested'
      : kind === 'job-announced'
        ? 'properties.state'
        : 'properties'
  return refuse(409, 'JobStateConflict', `${because} Read the job with GET to see where it stands.`, {
    target,
  })
}

async function keepKeys(world: World, tx: WriteTransaction, job: string, list: DriveList, diff: Difference) {
  if (diff.drives.length > 0) await writeKeys(tx, world.vault, job, list.drives, list.keys)
}
