import { countedDrives } from '../evolve/settle.ts'
import type { ArrivalRecord, Verdict } from '../records.ts'
import { type ScanContext, setWork } from './context.ts'
import { refused } from './pack-drive.ts'
import { countOf, HOLD_SHELF, isIn, jobsOf } from './trays.ts'

/** TD-FINISH: nothing more comes out of this box. What is missing of its announced jobs becomes NeverReceived. */
export function closeArrival(context: ScanContext, arrival: ArrivalRecord): Verdict {
  const { draft } = context
  if (arrival.state !== 'open') {
    setWork(context, { doing: 'nothing' })
    return {
      ...summary(context, arrival),
      verdict: 'arrival-closed',
      say: 'arrival-closed-already',
      next: 'scan-next-box',
    }
  }
  const empty = draft.hood.find('custody', 'arrival', arrival.id).length === 0
  if (arrival.blind && arrival.jobs.length === 0) {
    if (empty) return refused('finish-empty-blind', 'scan-first-drive', {})
    draft.add('arrival-held', { arrival: arrival.id })
    draft.openCase('unannounced', { arrival: arrival.id })
    setWork(context, { doing: 'nothing' })
    draft.undoneBy('work-changed', { work: { doing: 'arrival', arrival: arrival.id } })
    draft.undoneBy('arrival-reopened', { arrival: arrival.id })
    return {
      ...summary(context, arrival),
      verdict: 'arrival-closed',
      say: 'arrival-held-unannounced',
      next: 'put-on-hold-shelf',
      tray: HOLD_SHELF,
    }
  }
  draft.undoneBy('work-changed', { work: { doing: 'arrival', arrival: arrival.id } })
  const missing: { job: string; serial: string }[] = []
  for (const job of jobsOf(draft.hood, arrival)) {
    // A job that is still being created, or has ended, misses nothing.
    if (job.state === 'Creating' || job.state === 'Completed' || job.state === 'Closed') continue
    if (job.type === 'Export') {
      const inNow = countedDrives(draft.hood, job.id).filter(isIn).length
      if (inNow < (job.package?.driveCount ?? 0))
        draft.openCase('fewer-than-announced', { job: job.id, arrival: arrival.id })
      continue
    }
    for (const drive of countedDrives(draft.hood, job.id))
      if (drive.state === 'Specified') missing.push({ job: job.id, serial: drive.serial })
  }
  for (const { job, serial } of missing) {
    draft.undoneBy('miss-undone', { job, serial })
    draft.openCase('closed-short', { job, serial, arrival: arrival.id })
  }
  draft.undoneBy('arrival-reopened', { arrival: arrival.id })
  for (const { job, serial } of missing) draft.add('drive-missed', { job, serial, by: 'arrival' })
  draft.add('arrival-closed', { arrival: arrival.id, short: missing.length > 0 })
  setWork(context, { doing: 'nothing' })
  const count = countOf(draft.hood, arrival)
  return {
    ...summary(context, arrival),
    verdict: 'arrival-closed',
    say: missing.length > 0 ? 'arrival-closed-short' : 'arrival-closed',
    next: 'scan-next-box',
    facts: { ...count, missing: missing.length },
  }
}

function summary(
  context: ScanContext,
  arrival: ArrivalRecord,
): Pick<Verdict, 'facts' | 'arrival' | 'count' | 'job'> {
  const count = countOf(context.draft.hood, arrival)
  const jobs = jobsOf(context.draft.hood, arrival).map((job) => job.name)
  return {
    facts: count,
    arrival: arrival.tracking,
    count,
    ...(jobs.length === 0 ? {} : { job: jobs.join(', ') }),
  }
}
