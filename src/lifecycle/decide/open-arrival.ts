import { hasEnded } from '../earned.ts'
import { countedDrives } from '../evolve/settle.ts'
import type { ArrivalRecord, JobRecord, Verdict } from '../records.ts'
import { trackingBase } from '../tracking-base.ts'
import { ask, type ScanContext, setWork } from './context.ts'
import { countOf, HOLD_SHELF, isIn } from './trays.ts'

/** A tracking number that means something here: an open arrival, or jobs that announced it. */
export type Parcel =
  | { readonly found: 'arrival'; readonly arrival: ArrivalRecord }
  | {
      readonly found: 'jobs'
      readonly tracking: string
      readonly base: string
      readonly jobs: readonly JobRecord[]
    }
  | {
      readonly found: 'done'
      readonly arrival: ArrivalRecord | undefined
      readonly jobs: readonly JobRecord[]
    }

/** Exact number first, then what it may contain (rule 12). */
export function findParcel(context: ScanContext): Parcel | undefined {
  const { hood } = context.draft
  for (const tracking of context.reading.trackingKeys) {
    const base = trackingBase(tracking)
    const arrivals = hood.find('arrival', 'tracking', base)
    const open = arrivals.find((a) => a.state === 'open' || a.state === 'held')
    if (open !== undefined) return { found: 'arrival', arrival: open }
    const jobs = hood.find('job', 'tracking', base).filter((job) => job.state !== 'Deleted')
    const awaited = jobs.filter((job) => !hasEnded(job) && stillAwaits(context, job))
    if (awaited.length > 0) return { found: 'jobs', tracking, base, jobs: awaited.sort(byName) }
    const [closed] = arrivals.filter((a) => a.state !== 'undone').sort((a, b) => b.openedAt - a.openedAt)
    if (jobs.length > 0 || closed !== undefined) return { found: 'done', arrival: closed, jobs }
  }
  return undefined
}

export function openParcel(context: ScanContext, parcel: Parcel): Verdict {
  if (parcel.found === 'arrival') return goOn(context, parcel.arrival)
  if (parcel.found === 'jobs') return openAnnounced(context, parcel.tracking, parcel.base, parcel.jobs)
  return {
    verdict: 'look-up',
    say: 'parcel-done',
    next: 'scan-next-box',
    facts: { job: parcel.jobs.map((j) => j.name).join(', ') },
    ...(parcel.arrival === undefined ? {} : { arrival: parcel.arrival.tracking }),
  }
}

/** A box whose number nobody announced. */
export function openBlind(context: ScanContext, tracking: string): Verdict {
  const { draft, reading } = context
  const arrival = draft.mint.uuid()
  const carrier = reading.carrier?.name
  draft.add('arrival-opened', {
    arrival,
    tracking,
    base: trackingBase(tracking),
    ...(carrier === undefined ? {} : { carrier }),
    jobs: [],
    blind: true,
  })
  draft.undoneBy('work-changed', { work: { doing: 'nothing' } })
  draft.undoneBy('arrival-opening-undone', { arrival })
  setWork(context, { doing: 'arrival', arrival })
  return {
    verdict: 'arrival-opened',
    say: 'arrival-opened-blind',
    next: 'scan-first-drive',
    facts: {},
    arrival: tracking,
    count: { received: 0, expected: 0 },
  }
}

function openAnnounced(
  context: ScanContext,
  tracking: string,
  base: string,
  jobs: readonly JobRecord[],
): Verdict {
  const { draft } = context
  const here = jobs.filter((job) => job.site === context.site)
  const carried = here.length > 0 ? here : jobs
  const arrivalId = draft.mint.uuid()
  const carrier = carried[0]?.package?.carrier ?? context.reading.carrier?.name
  draft.add('arrival-opened', {
    arrival: arrivalId,
    tracking,
    base,
    ...(carrier === undefined ? {} : { carrier }),
    jobs: carried.map((job) => job.id),
    blind: false,
  })
  draft.undoneBy('work-changed', { work: { doing: 'nothing' } })
  draft.undoneBy('arrival-opening-undone', { arrival: arrivalId })
  const names = carried.map((job) => job.name).join(', ')
  const [first] = jobs
  if (here.length === 0 && first !== undefined) {
    draft.add('arrival-held', { arrival: arrivalId })
    draft.openCase('other-site', { arrival: arrivalId, job: first.id })
    return {
      verdict: 'other-site',
      say: 'parcel-other-site',
      next: 'put-on-hold-shelf',
      facts: { job: names, site: first.site },
      job: names,
      arrival: tracking,
      tray: HOLD_SHELF,
    }
  }
  setWork(context, { doing: 'arrival', arrival: arrivalId })
  const creating = here.filter((job) => job.state === 'Creating')
  for (const job of creating) draft.openCase('job-creating', { job: job.id, arrival: arrivalId })
  const arrival = draft.hood.get('arrival', arrivalId)
  const count = arrival === undefined ? { received: 0, expected: 0 } : countOf(draft.hood, arrival)
  return {
    verdict: 'arrival-opened',
    say: creating.length === here.length ? 'arrival-opened-creating' : 'arrival-opened',
    next: 'scan-first-drive',
    facts: { job: names, expected: count.expected },
    job: names,
    arrival: tracking,
    count,
  }
}

function goOn(context: ScanContext, arrival: ArrivalRecord): Verdict {
  const { draft } = context
  const count = countOf(draft.hood, arrival)
  const base = { arrival: arrival.tracking, count, facts: { station: arrival.station, ...count } }
  if (arrival.state === 'held')
    return { ...base, verdict: 'held', say: 'parcel-held', next: 'put-on-hold-shelf', tray: HOLD_SHELF }
  if (arrival.station !== context.station) {
    // Any number that leads to this box says yes, not only the one that was scanned first.
    if (context.asked?.ask.what !== 'take-over' || context.asked.ask.subject !== arrival.id) {
      ask(context, { what: 'take-over', subject: arrival.id }, arrival.tracking)
      return { ...base, verdict: 'look-up', say: 'open-elsewhere', next: 'scan-again-to-take-over' }
    }
    draft.add('arrival-taken-over', { arrival: arrival.id })
  }
  setWork(context, { doing: 'arrival', arrival: arrival.id })
  return { ...base, verdict: 'arrival-opened', say: 'arrival-goes-on', next: 'scan-next-drive' }
}

/** A drive scanned into a box that another station has taken over: this station has nothing in hand any more. */
export function takenOver(context: ScanContext, arrival: ArrivalRecord): Verdict {
  setWork(context, { doing: 'nothing' })
  return {
    verdict: 'look-up',
    say: 'open-elsewhere',
    next: 'scan-a-box',
    facts: { station: arrival.station },
    arrival: arrival.tracking,
  }
}

/** A job waits for this number while a listed drive has not come, also after a box was closed short. */
function stillAwaits(context: ScanContext, job: JobRecord): boolean {
  const drives = countedDrives(context.draft.hood, job.id)
  if (job.type === 'Export') return job.state === 'Creating' || job.state === 'Shipping'
  return drives.length === 0 || drives.some((drive) => !isIn(drive))
}

function byName(a: JobRecord, b: JobRecord): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0
}
