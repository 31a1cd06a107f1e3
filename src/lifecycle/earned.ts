import type { Hood } from './hood.ts'
import type { CustodyRecord, DriveRecord, JobRecord, ReturnRecord } from './records.ts'
import { driveKey } from './records.ts'

/** Why a drive may not go into a box, or that it may. */
export type Packable = { readonly ok: true } | { readonly ok: false; readonly because: Unpackable }

export type Unpackable = 'faulted' | 'being-copied' | 'gone' | 'not-copied-yet'

const no = (because: Unpackable): Packable => ({ ok: false, because })

/** Whether a drive of a job is ready to go home: processed, or never to be processed, and not in question. */
export function packable(drive: DriveRecord, job: JobRecord): Packable {
  if (drive.fault !== undefined || job.fault !== undefined) return no('faulted')
  if (drive.state === 'Completed' || drive.state === 'CompletedMoreInfo') return { ok: true }
  if (drive.state === 'Received' && (drive.apart || job.cancelRequested)) return { ok: true }
  if (drive.state === 'Transferring') return no('being-copied')
  if (drive.state === 'ShippedBack') return no('gone')
  return no('not-copied-yet')
}

/**
 * Where an extra or held drive without a job of its own goes home: with the arrival's only job, or of several jobs of one
 * customer the last to pack. `undecided`: jobs of several customers, a person decides. `nowhere`: a package without a
 * job; it gets a return of its own.
 */
export type Home =
  | { readonly to: 'job'; readonly job: string }
  | { readonly to: 'undecided' }
  | { readonly to: 'arrival'; readonly arrival: string }

export function homeOf(hood: Hood, custody: CustodyRecord): Home {
  const arrival = custody.arrival === undefined ? undefined : hood.get('arrival', custody.arrival)
  if (arrival === undefined) return { to: 'undecided' }
  const jobs = arrival.jobs.flatMap((id) => hood.get('job', id) ?? [])
  const [only, ...others] = jobs
  if (only === undefined) return { to: 'arrival', arrival: arrival.id }
  if (others.some((job) => job.subscription !== only.subscription)) return { to: 'undecided' }
  const notPacked = jobs.filter((job) => !hasLeft(hood, job))
  const last = notPacked.at(-1) ?? jobs.at(-1) ?? only
  // All boxes have left: the extra stayed behind and goes by itself.
  return notPacked.length === 0 ? { to: 'arrival', arrival: arrival.id } : { to: 'job', job: last.id }
}

function hasLeft(hood: Hood, job: JobRecord): boolean {
  return (
    job.state === 'Completed' ||
    job.state === 'Closed' ||
    hood.find('return', 'job', job.id).some((r) => r.state === 'closed' || r.state === 'shipped')
  )
}

/** True when its job has received this drive, so that it goes home with that job's box. */
export function isOfItsJob(hood: Hood, custody: CustodyRecord): boolean {
  const drive =
    custody.job === undefined ? undefined : hood.get('drive', driveKey(custody.job, custody.serial))
  return drive !== undefined && drive.state !== 'Specified' && drive.state !== 'NeverReceived'
}

/** Serials that must be in this box before its label is earned (rule 18). */
export function dueInBox(hood: Hood, box: ReturnRecord): string[] {
  const due: string[] = []
  for (const custody of hood.all('custody')) {
    if (!isOnSite(custody)) continue
    if (isOfItsJob(hood, custody)) {
      if (custody.job === box.job) due.push(custody.serial)
      continue
    }
    // A drive on the hold shelf waits for its answer; only a package without a job takes it home.
    if (custody.state === 'held' && box.job !== undefined) continue
    const home = homeOf(hood, custody)
    if (home.to === 'job' ? home.job === box.job : home.to === 'arrival' && home.arrival === box.arrival)
      due.push(custody.serial)
  }
  return due
}

/** What is still missing from the box; empty means the label is earned. */
export function missingFromBox(hood: Hood, box: ReturnRecord): string[] {
  return dueInBox(hood, box).filter((serial) => !box.drives.includes(serial))
}

export function isOnSite(custody: CustodyRecord): boolean {
  return !(['away', 'gone', 'lost', 'destroyed'] as const).some((s) => s === custody.state)
}
