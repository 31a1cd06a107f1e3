import { hasEnded, homeOf, isOfItsJob, missingFromBox, packable, waitsForItsCase } from '../earned.ts'
import type { CustodyRecord, JobRecord, ReturnRecord, Verdict } from '../records.ts'
import { driveKey } from '../records.ts'
import type { Next, Say } from '../sentences.ts'
import { onSiteDrive, type ScanContext, setWork } from './context.ts'
import { EXTRA_SHELF, HOLD_SHELF } from './trays.ts'

/** A drive scanned while a box is being packed. `box` is open; undefined until the first drive chooses it. */
export function packDrive(context: ScanContext, box: ReturnRecord | undefined): Verdict {
  const { draft, reading } = context
  const custody = onSiteDrive(context)
  if (custody === undefined) return refused('pack-not-here', 'scan-drive-of-box', { text: reading.text })
  const serial = custody.serial
  const inside = custody.state === 'packed' ? draft.hood.get('return', custody.return ?? '') : undefined
  const isOpen = inside?.state === 'packing' || inside?.state === 'labelled'
  // A box that was put down is taken up again by any drive in it.
  if (inside !== undefined && isOpen && (box === undefined || box.id === inside.id)) {
    setWork(context, { doing: 'return', return: inside.id })
    return {
      ...boxFacts(context, inside),
      verdict: 'look-up',
      say: 'packed-already',
      next: 'scan-next-drive',
      drive: serial,
    }
  }
  if (custody.state === 'packed') return refused('pack-in-other-box', 'scan-drive-of-box', {}, serial)

  const home = destination(context, custody)
  if ('say' in home) return refused(home.say, home.next, home.facts, serial)
  const target = box ?? openBox(context, home)
  if (target.job !== home.job?.id || target.arrival !== home.arrival)
    return refused('pack-belongs-elsewhere', 'put-it-back', { job: home.job?.name ?? '' }, serial)
  if (target.state === 'labelled') draft.add('label-voided', { return: target.id })
  draft.add('drive-packed', { return: target.id, serial })
  draft.undoneBy('drive-unpacked', { return: target.id, serial })
  setWork(context, { doing: 'return', return: target.id })
  return afterPacking(context, target.id, serial)
}

/** Prints the label as soon as it is earned; says what is still missing until then. */
function afterPacking(context: ScanContext, boxId: string, serial: string): Verdict {
  const { draft } = context
  const box = draft.hood.get('return', boxId)
  if (box === undefined) throw new Error('The box was just packed and is not there.')
  const missing = missingFromBox(draft.hood, box)
  const [next] = missing
  if (next !== undefined) {
    const where = draft.hood.get('custody', next)
    return {
      ...boxFacts(context, box),
      verdict: 'packed',
      say: 'packed',
      next: 'fetch-next',
      facts: { missing: missing.length, serial: next, place: placeOf(where) },
      drive: serial,
    }
  }
  const job = box.job === undefined ? undefined : draft.hood.get('job', box.job)
  if (job !== undefined && isAtWork(job))
    return {
      ...boxFacts(context, box),
      verdict: 'packed',
      say: 'packed-job-goes-on',
      next: 'scan-next-drive',
      drive: serial,
    }
  const lacking = labelLacks(context, box, job)
  if (lacking !== undefined)
    return { ...boxFacts(context, box), verdict: 'packed', say: lacking, next: 'supervisor', drive: serial }
  draft.add('label-printed', { return: box.id, reprint: false })
  draft.cannotBeUndone()
  return {
    ...boxFacts(context, box),
    verdict: 'label-printed',
    say: 'label-printed',
    next: 'label-on-scan-it',
    drive: serial,
  }
}

/** TD-PRINT: the label again, or now that what it lacked is there. */
export function printLabel(context: ScanContext, box: ReturnRecord): Verdict {
  const { draft } = context
  const job = box.job === undefined ? undefined : draft.hood.get('job', box.job)
  if (box.state === 'shipped' || box.state === 'void') return refused('print-box-gone', 'scan-pack-first', {})
  if (box.state === 'packing' || box.state === 'labelled') {
    const missing = missingFromBox(draft.hood, box)
    // A drive that turned up since belongs into this box too: its label was earned too early.
    if (box.state === 'labelled' && missing.length > 0) draft.add('label-voided', { return: box.id })
    if (box.drives.length === 0 || missing.length > 0)
      return refused('label-not-earned', 'fetch-next', {
        missing: missing.length,
        serial: missing[0] ?? '',
        place: placeOf(draft.hood.get('custody', missing[0] ?? '')),
      })
    const lacking = box.state === 'packing' ? labelLacks(context, box, job) : undefined
    if (lacking !== undefined) {
      draft.cannotBeUndone()
      return refused(lacking, 'supervisor', {})
    }
  }
  const reprint = box.state !== 'packing'
  draft.add('label-printed', { return: box.id, reprint })
  return {
    ...boxFacts(context, box),
    verdict: 'label-printed',
    say: reprint ? 'label-reprinted' : 'label-printed',
    next: 'label-on-scan-it',
  }
}

/** Rule 8 again at the last moment: without an address no label, and the case is opened if it was not. */
function labelLacks(context: ScanContext, box: ReturnRecord, job: JobRecord | undefined): Say | undefined {
  if (job === undefined) {
    if (box.arrival !== undefined && addressKnown(context, box.arrival)) return undefined
    context.draft.openCase(
      'unreturnable',
      box.arrival === undefined ? { return: box.id } : { arrival: box.arrival },
    )
    return 'label-lacks-address'
  }
  // What the customer answered when asked counts as well: an ended job can no longer be changed.
  const told = context.draft.hood
    .find('case', 'job', job.id)
    .some((about) => about.reason === 'return-address-missing' && about.answeredAt !== undefined)
  if (!job.hasReturnAddress && !told) {
    context.draft.openCase('return-address-missing', { job: job.id })
    return 'label-lacks-address'
  }
  return undefined
}

/** Copying or waiting: more of its drives may still have to go into the box. */
function isAtWork(job: JobRecord): boolean {
  return job.state !== 'Packaging' && !hasEnded(job)
}

/** A package without a job goes where its sender said when asked, or to the only customer whose jobs it carried. */
function addressKnown(context: ScanContext, arrivalId: string): boolean {
  const { hood } = context.draft
  if (hood.find('case', 'arrival', arrivalId).some((c) => c.answeredAt !== undefined)) return true
  const jobs = (hood.get('arrival', arrivalId)?.jobs ?? []).flatMap((id) => hood.get('job', id) ?? [])
  const customers = new Set(jobs.map((job) => job.subscription))
  return customers.size === 1 && jobs.some((job) => job.hasReturnAddress)
}

type Destination =
  | { readonly job: JobRecord | undefined; readonly arrival: string | undefined }
  | { readonly say: Say; readonly next: Next; readonly facts: Verdict['facts'] }

function destination(context: ScanContext, custody: CustodyRecord): Destination {
  const { hood } = context.draft
  const waits = waitsForItsCase(hood, custody)
  const own = custody.job === undefined ? undefined : hood.get('job', custody.job)
  if (own !== undefined && isOfItsJob(hood, custody)) {
    const drive = hood.get('drive', driveKey(own.id, custody.serial))
    const ready =
      drive === undefined ? { ok: false as const, because: 'not-copied-yet' as const } : packable(drive, own)
    if (!ready.ok) return { say: `pack-${ready.because}`, next: 'put-it-back', facts: { job: own.name } }
    return waits ? { say: 'pack-held', next: 'supervisor', facts: {} } : { job: own, arrival: undefined }
  }
  const home = homeOf(hood, custody)
  if (home.to === 'undecided') return { say: 'pack-whose', next: 'supervisor', facts: {} }
  if (waits && home.to === 'job') return { say: 'pack-held', next: 'supervisor', facts: {} }
  if (home.to === 'arrival') return { job: undefined, arrival: home.arrival }
  return { job: hood.get('job', home.job), arrival: undefined }
}

function openBox(
  context: ScanContext,
  home: { job: JobRecord | undefined; arrival: string | undefined },
): ReturnRecord {
  const { draft } = context
  const open = draft.hood
    .all('return')
    .find(
      (r) =>
        (r.state === 'packing' || r.state === 'labelled') &&
        r.job === home.job?.id &&
        r.arrival === home.arrival,
    )
  if (open !== undefined) return open
  const id = draft.mint.uuid()
  draft.add('return-opened', {
    return: id,
    number: draft.mint.returnNumber(),
    ...(home.job === undefined ? {} : { job: home.job.id }),
    ...(home.arrival === undefined ? {} : { arrival: home.arrival }),
  })
  draft.undoneBy('work-changed', { work: { doing: 'packing' } })
  draft.undoneBy('return-voided', { return: id })
  const opened = draft.hood.get('return', id)
  if (opened === undefined) throw new Error('The box was just opened and is not there.')
  return opened
}

function boxFacts(
  context: ScanContext,
  box: ReturnRecord,
): Pick<Verdict, 'facts' | 'return' | 'count' | 'job'> {
  const now = context.draft.hood.get('return', box.id) ?? box
  const job = now.job === undefined ? undefined : context.draft.hood.get('job', now.job)
  const expected = now.drives.length + missingFromBox(context.draft.hood, now).length
  return {
    facts: { number: now.number, packed: now.drives.length, expected },
    return: now.number,
    count: { received: now.drives.length, expected },
    ...(job === undefined ? {} : { job: job.name }),
  }
}

function placeOf(custody: CustodyRecord | undefined): string {
  if (custody === undefined) return ''
  if (custody.state === 'extra') return EXTRA_SHELF
  if (custody.state === 'held') return HOLD_SHELF
  if (custody.state === 'bay') return `bay ${custody.bay ?? ''}`
  return custody.tray ?? ''
}

export function refused(say: Say, next: Next, facts: Verdict['facts'], drive?: string): Verdict {
  return { verdict: 'refused', say, next, facts, ...(drive === undefined ? {} : { drive }) }
}
