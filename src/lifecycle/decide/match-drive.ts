import { MOST_DRIVES_PER_JOB } from '../evolve/receiving.ts'
import { countedDrives } from '../evolve/settle.ts'
import type { Hood } from '../hood.ts'
import type { ArrivalRecord, CustodyRecord, DriveRecord, JobRecord } from '../records.ts'
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
  /** Import and export jobs came in one box, or several exports: which one is asked. */
  | { readonly as: 'ask-export'; readonly job: JobRecord }
  | { readonly as: 'already'; readonly job: JobRecord | undefined; readonly custody: CustodyRecord }
  | {
      readonly as: 'held'
      readonly because: 'job-creating' | 'listed-twice' | 'unannounced'
      readonly job: JobRecord | undefined
    }
  | { readonly as: 'other-site'; readonly job: JobRecord }
  | { readonly as: 'extra'; readonly full: JobRecord | undefined }
  | { readonly as: 'unknown' }

export function matchDrive(hood: Hood, arrival: ArrivalRecord, serial: string, site: string): Match {
  const custody = hood.get('custody', serial)
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
  if (inAlready !== undefined && custody !== undefined && isHere(custody))
    return { as: 'already', job: inAlready.job, custody }
  if (live.length > 1) {
    if (custody?.state === 'held') return { as: 'already', job: undefined, custody }
    return { as: 'held', because: 'listed-twice', job: undefined }
  }
  const [one] = live
  if (one !== undefined) return matchLive(hood, arrival, one.drive, one.job, site, custody)

  const ended = listed.find(({ drive }) => drive.state === 'NeverReceived' || drive.state === 'Specified')
  if (ended !== undefined) return { as: 'received-apart', ...ended }
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
  if (job.state === 'Creating') {
    if (custody?.state === 'held') return { as: 'already', job, custody }
    return { as: 'held', because: 'job-creating', job }
  }
  if (job.site !== site) return { as: 'other-site', job }
  if (job.state === 'Packaging' && boxIsClosed(hood, job)) return { as: 'received-apart', job, drive }
  const carriedHere = arrival.jobs.includes(job.id)
  if (drive.state === 'NeverReceived' && (drive.missedBy === 'arrival' || !carriedHere))
    return { as: 'received', job, drive, late: true }
  // The first drive of a box that nobody announced says whose box it is.
  if (carriedHere || (arrival.blind && arrival.jobs.length === 0))
    return { as: 'received', job, drive, late: false }
  return { as: 'received-for-another-job', job, drive }
}

function matchUnlisted(hood: Hood, arrival: ArrivalRecord, custody: CustodyRecord | undefined): Match {
  if (custody !== undefined && isHere(custody)) return { as: 'already', job: undefined, custody }
  const jobs = jobsOf(hood, arrival)
  const exports = jobs.filter((job) => job.type === 'Export' && job.state !== 'Creating' && !hasEnded(job))
  const open = exports.filter((job) => countedDrives(hood, job.id).length < MOST_DRIVES_PER_JOB)
  const [first] = open
  if (first !== undefined) {
    const certain = open.length === 1 && jobs.length === 1
    return certain ? { as: 'joins', job: first } : { as: 'ask-export', job: first }
  }
  if (jobs.length === 0) return { as: 'held', because: 'unannounced', job: undefined }
  return exports.length > 0 ? { as: 'extra', full: exports[0] } : { as: 'unknown' }
}

export const hasEnded = (job: JobRecord): boolean => job.state === 'Completed' || job.state === 'Closed'

const isHere = (custody: CustodyRecord): boolean => custody.state !== 'away' && custody.state !== 'gone'

function boxIsClosed(hood: Hood, job: JobRecord): boolean {
  return hood.find('return', 'job', job.id).some((r) => r.state === 'closed' || r.state === 'shipped')
}
