import { step } from '../cell.ts'
import { deriveJobState, type JobFacts } from '../derive-job-state.ts'
import type { Hood } from '../hood.ts'
import type { DriveRecord, JobRecord } from '../records.ts'
import { JOB_TABLE, moveName } from '../tables/job.ts'
import { without } from './evolved.ts'

/** Derives a job's state anew after one of its drives, arrivals or orders changed. */
export function settle(hood: Hood, jobId: string, at: number): Hood {
  const job = hood.get('job', jobId)
  if (job === undefined) return hood
  let settled: JobRecord = { ...job, percent: Math.max(job.percent, percentOf(hood, job)) }
  // Each move is one of the table's; a way of several (Shipping, Received, Transferring) is gone in one go.
  for (;;) {
    const next = moved(hood, settled, at)
    if (next === undefined) break
    settled = next
  }
  // An undo asks whether the job may stay where it is by clearing this; here it may.
  const gone =
    settled.state === 'Received' || settled.state === 'Transferring' || settled.state === 'Packaging'
  if (gone) settled = { ...settled, leftShipping: true }
  return same(settled, job) ? hood : hood.put(settled)
}

function moved(hood: Hood, job: JobRecord, at: number): JobRecord | undefined {
  const next = deriveJobState(jobFacts(hood, job))
  if (next === job.state) return undefined
  const move = moveName(job.state, next)
  if (move === undefined || step(JOB_TABLE, job.state, move).kind !== 'moved')
    throw new Error(`Facts led job ${job.id} from ${job.state} to ${next}, which its table does not know.`)
  if (next === 'Shipping') return { ...without(job, 'receivedAt'), state: next, leftShipping: false }
  return {
    ...job,
    state: next,
    leftShipping: true,
    receivedAt: job.receivedAt ?? at,
    ...(next === 'Completed' || next === 'Closed' ? { endedAt: at } : {}),
  }
}

function jobFacts(hood: Hood, job: JobRecord): JobFacts {
  return {
    state: job.state,
    cancelRequested: job.cancelRequested,
    leftShipping: job.leftShipping,
    arrivalOpen: hood.find('arrival', 'job', job.id).some((a) => a.state === 'open'),
    drives: countedDrives(hood, job.id).map((drive) => ({
      state: drive.state,
      released: isReleased(hood, drive),
      endedWithError: drive.endedWithError,
      faulted: drive.fault !== undefined,
    })),
  }
}

/** The drives that move their job: not those that go home apart, nor joined by mistake. */
export function countedDrives(hood: Hood, job: string): DriveRecord[] {
  return hood.find('drive', 'job', job).filter((d) => !d.apart && d.withdrawn !== true)
}

function isReleased(hood: Hood, drive: DriveRecord): boolean {
  const custody = hood.get('custody', drive.serial)
  return (
    custody !== undefined &&
    custody.job === drive.job &&
    (custody.state === 'lost' || custody.state === 'destroyed')
  )
}

/** Mean over the drives that came; missing drives do not hold the figure down. */
function percentOf(hood: Hood, job: JobRecord): number {
  const here = countedDrives(hood, job.id).filter(
    (d) => d.state !== 'Specified' && d.state !== 'NeverReceived',
  )
  if (here.length === 0) return 0
  return Math.floor(here.reduce((sum, d) => sum + d.percent, 0) / here.length)
}

function same(a: JobRecord, b: JobRecord): boolean {
  return a.state === b.state && a.percent === b.percent && a.leftShipping === b.leftShipping
}
