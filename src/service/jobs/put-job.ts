import type { Personal } from '../../contract/entry.ts'
import type { JobPersonal } from '../../contract/import-export-api.ts'
import { jobPersonalKey } from '../../contract/import-export-api.ts'
import { event } from '../../lifecycle/events.ts'
import type { JobRecord } from '../../lifecycle/records.ts'
import type { Ids } from '../../ports/ids.ts'
import type { Caller } from '../caller.ts'
import { type Acting, plan, record } from '../journal/plan.ts'
import { readKeys, writeKeys } from '../keys/job-keys.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { JobDocument } from '../store/documents.ts'
import type { WriteTransaction } from '../store/store.ts'
import type { World } from '../world.ts'
import { difference, personalTerms } from './changes.ts'
import { refuseListedElsewhere } from './duplicates.ts'
import { type JobKey, liveJob } from './job-key.ts'
import { type JobResource, jobResource } from './job-resource.ts'
import { viewJob } from './job-view.ts'
import { type Order, readOrder } from './order.ts'
import { fingerprint, isRepetition } from './repetition.ts'

export interface PutRequest {
  readonly key: JobKey
  readonly body: unknown
  /** Header `x-ms-client-tenant-id`. */
  readonly clientTenantId?: string | undefined
}

export interface PutAnswer {
  readonly created: boolean
  readonly job: JobResource
}

/**
 * PUT of a job. Creates it, changes it while it is in Creating, and answers the same body again calmly in any state, so
 * that a client may repeat a request whose answer was lost. Return address, return shipping and delivery package stay
 * when a later PUT leaves them out.
 */
export async function putJob(world: World, caller: Caller, request: PutRequest): Promise<Answer<PutAnswer>> {
  const order = readOrder(request.body, world.locations)
  if (!order.ok) return order
  const acting = { actor: caller.actor, at: world.clock.now() }
  return world.store.write(async (tx) => {
    const live = await liveJob(tx, request.key)
    const refusedMembers = refuseServerMembers(order.value, live)
    if (live === undefined) return refusedMembers ?? create(world, tx, acting, request, order.value)
    const document = await tx.document(live.id)
    const repeated = document !== undefined && isRepetition(order.value.body, document.put)
    if (repeated && live.state !== 'Creating') return answer(world, tx, live, false)
    if (refusedMembers !== undefined) return refusedMembers
    if (live.state !== 'Creating')
      return refuse(
        409,
        'JobStateConflict',
        `Job "${live.name}" is in ${live.state}; PUT changes a job only in Creating. Use PATCH for what may still change.`,
        { target: 'properties' },
      )
    return update(world, tx, acting, request, order.value, live)
  })
}

/** A body may repeat what only the service sets, but not order it: nothing a customer asks for is dropped in silence. */
function refuseServerMembers({ body }: Order, live: JobRecord | undefined) {
  const { state, cancelRequested } = body.properties
  if (state !== undefined && state !== (live?.state ?? 'Creating'))
    return refuse(
      400,
      'StateNotSettable',
      'PUT cannot set the state. Leave it out, and announce the package with PATCH state "Shipping".',
      { target: 'properties.state' },
    )
  if (cancelRequested === true && live?.cancelRequested !== true)
    return refuse(400, 'CancelNotSettable', 'PUT cannot cancel a job. Send cancelRequested with PATCH.', {
      target: 'properties.cancelRequested',
    })
  return undefined
}

async function create(
  world: World,
  tx: WriteTransaction,
  acting: Acting,
  { key, clientTenantId }: PutRequest,
  order: Order,
): Promise<Answer<PutAnswer>> {
  const id = world.ids.uuid()
  const serials = order.drives.map((drive) => drive.serial)
  const free = await refuseListedElsewhere(tx, { id, subscription: key.subscription }, serials)
  if (!free.ok) return free
  const personal = sidePiece(world.ids, id, order.personal)
  const planned = await plan(tx, world.ids, acting, [
    {
      event: event('job-put', {
        job: {
          id,
          ...key,
          ...order.terms,
          hasReturnAddress: false,
          hasCarrierAccount: false,
          ...(personal === undefined ? {} : personalTerms(id, order.personal)),
          ...(order.package === undefined ? {} : { package: order.package }),
          drives: order.drives,
        },
      }),
      personal,
    },
  ])
  if (!planned.ok) throw new Error(`A new job was refused by the rules: ${planned.because}`)
  await record(tx, planned.plan)
  await tx.putDocument({
    ...documentParts(world, order, acting),
    job: id,
    ...(clientTenantId === undefined ? {} : { clientTenantId }),
    createdBy: acting.actor,
  })
  await writeKeys(tx, world.vault, id, order.drives, order.keys)
  const made = planned.plan.hood.get('job', id)
  if (made === undefined) throw new Error('A job was put and is not there.')
  return answer(world, tx, made, true)
}

async function update(
  world: World,
  tx: WriteTransaction,
  acting: Acting,
  { clientTenantId }: PutRequest,
  order: Order,
  live: JobRecord,
): Promise<Answer<PutAnswer>> {
  const view = await viewJob(tx, live)
  const keys = new Map(
    (await readKeys(tx, world.vault, live.id)).map((key) => [key.serial, key.bitLockerKey]),
  )
  const wanted = { terms: order.terms, package: order.package, personal: order.personal, list: order }
  const { changes, personal, drives } = difference(view, wanted, keys)
  const documentChanged = !isRepetition(order.body, view.document.put)
  if (Object.keys(changes).length === 0 && drives.length === 0 && !documentChanged)
    return answer(world, tx, live, false)
  const free = await refuseListedElsewhere(tx, live, drives)
  if (!free.ok) return free
  const planned = await plan(tx, world.ids, acting, [
    {
      event: event('job-updated', { job: live.id, changes }),
      personal: personal === undefined ? undefined : sidePiece(world.ids, live.id, personal),
    },
  ])
  if (!planned.ok)
    return refuse(409, 'JobStateConflict', `${planned.because} Leave that part of the job as it is.`)
  await record(tx, planned.plan)
  await tx.putDocument({
    ...view.document,
    ...documentParts(world, order, acting),
    ...(clientTenantId === undefined ? {} : { clientTenantId }),
  })
  await writeKeys(tx, world.vault, live.id, order.drives, order.keys)
  return answer(world, tx, planned.plan.hood.get('job', live.id) ?? live, false)
}

function documentParts(world: World, order: Order, { actor, at }: Acting) {
  return {
    locationSent: order.body.location,
    location: order.destination.compact,
    tags: order.tags,
    export: order.export,
    order: order.drives.map((drive) => drive.serial),
    lastModifiedBy: actor,
    lastModifiedAt: at,
    put: fingerprint(order.body, world.ids),
  } satisfies Partial<JobDocument>
}

async function answer(
  world: World,
  tx: WriteTransaction,
  job: JobRecord,
  created: boolean,
): Promise<Answer<PutAnswer>> {
  const view = await viewJob(tx, job)
  return {
    ok: true,
    value: { created, job: jobResource(view, world.locations, { location: 'sent', drives: true }) },
  }
}

const SALT_BYTES = 16

/** The erasable part of an entry about a job; nothing when the customer has given nothing personal. */
export function sidePiece(ids: Ids, job: string, personal: JobPersonal): Personal | undefined {
  if (personal.returnAddress === undefined && personal.returnShipping === undefined) return undefined
  return { key: jobPersonalKey(job), salt: ids.hex(SALT_BYTES), text: JSON.stringify(personal) }
}
