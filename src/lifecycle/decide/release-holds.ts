import { hasEnded } from '../earned.ts'
import { event } from '../events.ts'
import { MOST_DRIVES_PER_JOB } from '../evolve/receiving.ts'
import { countedDrives } from '../evolve/settle.ts'
import type { CustodyRecord, HoldReason } from '../records.ts'
import { driveKey } from '../records.ts'
import type { Draft } from './draft.ts'
import { receive } from './receipt.ts'
import { trayOf } from './trays.ts'

/** Drives that wait for their job to be created, or to become live. */
export const WAITING_FOR_A_JOB: ReadonlySet<HoldReason | undefined> = new Set([
  'job-creating',
  'job-gone',
  'unannounced',
])

/**
 * Rule 11: drives that were held because their job was unknown or still being created, once it is announced. Those that
 * two live jobs list stay on the shelf. The neighbourhood must hold what `gather({ jobs: [jobId] })` finds. Answers the
 * serials released.
 */
export function releaseHolds(context: { readonly draft: Draft }, jobId: string): readonly string[] {
  const { draft } = context
  const job = draft.hood.get('job', jobId)
  if (job?.state !== 'Shipping') return []
  const released: string[] = []
  for (const custody of draft.hood.all('custody')) {
    const { serial } = custody
    const driveId = waitsFor(draft, custody, jobId)
    const arrival = custody.arrival === undefined ? undefined : draft.hood.get('arrival', custody.arrival)
    if (driveId === undefined || arrival === undefined) continue
    // As at a first scan: a drive of a box that nobody announced says whose box it is.
    if (arrival.blind && arrival.jobs.length === 0)
      draft.tryAdd(event('arrival-job-attached', { arrival: arrival.id, job: jobId }))
    const tray = trayOf(draft.hood, draft.hood.get('arrival', arrival.id) ?? arrival, job)
    receive(draft, { job: jobId, serial, driveId, arrival: arrival.id, tray, apart: false })
    released.push(serial)
  }
  for (const about of draft.hood.find('case', 'job', jobId))
    if (about.reason === 'job-creating') draft.tryAdd(event('case-resolved', { case: about.id }))
  return released
}

/** The drive's id in the job if it was held for this job and no other live job lists it. */
function waitsFor({ hood }: Draft, custody: CustodyRecord, jobId: string): string | undefined {
  const { serial } = custody
  if ((custody.state !== 'held' && custody.state !== 'bay') || !WAITING_FOR_A_JOB.has(custody.heldBecause))
    return undefined
  const claims = hood.find('drive', 'serial', serial).filter((drive) => {
    const job = hood.get('job', drive.job)
    return drive.withdrawn !== true && job !== undefined && !hasEnded(job)
  })
  const own = hood.get('drive', driveKey(jobId, serial))
  if (claims.some((drive) => drive.job !== jobId)) return undefined
  if (own !== undefined && own.withdrawn !== true) return own.driveId
  // An export job lists nothing: it was named when the drive was held. It takes no more than ten.
  const joins = hood.get('job', jobId)?.type === 'Export' && custody.job === jobId
  return joins && countedDrives(hood, jobId).length < MOST_DRIVES_PER_JOB ? serial : undefined
}
