import { isOnSite } from '../earned.ts'
import { type CustodyRecord, type DriveRecord, driveKey, type Verdict } from '../records.ts'
import { askSecond, mayDo } from './authority.ts'
import { driveInHand, type ScanContext, settledWork } from './context.ts'
import type { DeedCode } from './deeds.ts'
import { refused } from './pack-drive.ts'

/** What can be said of the drive in the operator's hand (or one named by a screen) without a case: it opens one. */
export function deedOfDrive(context: ScanContext, deed: DeedCode): Verdict | undefined {
  if (deed === 'TD-LOST') return lose(context)
  if (deed === 'TD-DECLINE') return decline(context)
  return undefined
}

/** The drive a command is about: the one a screen names, else that of the newest scan. */
function subjectOf(context: ScanContext): CustodyRecord | undefined {
  const named = context.given?.serial
  const custody = named === undefined ? driveInHand(context) : context.draft.hood.get('custody', named)
  return custody !== undefined && isOnSite(custody) ? custody : undefined
}

function driveOf({ draft }: ScanContext, custody: CustodyRecord): DriveRecord | undefined {
  return custody.job === undefined
    ? undefined
    : draft.hood.get('drive', driveKey(custody.job, custody.serial))
}

/** The case is there from now on, confirmed or not: a drive that nobody finds must not be forgotten. */
function lose(context: ScanContext): Verdict {
  const custody = subjectOf(context)
  if (custody === undefined) return refused('no-drive-in-hand', 'scan-drive-first', {})
  const barred = mayDo(context, 'TD-LOST')
  if (barred !== undefined) return barred
  const { draft } = context
  const about = { serial: custody.serial, ...(custody.job === undefined ? {} : { job: custody.job }) }
  draft.openCase('released', about)
  draft.undo.length = 0
  const opened = draft.hood
    .all('case')
    .find((one) => one.reason === 'released' && one.serial === custody.serial && one.state !== 'resolved')
  if (opened === undefined) throw new Error('The case was just opened and is not there.')
  return askSecond(context, opened, 'TD-LOST')
}

/** A drive that does not conform is refused by itself; the others of its job go on. */
function decline(context: ScanContext): Verdict {
  const custody = subjectOf(context)
  const drive = custody === undefined ? undefined : driveOf(context, custody)
  if (drive === undefined || drive.state !== 'Received')
    return refused('nothing-to-decline', 'scan-drive-first', {})
  const about = { job: drive.job, serial: drive.serial }
  const reason = context.given?.reason ?? 'UnsupportedDrive'
  context.draft.add('drive-declined', { ...about, reason })
  context.draft.openCase('declined', about)
  context.draft.undo.length = 0
  return { verdict: 'command', say: 'declined', next: 'goes-home', facts: {}, drive: drive.serial }
}

/** TD-FAULT: this drive, or the job a screen names, does not go on normally (rule 22). */
export function faultIt(context: ScanContext): Verdict {
  const { draft } = context
  const job = context.given?.job === undefined ? undefined : draft.hood.get('job', context.given.job)
  if (job !== undefined) {
    if (job.fault === undefined) draft.add('job-faulted', { job: job.id, reason: 'operator' })
    draft.openCase('faulted', { job: job.id })
    draft.undo.length = 0
    return { verdict: 'command', say: 'faulted', next: 'see-the-case', facts: {}, job: job.name }
  }
  const custody = subjectOf(context)
  const drive = custody === undefined ? undefined : driveOf(context, custody)
  if (drive === undefined) return refused('no-drive-in-hand', 'scan-drive-first', {})
  const about = { job: drive.job, serial: drive.serial }
  if (drive.fault === undefined) {
    draft.add('drive-faulted', { ...about, reason: 'operator' })
    draft.undoneBy('drive-fault-cleared', about)
  }
  draft.openCase('faulted', about)
  return { verdict: 'command', say: 'faulted', next: 'see-the-case', facts: {}, drive: drive.serial }
}

/** TD-NORETURN: the address is wrong, or the carrier brings the box back. About the box in hand, a drive, or a named job. */
export function cannotReturn(context: ScanContext): Verdict {
  const { draft } = context
  const work = settledWork(context)
  const box = work.doing === 'return' ? draft.hood.get('return', work.return) : undefined
  const id = context.given?.job ?? box?.job ?? subjectOf(context)?.job
  const job = id === undefined ? undefined : draft.hood.get('job', id)
  const arrival = box?.arrival
  if (job === undefined && arrival === undefined) return refused('no-drive-in-hand', 'scan-drive-first', {})
  draft.openCase('unreturnable', job === undefined ? { arrival: arrival ?? '' } : { job: job.id })
  draft.undo.length = 0
  return {
    verdict: 'command',
    say: 'no-way-home',
    next: 'ask-the-customer',
    facts: {},
    ...(job === undefined ? {} : { job: job.name }),
  }
}
