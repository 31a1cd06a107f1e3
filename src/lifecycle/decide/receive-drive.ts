import { countedDrives } from '../evolve/settle.ts'
import {
  type ArrivalRecord,
  type DriveRecord,
  driveKey,
  type HoldReason,
  type JobRecord,
  type Verdict,
} from '../records.ts'
import { type ScanContext, setWork, workNow } from './context.ts'
import { type Match, matchDrive } from './match-drive.ts'
import { countOf, EXTRA_SHELF, HOLD_SHELF, isFull, isIn, jobsOf, trayOf } from './trays.ts'

/** A drive serial scanned while an arrival is open (or has just closed itself). */
export function receiveDrive(context: ScanContext, arrival: ArrivalRecord): Verdict {
  const { draft, reading } = context
  const [first, ...others] = reading.serialKeys
  if (first === undefined) return notUnderstood(context, arrival, reading.text)
  let serial = first
  let match = matchDrive(draft.hood, arrival, serial, context.site)
  for (const key of others) {
    if (
      match.as !== 'unknown' &&
      match.as !== 'held' &&
      match.as !== 'extra' &&
      match.as !== 'ask-export' &&
      match.as !== 'joins'
    )
      break
    const other = matchDrive(draft.hood, arrival, key, context.site)
    // An exact match with something expected wins over every other reading.
    if (other.as === 'received' || other.as === 'received-for-another-job' || other.as === 'already') {
      serial = key
      match = other
    }
  }
  if (
    match.as === 'unknown' ||
    match.as === 'joins' ||
    match.as === 'ask-export' ||
    (match.as === 'held' && match.because === 'unannounced')
  ) {
    const odd = oddity(context, arrival, serial)
    if (odd !== undefined) return odd
  }
  return act(context, arrival, serial, match)
}

function act(context: ScanContext, arrival: ArrivalRecord, serial: string, match: Match): Verdict {
  switch (match.as) {
    case 'received':
      return take(context, arrival, serial, match.job, {
        driveId: match.drive.driveId,
        verdict: match.late ? 'received-late' : 'received',
      })
    case 'received-for-another-job':
      return take(context, arrival, serial, match.job, {
        driveId: match.drive.driveId,
        verdict: 'received-for-another-job',
      })
    case 'joins':
      return take(context, arrival, serial, match.job, { driveId: serial, verdict: 'received' })
    case 'received-apart':
      return takeApart(context, arrival, serial, match.job, match.drive)
    case 'ask-export':
      return askExport(context, arrival, serial, match.job)
    case 'already':
      return already(context, arrival, serial, match)
    case 'held':
      return hold(context, arrival, serial, match.because, match.job)
    case 'other-site':
      return hold(context, arrival, serial, 'other-site', match.job)
    case 'extra':
    case 'unknown':
      return setAside(context, arrival, serial, match.as === 'extra' && match.full !== undefined)
  }
}

interface Taking {
  readonly driveId: string
  readonly verdict: 'received' | 'received-late' | 'received-for-another-job'
}

function take(
  context: ScanContext,
  arrival: ArrivalRecord,
  serial: string,
  job: JobRecord,
  taking: Taking,
): Verdict {
  const { draft } = context
  const firstOfJob = !countedDrives(draft.hood, job.id).some(isIn)
  if (arrival.jobs.length === 0 && arrival.blind)
    draft.add('arrival-job-attached', { arrival: arrival.id, job: job.id })
  voidOpenLabel(context, job)
  const tray = trayOf(draft.hood, draft.hood.get('arrival', arrival.id) ?? arrival, job)
  draft.add('drive-received', {
    job: job.id,
    serial,
    driveId: taking.driveId,
    arrival: arrival.id,
    tray,
    apart: false,
  })
  draft.undoneBy('receipt-undone', { job: job.id, serial })
  if (firstOfJob) checkWayHome(context, job)
  const full = closeWhenFull(context, arrival.id)
  const box = draft.hood.get('arrival', arrival.id) ?? arrival
  const count = countOf(draft.hood, box)
  return {
    verdict: taking.verdict,
    say: full ? 'received-all-in' : taking.verdict,
    next: full ? 'box-done' : 'scan-next-drive',
    facts: { job: job.name, tray, received: count.received, expected: count.expected },
    drive: serial,
    job: job.name,
    arrival: arrival.tracking,
    tray,
    count,
  }
}

function takeApart(
  context: ScanContext,
  arrival: ArrivalRecord,
  serial: string,
  job: JobRecord,
  drive: DriveRecord,
): Verdict {
  const { draft } = context
  const tray = job.name
  draft.add('drive-received', {
    job: job.id,
    serial,
    driveId: drive.driveId,
    arrival: arrival.id,
    tray,
    apart: true,
  })
  draft.undoneBy('receipt-undone', { job: job.id, serial })
  draft.openCase('late-drive', { job: job.id, serial, arrival: arrival.id })
  const count = countOf(draft.hood, arrival)
  return {
    verdict: 'received-late',
    say: 'received-apart',
    next: 'scan-next-drive',
    facts: { job: job.name, tray, state: job.state },
    drive: serial,
    job: job.name,
    arrival: arrival.tracking,
    tray,
    count,
  }
}

function already(
  context: ScanContext,
  arrival: ArrivalRecord,
  serial: string,
  match: Extract<Match, { as: 'already' }>,
): Verdict {
  const place = match.custody.state
  const tray = place === 'held' ? HOLD_SHELF : place === 'extra' ? EXTRA_SHELF : match.custody.tray
  return {
    verdict: 'already-received',
    say: place === 'held' ? 'already-held' : place === 'extra' ? 'already-extra' : 'already-received',
    next: 'scan-next-drive',
    facts: { tray: tray ?? '', job: match.job?.name ?? '' },
    drive: serial,
    ...(match.job === undefined ? {} : { job: match.job.name }),
    arrival: arrival.tracking,
    ...(tray === undefined ? {} : { tray }),
    count: countOf(context.draft.hood, arrival),
  }
}

function hold(
  context: ScanContext,
  arrival: ArrivalRecord,
  serial: string,
  because: Extract<HoldReason, 'job-creating' | 'listed-twice' | 'unannounced' | 'other-site'>,
  job: JobRecord | undefined,
): Verdict {
  const { draft } = context
  const about = job === undefined ? {} : { job: job.id }
  draft.add('drive-held', { serial, ...about, arrival: arrival.id, because })
  draft.undoneBy('placing-undone', { serial })
  draft.openCase(because, { ...about, serial, arrival: arrival.id })
  return {
    verdict: because === 'other-site' ? 'other-site' : 'held',
    say: because === 'other-site' ? 'drive-other-site' : `held-${because}`,
    next: 'hold-shelf-next-drive',
    facts: { job: job?.name ?? '', site: job?.site ?? '' },
    drive: serial,
    ...(job === undefined ? {} : { job: job.name }),
    arrival: arrival.tracking,
    tray: HOLD_SHELF,
    count: countOf(draft.hood, arrival),
  }
}

export function setAside(
  context: ScanContext,
  arrival: ArrivalRecord,
  serial: string,
  jobFull: boolean,
): Verdict {
  const { draft } = context
  draft.add('drive-set-aside', { serial, arrival: arrival.id })
  draft.undoneBy('placing-undone', { serial })
  if (jobFull) draft.openCase('more-than-ten', { serial, arrival: arrival.id })
  const owners = new Set(jobsOf(draft.hood, arrival).map((job) => job.subscription))
  if (owners.size > 1) draft.openCase('whose-extra', { serial, arrival: arrival.id })
  return {
    verdict: 'extra',
    say: jobFull ? 'extra-job-full' : 'extra',
    next: 'extra-shelf-next-drive',
    facts: {},
    drive: serial,
    arrival: arrival.tracking,
    tray: EXTRA_SHELF,
    count: countOf(draft.hood, arrival),
  }
}

function askExport(context: ScanContext, arrival: ArrivalRecord, serial: string, job: JobRecord): Verdict {
  const work = workNow(context)
  const yes = work.doing === 'asking' && work.ask.what === 'joins-export' && work.text === serial
  if (yes) {
    const asked = context.draft.hood.get('job', work.ask.subject ?? '') ?? job
    setWork(context, work.before)
    return take(context, arrival, serial, asked, { driveId: serial, verdict: 'received' })
  }
  setWork(context, {
    doing: 'asking',
    ask: { what: 'joins-export', subject: job.id },
    text: serial,
    before: { doing: 'arrival', arrival: arrival.id },
  })
  return {
    verdict: 'look-up',
    say: 'ask-export',
    next: 'scan-again-for-export',
    facts: { job: job.name },
    drive: serial,
    job: job.name,
    arrival: arrival.tracking,
    count: countOf(context.draft.hood, arrival),
  }
}

/** Things that look like a serial but are a misread, two codes in one, or another code printed on the drive. */
function oddity(context: ScanContext, arrival: ArrivalRecord, serial: string): Verdict | undefined {
  const { draft, reading, aids } = context
  const base = { facts: {}, arrival: arrival.tracking, count: countOf(draft.hood, arrival) }
  const drives = jobsOf(draft.hood, arrival).flatMap((job) => countedDrives(draft.hood, job.id))
  const glued = aids.splitGlued(
    serial,
    drives.map((d) => d.serial),
  )
  if (glued !== undefined)
    return {
      ...base,
      verdict: 'unreadable',
      say: 'glued',
      next: 'scan-one-at-a-time',
      facts: { first: glued[0] ?? '' },
    }
  const work = workNow(context)
  const insisted = work.doing === 'asking' && work.ask.what === 'is-it-really' && work.text === serial
  const missing = drives.filter((d) => !isIn(d)).map((d) => d.serial)
  const misread = aids.misreadOf(serial, missing)
  if (misread !== undefined && !insisted) {
    setWork(context, {
      doing: 'asking',
      ask: { what: 'is-it-really', subject: arrival.id },
      text: serial,
      before: { doing: 'arrival', arrival: arrival.id },
    })
    return {
      ...base,
      verdict: 'unreadable',
      say: 'misread',
      next: 'scan-again',
      facts: { expected: misread.expected },
      drive: serial,
      misread,
    }
  }
  if (insisted) setWork(context, work.before)
  const what = reading.notSerial ?? (reading.carrier?.checkDigit === 'valid' ? 'tracking-number' : undefined)
  if (what !== undefined)
    return {
      ...base,
      verdict: 'not-a-drive-serial',
      say: `not-serial-${what}`,
      next: 'scan-serial',
      facts: { text: reading.text },
    }
  if (reading.serialKeys.length === 0) return notUnderstood(context, arrival, reading.text)
  return undefined
}

function notUnderstood(context: ScanContext, arrival: ArrivalRecord, text: string): Verdict {
  return {
    verdict: 'not-a-drive-serial',
    say: 'not-serial',
    next: 'scan-serial',
    facts: { text },
    arrival: arrival.tracking,
    count: countOf(context.draft.hood, arrival),
  }
}

/** Rule 8: a missing address or carrier account is a case at the first drive, not at packing. */
function checkWayHome(context: ScanContext, job: JobRecord): void {
  if (!job.hasReturnAddress) context.draft.openCase('return-address-missing', { job: job.id })
  if (!job.hasCarrierAccount) context.draft.openCase('carrier-account-missing', { job: job.id })
}

function closeWhenFull(context: ScanContext, arrivalId: string): boolean {
  const { draft } = context
  const arrival = draft.hood.get('arrival', arrivalId)
  if (arrival?.state !== 'open' || !isFull(draft.hood, arrival)) return false
  draft.add('arrival-closed', { arrival: arrival.id, short: false })
  draft.undoneBy('arrival-reopened', { arrival: arrival.id })
  return true
}

/** Rule 10: a late drive makes the printed label of its job wrong. */
function voidOpenLabel(context: ScanContext, job: JobRecord): void {
  for (const box of context.draft.hood.find('return', 'job', job.id))
    if (box.state === 'labelled') context.draft.add('label-voided', { return: box.id })
}

/** Rule 11: drives that were held because their job was still being created, once it is announced. */
export function releaseHolds(context: Pick<ScanContext, 'draft'>, jobId: string): readonly string[] {
  const { draft } = context
  const job = draft.hood.get('job', jobId)
  if (job?.state !== 'Shipping') return []
  const released: string[] = []
  for (const custody of draft.hood.all('custody')) {
    if (custody.state !== 'held' || custody.heldBecause !== 'job-creating' || custody.arrival === undefined)
      continue
    const drive = draft.hood.get('drive', driveKey(jobId, custody.serial))
    const arrival = draft.hood.get('arrival', custody.arrival)
    if (drive === undefined || drive.withdrawn === true || arrival === undefined) continue
    if (!arrival.jobs.includes(jobId)) draft.add('arrival-job-attached', { arrival: arrival.id, job: jobId })
    const tray = trayOf(draft.hood, draft.hood.get('arrival', arrival.id) ?? arrival, job)
    draft.add('drive-received', {
      job: jobId,
      serial: custody.serial,
      driveId: drive.driveId,
      arrival: arrival.id,
      tray,
      apart: false,
    })
    for (const open of draft.hood.find('case', 'serial', custody.serial))
      if (open.reason === 'job-creating' && open.state !== 'resolved')
        draft.add('case-resolved', { case: open.id })
    released.push(custody.serial)
  }
  return released
}
