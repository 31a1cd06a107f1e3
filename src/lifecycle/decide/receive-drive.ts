import { HOLD_CASES } from '../earned.ts'
import { countedDrives } from '../evolve/settle.ts'
import type { ArrivalRecord, CustodyRecord, DriveRecord, HoldReason, JobRecord, Verdict } from '../records.ts'
import { arrivalInHand, ask, type Question, type ScanContext, saidYes } from './context.ts'
import { type Match, matchDrive } from './match-drive.ts'
import { putBack, receive, voidUnearned } from './receipt.ts'
import { countOf, EXTRA_SHELF, HOLD_SHELF, isFull, isIn, jobsOf, trayOf } from './trays.ts'

/** Meanings of a serial that nothing expected: another form of it, or a look at what else it may be, comes first. */
const UNEXPECTED: ReadonlySet<Match['as']> = new Set(['unknown', 'extra', 'joins', 'ask-export', 'held'])
const EXPECTED: ReadonlySet<Match['as']> = new Set(['received', 'received-for-another-job', 'already'])

/** A drive serial scanned while an arrival is open (or has just closed itself). */
export function receiveDrive(context: ScanContext, arrival: ArrivalRecord): Verdict {
  const { hood } = context.draft
  const readings = context.reading.serialKeys.map((serial) => ({
    serial,
    match: matchDrive(hood, arrival, serial, context.site),
    isListed: hood.find('drive', 'serial', serial).some((drive) => drive.withdrawn !== true),
  }))
  const [first] = readings
  if (first === undefined) return notUnderstood(context, arrival, context.reading.text)
  // An exact match with something expected wins over every other reading, then one that any job lists.
  const other = UNEXPECTED.has(first.match.as)
    ? (readings.find(({ match }) => EXPECTED.has(match.as)) ?? readings.find(({ isListed }) => isListed))
    : undefined
  const { serial, match, isListed } = other ?? first
  const odd = UNEXPECTED.has(match.as) && !isListed ? oddity(context, arrival, serial) : undefined
  return odd ?? act(context, arrival, serial, match)
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
      return askExport(context, arrival, serial, match.jobs)
    case 'already':
      return already(context, arrival, serial, match)
    case 'held':
      return hold(context, arrival, serial, match.because, match.job)
    case 'other-site':
      return hold(context, arrival, serial, 'other-site', match.job)
    case 'risen':
      return rise(context, arrival, match.custody)
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
  const tray = trayOf(draft.hood, draft.hood.get('arrival', arrival.id) ?? arrival, job)
  receive(draft, {
    job: job.id,
    serial,
    driveId: taking.driveId,
    arrival: arrival.id,
    tray,
    apart: false,
  })
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
  receive(draft, {
    job: job.id,
    serial,
    driveId: drive.driveId,
    arrival: arrival.id,
    tray,
    apart: true,
  })
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
  const before = draft.hood.get('custody', serial)
  draft.add('drive-held', { serial, ...about, arrival: arrival.id, because })
  if (before?.state === 'held' || before?.state === 'bay')
    draft.undo.unshift(putBack({ ...before, state: 'held' }))
  else draft.undoneBy('placing-undone', { serial })
  draft.openCase(HOLD_CASES[because], { ...about, serial, arrival: arrival.id })
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

/** A lost drive that is in the operator's hand again is held; one that was destroyed cannot be, so a person looks. */
function rise(context: ScanContext, arrival: ArrivalRecord, custody: CustodyRecord): Verdict {
  const { draft } = context
  const { serial } = custody
  const base = { facts: {}, drive: serial, arrival: arrival.tracking, count: countOf(draft.hood, arrival) }
  if (custody.state === 'destroyed')
    return { ...base, verdict: 'refused', say: 'recorded-destroyed', next: 'supervisor' }
  draft.add('drive-found', { serial })
  draft.undoneBy('placing-undone', { serial })
  draft.openCase(HOLD_CASES['found-again'], {
    serial,
    ...(custody.job === undefined ? {} : { job: custody.job }),
  })
  return {
    ...base,
    verdict: 'held',
    say: 'held-found-again',
    next: 'hold-shelf-next-drive',
    tray: HOLD_SHELF,
  }
}

function setAside(context: ScanContext, arrival: ArrivalRecord, serial: string, jobFull: boolean): Verdict {
  const { draft } = context
  draft.add('drive-set-aside', { serial, arrival: arrival.id })
  draft.undoneBy('placing-undone', { serial })
  voidUnearned(draft, serial)
  if (jobFull) draft.openCase('more-than-ten', { serial, arrival: arrival.id })
  const owners = new Set(arrival.jobs.map((id) => draft.hood.get('job', id)?.subscription))
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

function askExport(
  context: ScanContext,
  arrival: ArrivalRecord,
  serial: string,
  jobs: readonly [JobRecord, ...JobRecord[]],
): Verdict {
  const yes = saidYes(context, 'joins-export', serial)
  const agreed = yes ? jobs.find((job) => job.id === context.asked?.ask.subject) : undefined
  if (agreed !== undefined)
    return take(context, arrival, serial, agreed, { driveId: serial, verdict: 'received' })
  return askAbout(context, arrival, serial, jobs[0])
}

function askAbout(context: ScanContext, arrival: ArrivalRecord, serial: string, job: JobRecord): Verdict {
  ask(context, { what: 'joins-export', subject: job.id }, serial)
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

/**
 * TD-NEXT after a drive was asked about: not for that job. The next export job in the box is asked about; when there is
 * none it is an extra. `undefined` when the question was another one, or the drive has been settled meanwhile.
 */
export function notForExport(context: ScanContext, { ask: asked, text }: Question): Verdict | undefined {
  const arrival = arrivalInHand(context)
  if (asked.what !== 'joins-export' || arrival === undefined) return undefined
  const match = matchDrive(context.draft.hood, arrival, text, context.site)
  if (match.as !== 'ask-export') return undefined
  const next = match.jobs[match.jobs.findIndex((job) => job.id === asked.subject) + 1]
  return next === undefined ? setAside(context, arrival, text, false) : askAbout(context, arrival, text, next)
}

/** What makers print as serials. Anything else that no job lists is taken for no drive. */
const SERIAL_LIKE = /^[A-Z0-9][A-Z0-9._/+-]*$/

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
  const missing = drives.filter((d) => !isIn(d)).map((d) => d.serial)
  const misread = aids.misreadOf(serial, missing)
  if (misread !== undefined && !saidYes(context, 'is-it-really', serial)) {
    ask(context, { what: 'is-it-really', subject: arrival.id }, serial)
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
  const what = reading.notSerial ?? (reading.carrier?.checkDigit === 'valid' ? 'tracking-number' : undefined)
  if (what === undefined)
    return SERIAL_LIKE.test(serial) ? undefined : notUnderstood(context, arrival, reading.text)
  return {
    ...base,
    verdict: 'not-a-drive-serial',
    say: `not-serial-${what}`,
    next: 'scan-serial',
    facts: { text: reading.text },
  }
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
