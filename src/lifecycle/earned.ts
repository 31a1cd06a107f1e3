import type { Hood } from './hood.ts'
import type {
  CaseReason,
  CustodyRecord,
  DriveRecord,
  HoldReason,
  JobRecord,
  ReturnRecord,
} from './records.ts'
import { driveKey } from './records.ts'

/** Why a drive may not go into a box, or that it may. */
export type Packable = { readonly ok: true } | { readonly ok: false; readonly because: Unpackable }

export type Unpackable = 'faulted' | 'being-copied' | 'not-copied-yet'

const no = (because: Unpackable): Packable => ({ ok: false, because })

/** Nothing is copied for it any more; what is still on site goes home. */
export const hasEnded = (job: JobRecord): boolean =>
  job.state === 'Completed' || job.state === 'Closed' || job.state === 'Deleted'

/** Whether a drive of a job that is on site is ready to go home: processed, or never to be, and not in question. */
export function packable(drive: DriveRecord, job: JobRecord): Packable {
  if (drive.fault !== undefined || job.fault !== undefined) return no('faulted')
  if (drive.state === 'Completed' || drive.state === 'CompletedMoreInfo') return { ok: true }
  if (drive.state === 'Received' && (drive.apart || job.cancelRequested)) return { ok: true }
  if (drive.state === 'Transferring') return no('being-copied')
  return no('not-copied-yet')
}

/**
 * Where an extra or held drive without a job of its own goes home: with the job a person named for it, else with the
 * arrival's only job, or of several jobs of one customer the last to pack. `undecided`: jobs of several customers, a
 * person decides. `arrival`: a package without a job, or one whose jobs have all left; it gets a return of its own.
 */
export type Home =
  | { readonly to: 'job'; readonly job: string }
  | { readonly to: 'undecided' }
  | { readonly to: 'arrival'; readonly arrival: string }

export function homeOf(hood: Hood, custody: CustodyRecord): Home {
  const arrival = custody.arrival === undefined ? undefined : hood.get('arrival', custody.arrival)
  if (arrival === undefined) return { to: 'undecided' }
  const jobs = arrival.jobs.flatMap((id) => hood.get('job', id) ?? [])
  const staying = jobs.filter((job) => !hasLeft(hood, job))
  const last = staying.at(-1)
  // All boxes have left: the extra stayed behind and goes by itself.
  if (last === undefined) return { to: 'arrival', arrival: arrival.id }
  const named = staying.find((job) => job.id === custody.job)
  if (named !== undefined) return { to: 'job', job: named.id }
  if (jobs.some((job) => job.subscription !== last.subscription)) return { to: 'undecided' }
  return { to: 'job', job: last.id }
}

function hasLeft(hood: Hood, job: JobRecord): boolean {
  return (
    hasEnded(job) ||
    hood.find('return', 'job', job.id).some((r) => r.state === 'closed' || r.state === 'shipped')
  )
}

/** The case that is opened when a drive is held, by the reason. */
export const HOLD_CASES: Readonly<Record<HoldReason, CaseReason>> = {
  'job-creating': 'job-creating',
  'job-gone': 'job-gone',
  'listed-twice': 'listed-twice',
  identity: 'identity-contradicted',
  storage: 'storage-not-configured',
  unannounced: 'unannounced',
  operator: 'held-by-operator',
  'found-again': 'released',
  'other-site': 'other-site',
}

/** True while the case for which a drive was held has not been resolved: until then nothing is done with it. */
export function waitsForItsCase(hood: Hood, custody: CustodyRecord): boolean {
  if (custody.heldBecause === undefined) return false
  const reason = HOLD_CASES[custody.heldBecause]
  return hood
    .find('case', 'serial', custody.serial)
    .some((about) => about.reason === reason && about.state !== 'resolved')
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
    // What waits for the carrier in another box goes home in that one.
    if (custody.state === 'packed' && custody.return !== box.id) continue
    if (isOfItsJob(hood, custody)) {
      if (custody.job === box.job) due.push(custody.serial)
      continue
    }
    const home = homeOf(hood, custody)
    // No job waits for a drive that is not its own and in question; a package without a job takes it home.
    if (home.to === 'job' && home.job === box.job && !waitsForItsCase(hood, custody)) due.push(custody.serial)
    if (home.to === 'arrival' && home.arrival === box.arrival) due.push(custody.serial)
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
