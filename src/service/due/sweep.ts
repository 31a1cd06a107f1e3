import { type Deadline, type DeadlineKind, deadlinesOf } from '../../lifecycle/deadlines.ts'
import { isOnSite } from '../../lifecycle/earned.ts'
import { event, type LifeEvent } from '../../lifecycle/events.ts'
import { gatherLater } from '../../lifecycle/hood.ts'
import type { AnyRecord, DriveRecord, JobRecord } from '../../lifecycle/records.ts'
import { eraseJobData, hasDrivesOnSite } from '../jobs/delete-job.ts'
import { type Intent, plan, record } from '../journal/plan.ts'
import type { WriteTransaction } from '../store/store.ts'
import { SERVICE, type World } from '../world.ts'

export interface SweepRequest {
  /** What falls due by then; milliseconds since 1970 (UTC). */
  readonly at: number
  /** Do what the service may do by itself. */
  readonly apply: boolean
}

export interface DueItem extends Deadline {
  /** The job it is about, as the API names it. */
  readonly job?: { readonly subscription: string; readonly group: string; readonly name: string }
  readonly applied: boolean
  /** What has to be done next, by whom. */
  readonly next: string
}

/** After what the service does by itself, or instead of it. */
const NEXT: Readonly<Record<DeadlineKind, string>> = {
  'creating-expires': 'The job is deleted; its customer can create it again.',
  'shipping-overdue':
    'Its drives count as not received; ask the customer where the package is, then extend the wait or cancel.',
  'cancelled-ends': 'The job ends as Completed: its customer called it off and nothing came.',
  'unanswered-closes': 'Nobody answered: a person closes the job, or extends the wait.',
  'ended-job-deleted': 'The job leaves the API; its story stays in the journal.',
  'copy-goal-green': 'Put its drives into bays: the copy should be done by now.',
  'copy-goal-red': 'Copy its drives first, or tell the customer why not.',
  'reach-the-customer': 'Reach the customer and note the attempt in the case.',
  'return-unannounced': 'Send the drives back, or note in the case why that cannot be.',
  destroy: 'Two people may destroy the drives; any answer of the customer stops it.',
}

export interface SweepReport {
  readonly at: number
  /** Earliest first. */
  readonly due: readonly DueItem[]
  /** There is more than one report lists; sweep again. */
  readonly more: boolean
  /** Another process was carrying them out just then: this one did nothing. */
  readonly elsewhere?: true
}

const MOST_RECORDS = 10_000

/**
 * What falls due (rule 23). With `apply` the service deletes, gives up drives and notes notices, each in a transaction of
 * its own that looks again first; of several processes on one database one at a time does it. Everything else (closing an
 * unanswered job, returning, destroying) is only proposed: a person does it.
 */
export async function sweep(world: World, { at, apply }: SweepRequest): Promise<SweepReport> {
  if (!apply) return carryOut(world, at, false)
  const done = await world.store.alone(() => carryOut(world, at, true))
  return done ?? { ...(await carryOut(world, at, false)), elsewhere: true }
}

async function carryOut(world: World, at: number, apply: boolean): Promise<SweepReport> {
  const records = await world.store.read((tx) => tx.recordsDue(at, MOST_RECORDS + 1))
  const due: DueItem[] = []
  for (const found of records.slice(0, MOST_RECORDS))
    for (const deadline of deadlinesOf(found).filter((d) => d.at <= at)) {
      const applied =
        apply &&
        deadline.does === 'automatic' &&
        (await world.store.write((tx) => act(world, tx, deadline, at)))
      const job = await jobOf(world, found)
      due.push({
        ...deadline,
        ...(job && { job: { subscription: job.subscription, group: job.group, name: job.name } }),
        applied,
        next: NEXT[deadline.kind],
      })
    }
  if (apply) await eraseWaiting(world)
  due.sort((a, b) => a.at - b.at)
  return { at, due, more: records.length > MOST_RECORDS }
}

async function jobOf(world: World, found: AnyRecord): Promise<JobRecord | undefined> {
  if (found.kind === 'job') return found
  if (found.kind !== 'case' || found.job === undefined) return undefined
  const id = found.job
  return world.store.read((tx) => tx.record('job', id))
}

/** Answers whether anything was done: another sweep, or the customer, may have been faster. */
async function act(world: World, tx: WriteTransaction, deadline: Deadline, at: number): Promise<boolean> {
  const job = await tx.record('job', deadline.record.id)
  if (job === undefined) return false
  const still = deadlinesOf(job).some((d) => d.kind === deadline.kind && d.at <= at)
  if (!still) return false
  const intents = await intentsFor(world, tx, deadline, job)
  const planned = await plan(tx, world.ids, { actor: SERVICE, at }, intents)
  if (!planned.ok) {
    world.log.warn('A deadline could not be carried out.', { kind: deadline.kind, job: job.id })
    return false
  }
  await record(tx, planned.plan)
  if (planned.plan.hood.get('job', job.id)?.state === 'Deleted')
    await eraseJobData(tx, job.id, planned.plan.hood)
  return planned.plan.entries.length > 0
}

async function intentsFor(
  world: World,
  tx: WriteTransaction,
  deadline: Deadline,
  job: JobRecord,
): Promise<Intent[]> {
  if (deadline.kind !== 'shipping-overdue' && deadline.kind !== 'cancelled-ends')
    return [{ event: event('job-deleted', { job: job.id, by: 'timer' }) }]
  const around = await tx.answer([
    { kind: 'drive', field: 'job', value: job.id },
    { kind: 'case', field: 'job', value: job.id },
    { kind: 'custody', field: 'job', value: job.id },
  ])
  const onSite = around.some((one) => one.kind === 'custody' && isOnSite(one))
  if (deadline.kind === 'cancelled-ends' && !onSite)
    return [{ event: event('nothing-coming', { job: job.id }) }]
  const waiting = around.filter(
    (one): one is DriveRecord => one.kind === 'drive' && one.state === 'Specified' && one.withdrawn !== true,
  )
  const told = around.some(
    (one) => one.kind === 'case' && one.reason === 'shipping-overdue' && one.state !== 'resolved',
  )
  const missed = waiting.map(({ serial }) => event('drive-missed', { job: job.id, serial, by: 'timer' }))
  // Something did come: the job goes on with that, and home.
  if (deadline.kind === 'cancelled-ends') return missed.map((one) => ({ event: one }))
  // The notice comes first: missing drives may take the job out of Shipping, where nobody waits any more.
  const events: LifeEvent[] = [event('shipping-overdue-noticed', { job: job.id }), ...missed]
  if (!told)
    events.push(event('case-opened', { case: world.ids.uuid(), reason: 'shipping-overdue', job: job.id }))
  return events.map((one) => ({ event: one }))
}

/** Addresses of deleted jobs whose last drive has left. */
async function eraseWaiting(world: World): Promise<void> {
  const keys = await world.store.read((tx) => tx.personalToErase(MOST_RECORDS))
  for (const key of keys)
    await world.store.write(async (tx) => {
      const job = key.replace(/^job:/, '')
      const hood = await gatherLater({ jobs: [job] }, (queries) => tx.answer(queries))
      if (!hasDrivesOnSite(hood, job)) await tx.erasePersonal(key, 'now')
    })
}
