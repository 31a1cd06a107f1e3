import { hasEnded, isOnSite, waitsForItsCase } from '../earned.ts'
import { MOST_DRIVES_PER_JOB } from '../evolve/receiving.ts'
import { countedDrives } from '../evolve/settle.ts'
import type { Hood } from '../hood.ts'
import type { ArrivalRecord, CustodyRecord, DriveRecord, HoldReason, JobRecord } from '../records.ts'
import { isIn, jobsOf } from './trays.ts'

/**
 * Matching is drive first, package second (rules 5 to 8). In an open arrival a serial means exactly one of these.
 * Pure: looks, changes nothing.
 */
export type Match =
  | { readonly as: 'received'; readonly job: JobRecord; readonly drive: DriveRecord; readonly late: boolean }
  | { readonly as: 'received-for-another-job'; readonly job: JobRecord; readonly drive: DriveRecord }
  /** Its job ended or its box is closed: goes home by itself. */
  | { readonly as: 'received-apart'; readonly job: JobRecord; readonly drive: DriveRecord }
  | { readonly as: 'joins'; readonly job: JobRecord }
  /** Import and export jobs came in one box, or several exports: which one is asked, one after the other. */
  | { readonly as: 'ask-export'; readonly jobs: readonly [JobRecord, ...JobRecord[]] }
  | { readonly as: 'already'; readonly job: JobRecord | undefined; readonly custody: CustodyRecord }
  | {
      readonly as: 'held'
      readonly because: 'job-creating' | 'listed-twice' | 'unannounced'
      readonly job: JobRecord | undefined
    }
  | { readonly as: 'other-site'; readonly job: JobRecord }
  /** It is here although it was recorded as lost or destroyed. */
  | { readonly as: 'risen'; readonly custody: CustodyRecord }
  | { readonly as: 'extra'; readonly full: JobRecord | undefined }
  | { readonly as: 'unknown' }

export function matchDrive(hood: Hood, arrival: ArrivalRecord, serial: string, site: string): Match {
  const custody = hood.get('custody', serial)
  if (custody?.state === 'lost' || custody?.state === 'destroyed') return { as: 'risen', custody }
  const listed = hood
    .find('drive', 'serial', serial)
    .filter((d) => d.withdrawn !== true)
    .flatMap((drive) => {
      const job = hood.get('job', drive.job)
      return job === undefined || job.state === 'Deleted' || drive.state === 'ShippedBack'
        ? []
        : [{ drive, job }]
    })
  const live = listed.filter(({ job }) => !hasEnded(job))

  const inAlready = listed.find(({ drive }) => isIn(drive))
  if (custody !== undefined && isOnSite(custody)) {
    if (inAlready !== undefined) return { as: 'already', job: inAlready.job, custody }
    // A receipt takes no drive out of a box, nor from a person who holds it by hand.
    const byHand = custody.heldBecause === 'operator' && waitsForItsCase(hood, custody)
    if (custody.state === 'packed' || byHand) return { as: 'already', job: undefined, custody }
  }
  if (live.length > 1) {
    if (isSetDown(custody, 'listed-twice')) return { as: 'already', job: undefined, custody }
    return { as: 'held', because: 'listed-twice', job: undefined }
  }
  const [one] = live
  if (one !== undefined) return matchLive(hood, arrival, one.drive, one.job, site, custody)

  const ended = listed.find(({ drive }) => drive.state === 'NeverReceived' || drive.state === 'Specified')
  if (ended !== undefined)
    return ended.job.site === site ? { as: 'received-apart', ...ended } : elsewhere(ended.job, custody)
  return matchUnlisted(hood, arrival, custody)
}

function matchLive(
  hood: Hood,
  arrival: ArrivalRecord,
  drive: DriveRecord,
  job: JobRecord,
  site: string,
  custody: CustodyRecord | undefined,
): Match {
  if (job.site !== site) return elsewhere(job, custody)
  if (job.state === 'Creating') {
    if (isSetDown(custody, 'job-creating')) return { as: 'already', job, custody }
    return { as: 'held', because: 'job-creating', job }
  }
  if (job.state === 'Packaging' && boxIsClosed(hood, job)) return { as: 'received-apart', job, drive }
  const carriedHere = arrival.jobs.includes(job.id)
  if (drive.state === 'NeverReceived' && (drive.missedBy === 'arrival' || !carriedHere))
    return { as: 'received', job, drive, late: true }
  // The first drive of a box that nobody announced says whose box it is.
  if (carriedHere || (arrival.blind && arrival.jobs.length === 0))
    return { as: 'received', job, drive, late: false }
  return { as: 'received-for-another-job', job, drive }
}

function elsewhere(job: JobRecord, custody: CustodyRecord | undefined): Match {
  return isSetDown(custody, 'other-site') ? { as: 'already', job, custody } : { as: 'other-site', job }
}

/** Held for this reason already, on the shelf or in a bay where its manifest is read. */
function isSetDown(custody: CustodyRecord | undefined, because: HoldReason): custody is CustodyRecord {
  return custody !== undefined && isOnSite(custody) && custody.heldBecause === because
}

function matchUnlisted(hood: Hood, arrival: ArrivalRecord, custody: CustodyRecord | undefined): Match {
  if (custody !== undefined && isOnSite(custody)) return { as: 'already', job: undefined, custody }
  const jobs = jobsOf(hood, arrival)
  const exports = jobs.filter((job) => job.type === 'Export' && !hasEnded(job) && !boxIsClosed(hood, job))
  const [first, ...others] = exports.filter((job) => job.state !== 'Creating' && !isFullJob(hood, job))
  if (first !== undefined)
    return jobs.length === 1
      ? { as: 'joins', job: first }
      : { as: 'ask-export', jobs: lackingFirst(hood, [first, ...others]) }
  if (jobs.length === 0) return { as: 'held', because: 'unannounced', job: undefined }
  const creating = exports.find((job) => job.state === 'Creating')
  if (creating !== undefined) return { as: 'held', because: 'job-creating', job: creating }
  return exports.length > 0 ? { as: 'extra', full: exports[0] } : { as: 'unknown' }
}

/** Export jobs that still lack announced drives are asked about before those that have all they announced. */
function lackingFirst(
  hood: Hood,
  jobs: readonly [JobRecord, ...JobRecord[]],
): readonly [JobRecord, ...JobRecord[]] {
  const lacking = (job: JobRecord) =>
    countedDrives(hood, job.id).length < (job.package?.driveCount ?? MOST_DRIVES_PER_JOB)
  const [first = jobs[0], ...others] = [...jobs.filter(lacking), ...jobs.filter((job) => !lacking(job))]
  return [first, ...others]
}

const isFullJob = (hood: Hood, job: JobRecord): boolean =>
  countedDrives(hood, job.id).length >= MOST_DRIVES_PER_JOB

function boxIsClosed(hood: Hood, job: JobRecord): boolean {
  return hood.find('return', 'job', job.id).some((r) => r.state === 'closed' || r.state === 'shipped')
}
