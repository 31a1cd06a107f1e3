import { isOnSite } from '../earned.ts'
import type { DriveOrder, EventKind } from '../events.ts'
import type { Hood } from '../hood.ts'
import { type DriveRecord, driveKey, type JobRecord } from '../records.ts'
import { DRIVE_TABLE } from '../tables/drive.ts'
import { JOB_TABLE } from '../tables/job.ts'
import { advance, advanceCalmly, applied, type Folds, Halt, known, refuse, without } from './evolved.ts'
import { settle } from './settle.ts'

/** What the customer or the clock ordered, and faults of a whole job. */
export const JOB_FOLDS = {
  'job-put': (hood, { job: order }, stamp) => {
    if (hood.get('job', order.id) !== undefined) throw new Halt('no-op', 'This job is known already.')
    const { drives, ...ordered } = order
    const job: JobRecord = {
      ...ordered,
      kind: 'job',
      state: 'Creating',
      createdAt: stamp.at,
      updatedAt: stamp.at,
      cancelRequested: false,
      leftShipping: false,
      percent: 0,
    }
    return applied(hood.put(job, ...drives.map((drive) => listed(job.id, drive))))
  },

  'job-updated': (hood, { job: id, changes }, stamp) => {
    const job = known(hood.get('job', id), 'job')
    const state = advance(JOB_TABLE, job.state, 'updated')
    const { drives, ...changed } = changes
    const next = hood.put({ ...job, ...changed, state, updatedAt: stamp.at })
    // A drive taken off the list may have been the last one awaited.
    return applied(drives === undefined ? next : settle(relist(next, job, drives), id, stamp.at))
  },

  'job-announced': (hood, { job: id, package: parcel }, stamp) => {
    const job = known(hood.get('job', id), 'job')
    const state = advance(JOB_TABLE, job.state, 'announced')
    if (!job.hasReturnAddress) refuse('The job has no return address yet.')
    const announced = { ...job, state, package: parcel, updatedAt: stamp.at, waitingSince: stamp.at }
    // Drives that were held because the job was still being created are settled by the people who hold them.
    return applied(settle(hood.put(announced), id, stamp.at))
  },

  'job-cancel-requested': (hood, { job: id }, stamp) => {
    const job = known(hood.get('job', id), 'job')
    const state = advance(JOB_TABLE, job.state, 'cancel-requested')
    if (job.cancelRequested) throw new Halt('no-op', 'The job is cancelled already.')
    return applied(
      settle(hood.put({ ...job, state, cancelRequested: true, updatedAt: stamp.at }), id, stamp.at),
    )
  },

  'job-deleted': (hood, { job: id, by }) => {
    const job = known(hood.get('job', id), 'job')
    const state = advance(JOB_TABLE, job.state, by === 'customer' ? 'deleted' : 'expired')
    return applied(hood.put({ ...job, state, deletedBy: by }))
  },

  'shipping-overdue-noticed': (hood, { job: id }, stamp) => {
    const job = waiting(hood, id)
    if (job.overdueNoticeAt !== undefined) throw new Halt('no-op', 'The customer was told already.')
    return applied(hood.put({ ...job, overdueNoticeAt: stamp.at }))
  },

  'wait-extended': (hood, { job: id }, stamp) => {
    const job = waiting(hood, id)
    // The drives the timer had given up are awaited again.
    const awaited = hood
      .find('drive', 'job', id)
      .filter((d) => d.state === 'NeverReceived' && d.missedBy === 'timer')
      .map((d) => ({ ...without(d, 'missedBy'), state: advance(DRIVE_TABLE, d.state, 'miss-undone') }))
    return applied(hood.put({ ...without(job, 'overdueNoticeAt'), waitingSince: stamp.at }, ...awaited))
  },

  // A cancelled job always ends Completed, whoever ends it (rule 20).
  'job-went-unanswered': (hood, { job: id }, stamp) =>
    end(
      hood,
      id,
      hood.get('job', id)?.cancelRequested === true ? 'nothing-coming' : 'went-unanswered',
      stamp.at,
    ),
  'nothing-coming': (hood, { job: id }, stamp) => {
    if (hood.get('job', id)?.cancelRequested === false)
      refuse('Only a cancelled job ends because nothing is coming.')
    return end(hood, id, 'nothing-coming', stamp.at)
  },

  'job-faulted': (hood, { job: id, reason }, stamp) => {
    const job = known(hood.get('job', id), 'job')
    return applied(hood.put({ ...job, fault: { reason, since: stamp.at } }))
  },
  'job-fault-cleared': (hood, { job: id }, stamp) => {
    const job = known(hood.get('job', id), 'job')
    if (job.fault === undefined) throw new Halt('no-op', 'The job is not faulted.')
    return applied(settle(hood.put(without(job, 'fault')), id, stamp.at))
  },
} satisfies Partial<Folds<EventKind>>

function listed(job: string, order: DriveOrder): DriveRecord {
  return {
    kind: 'drive',
    id: driveKey(job, order.serial),
    job,
    ...order,
    state: 'Specified',
    apart: false,
    percent: 0,
    bytesSucceeded: 0,
    endedWithError: false,
  }
}

/** Replaces the list of drives: only drives nobody has seen yet may change or go. */
function relist(hood: Hood, job: JobRecord, drives: readonly DriveOrder[]): Hood {
  const wanted = new Map(drives.map((d) => [driveKey(job.id, d.serial), d]))
  const put: DriveRecord[] = []
  for (const old of hood.find('drive', 'job', job.id)) {
    const order = wanted.get(old.id)
    if (order !== undefined && sameOrder(old, order)) {
      wanted.delete(old.id)
      if (old.withdrawn === true) put.push(without(old, 'withdrawn'))
      continue
    }
    if (old.withdrawn === true && order === undefined) continue
    if (old.state !== 'Specified')
      refuse(`Drive ${old.driveId} has been seen already and stays in the list as it is.`)
    if (order === undefined) put.push({ ...old, withdrawn: true })
  }
  return hood.put(...put, ...[...wanted.values()].map((order) => listed(job.id, order)))
}

function sameOrder(drive: DriveRecord, order: DriveOrder): boolean {
  return (
    drive.driveId === order.driveId &&
    drive.manifestFile === order.manifestFile &&
    drive.manifestHash === order.manifestHash &&
    drive.driveHeaderHash === order.driveHeaderHash
  )
}

function waiting(hood: Hood, id: string): JobRecord {
  const job = known(hood.get('job', id), 'job')
  return job.state === 'Shipping' ? job : refuse('Only a job in Shipping waits for a package.')
}

function end(hood: Hood, id: string, by: 'went-unanswered' | 'nothing-coming', at: number) {
  const job = known(hood.get('job', id), 'job')
  if (hood.find('custody', 'job', id).some(isOnSite)) refuse('Drives of this job are on site.')
  const state = advanceCalmly(JOB_TABLE, job.state, by)
  if (state === job.state) throw new Halt('no-op', 'The job has ended already.')
  return applied(hood.put({ ...job, state, endedAt: at, endedBy: by }))
}
