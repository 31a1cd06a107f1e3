import type { DriveState } from './states.ts'
import type { JobStand } from './tables/job.ts'

/** All that a job's state depends on. */
export interface JobFacts {
  readonly state: JobStand
  readonly cancelRequested: boolean
  /** True once it has left Shipping; only an undo takes it back. */
  readonly leftShipping: boolean
  /** A package that carries this job is open at a station. */
  readonly arrivalOpen: boolean
  /** Its drives, without those that go home apart or were withdrawn. */
  readonly drives: readonly DriveFacts[]
}

export interface DriveFacts {
  readonly state: DriveState
  /** Lost or destroyed on site: it will never be shipped. */
  readonly released: boolean
  readonly endedWithError: boolean
  readonly faulted: boolean
}

/**
 * The one function that derives a job's state from what happened to its drives (reference 2.1 to 2.3). It answers one
 * move of the job's table at a time, whatever the facts are: the caller asks again until nothing moves.
 *
 * Creating, Deleted and the ended states are not derived: they are ordered by people or the clock, and how a job ended is
 * judged once, by what is true then.
 */
export function deriveJobState(job: JobFacts): JobStand {
  if (
    job.state === 'Creating' ||
    job.state === 'Deleted' ||
    job.state === 'Completed' ||
    job.state === 'Closed'
  )
    return job.state
  const here = job.drives.filter((d) => d.state !== 'Specified' && d.state !== 'NeverReceived')
  const waits = here.length === 0 || (!job.leftShipping && !mayLeaveShipping(job))
  // Once a drive was being copied the wait for the package is over for good.
  if (waits) return job.state === 'Transferring' ? job.state : 'Shipping'

  if (!job.arrivalOpen && here.every((d) => d.released || d.state === 'ShippedBack')) return endOf(job)

  const working = here.filter((d) => !d.released)
  const processed = (d: DriveFacts) =>
    d.state === 'Completed' ||
    d.state === 'CompletedMoreInfo' ||
    d.state === 'ShippedBack' ||
    (job.cancelRequested && d.state === 'Received')
  if (working.length > 0 && working.every(processed)) return 'Packaging'
  if (job.state === 'Shipping') return 'Received'
  // All that came was lost or destroyed while another package of the job is open: nothing to do until it closes.
  if (working.length === 0) return job.state
  // Work that has begun is never un-begun: a late or found drive makes a job of Packaging Transferring, not Received.
  const begun = job.state !== 'Received' || here.some((d) => d.state !== 'Received')
  return begun ? 'Transferring' : 'Received'
}

/** Rule 9: no open arrival carries it, every listed drive is accounted for, and at least one is here. */
function mayLeaveShipping(job: JobFacts): boolean {
  return (
    !job.arrivalOpen &&
    job.drives.some((d) => d.state !== 'Specified' && d.state !== 'NeverReceived') &&
    job.drives.every((d) => d.state !== 'Specified')
  )
}

/**
 * Rules 18 to 20: a missing, faulted, lost or error-ended drive means Closed; notices alone leave it Completed. A cancelled
 * job ends Completed, unless we lost or destroyed one of its drives.
 */
function endOf(job: JobFacts): 'Completed' | 'Closed' {
  if (job.drives.some((d) => d.released)) return 'Closed'
  if (job.cancelRequested) return 'Completed'
  return job.drives.some((d) => d.state === 'NeverReceived' || d.faulted || d.endedWithError)
    ? 'Closed'
    : 'Completed'
}
