import { countedDrives } from '../evolve/settle.ts'
import type { Hood } from '../hood.ts'
import type { ArrivalRecord, DriveRecord, JobRecord } from '../records.ts'

/** Shelves that are no trays. Shown as words of the locale, stored as these codes. */
export const HOLD_SHELF = 'HOLD'
export const EXTRA_SHELF = 'EXTRA'

/** Letter of a job's tray: letters belong to the open arrival, in the order its jobs came. */
export function trayLetter(arrival: ArrivalRecord, job: string): string | undefined {
  const at = arrival.jobs.indexOf(job)
  return at < 0 ? undefined : String.fromCharCode(65 + (at % 26))
}

/** The tray of a job that another arrival carries, else one named after the job itself. */
export function trayOf(hood: Hood, arrival: ArrivalRecord, job: JobRecord): string {
  const here = trayLetter(arrival, job.id)
  if (here !== undefined) return here
  const own = hood.find('arrival', 'job', job.id).find((a) => a.state === 'open')
  return (own && trayLetter(own, job.id)) ?? job.name
}

export const isIn = (drive: DriveRecord): boolean =>
  drive.state !== 'Specified' && drive.state !== 'NeverReceived'

/** The jobs an arrival carries, without those that were deleted meanwhile. */
export function jobsOf(hood: Hood, arrival: ArrivalRecord): JobRecord[] {
  return arrival.jobs.flatMap((id) => hood.get('job', id) ?? []).filter((job) => job.state !== 'Deleted')
}

/** How many drives of an arrival's jobs are in, of how many. */
export function countOf(hood: Hood, arrival: ArrivalRecord): { received: number; expected: number } {
  let received = 0
  let expected = 0
  for (const job of jobsOf(hood, arrival)) {
    const drives = countedDrives(hood, job.id)
    const inNow = drives.filter(isIn).length
    received += inNow
    expected += job.type === 'Export' ? Math.max(job.package?.driveCount ?? 0, inNow) : drives.length
  }
  return { received, expected }
}

/** True when nothing more is expected in this arrival, so that it closes itself. */
export function isFull(hood: Hood, arrival: ArrivalRecord): boolean {
  const jobs = jobsOf(hood, arrival)
  if (jobs.length === 0) return false
  return jobs.every((job) => {
    if (job.state === 'Creating') return false
    const drives = countedDrives(hood, job.id)
    if (job.type === 'Import') return drives.length > 0 && drives.every(isIn)
    const announced = job.package?.driveCount ?? 0
    return announced > 0 && drives.filter(isIn).length >= announced
  })
}
