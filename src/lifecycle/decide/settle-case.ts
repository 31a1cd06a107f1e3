import { isOfItsJob, isOnSite } from '../earned.ts'
import { event, type LifeEvent } from '../events.ts'
import {
  type CaseRecord,
  type CustodyRecord,
  type DriveRecord,
  driveKey,
  type JobRecord,
} from '../records.ts'
import type { ScanContext } from './context.ts'
import { type DeedAnswer, resolveCase, tryAll } from './deed-answer.ts'
import type { DeedCode } from './deeds.ts'
import { EXTRA_SHELF, HOLD_SHELF } from './trays.ts'

type Settling = (context: ScanContext, about: CaseRecord, second: string | undefined) => DeedAnswer

/** Deeds that settle a case: each is one try of events, done whole or not at all. */
export const SETTLE: Readonly<Partial<Record<DeedCode, Settling>>> = {
  'TD-EXTEND': (context, about) => {
    const job = jobOf(context, about)
    if (job === undefined) return { refused: 'deed-not-for-case' }
    return done(context, [event('wait-extended', { job: job.id }), resolveCase(about)], 'wait-extended')
  },

  'TD-CANCEL': (context, about) => {
    const job = jobOf(context, about)
    if (job === undefined) return { refused: 'deed-not-for-case' }
    return done(context, [event('job-cancel-requested', { job: job.id })], 'job-cancelled', {
      next: 'confirm-nothing',
    })
  },

  'TD-NOTHING': (context, about) => {
    const job = jobOf(context, about)
    if (job?.cancelRequested !== true) return { refused: 'not-cancelled' }
    const ended = done(
      context,
      [event('nothing-coming', { job: job.id }), ...resolveAll(context, ofJob(job.id, NOTHING_LEFT), about)],
      'nothing-coming',
    )
    return withState(context, about, ended)
  },

  'TD-CLOSE': (context, about) => {
    const job = jobOf(context, about)
    if (job === undefined) return { refused: 'deed-not-for-case' }
    const ended = done(
      context,
      [
        event('job-went-unanswered', { job: job.id }),
        ...resolveAll(context, ofJob(job.id, NOTHING_LEFT), about),
      ],
      'job-closed',
    )
    return withState(context, about, ended)
  },

  // What was counted once holds for every drive missing from that box.
  'TD-ABSENT': (context, about, second) => {
    const same = (one: CaseRecord) =>
      one.arrival === about.arrival &&
      (one.reason === 'closed-short' || one.reason === 'fewer-than-announced')
    return done(
      context,
      [
        event('case-noted', { case: about.id, ...(second === undefined ? {} : { second }) }),
        ...resolveAll(context, same, about),
      ],
      'absence-proven',
    )
  },

  'TD-REPAIRED': (context, about) => {
    const drive = driveOf(context, about)
    const job = jobOf(context, about)
    const events: LifeEvent[] = []
    if (drive?.fault !== undefined)
      events.push(event('drive-fault-cleared', { job: drive.job, serial: drive.serial }))
    if (about.serial === undefined && job?.fault !== undefined)
      events.push(event('job-fault-cleared', { job: job.id }))
    const ended = done(context, [...events, resolveCase(about)], 'repaired')
    const state = driveOf(context, about)?.state ?? jobOf(context, about)?.state ?? ''
    return 'refused' in ended ? ended : { ...ended, facts: { state } }
  },

  'TD-DECLINE': (context, about) => {
    const drive = driveOf(context, about)
    if (drive?.state !== 'Received') return { refused: 'nothing-to-decline' }
    const reason = context.given?.reason ?? 'UnsupportedDrive'
    return done(
      context,
      [
        event('drive-declined', { job: drive.job, serial: drive.serial, reason }),
        ...backToItsPlace(context, about),
        resolveCase(about),
      ],
      'declined',
      { next: 'goes-home' },
    )
  },

  'TD-RELEASE': (context, about) => {
    const place = backToItsPlace(context, about)
    const ended = done(context, [...place, resolveCase(about)], 'hold-released')
    return 'refused' in ended ? ended : { ...ended, facts: { place: placeNow(context, about) } }
  },

  'TD-OVERRIDE': (context, about, second) => {
    const drive = driveOf(context, about)
    if (drive === undefined) return { refused: 'deed-not-for-case' }
    const judged = event('identity-judged', {
      job: drive.job,
      serial: drive.serial,
      verdict: 'overridden',
      compared: {
        label: drive.serial,
        manifest: drive.driveId,
        by: context.draft.stamp.actor,
        ...(second === undefined ? {} : { second }),
      },
    })
    return done(
      context,
      [judged, ...backToItsPlace(context, about), resolveCase(about)],
      'identity-overridden',
      { next: 'plug-it-again' },
    )
  },

  'TD-FORWARD': (context, about) => {
    const site = jobOf(context, about)?.site
    if (site === undefined) return { refused: 'deed-not-for-case' }
    const sent =
      about.serial === undefined
        ? event('arrival-forwarded', { arrival: about.arrival ?? '', site })
        : event('drive-forwarded', { serial: about.serial, site })
    return done(context, [sent, resolveCase(about)], 'forwarded', { facts: { site } })
  },

  'TD-HOME': (context, about) => {
    const job =
      context.given?.job === undefined ? undefined : context.draft.hood.get('job', context.given.job)
    const arrival = about.arrival === undefined ? undefined : context.draft.hood.get('arrival', about.arrival)
    if (about.serial === undefined || job === undefined || arrival?.jobs.includes(job.id) !== true)
      return { refused: 'job-not-chosen' }
    const named = event('drive-held', {
      serial: about.serial,
      job: job.id,
      arrival: arrival.id,
      because: 'unannounced',
    })
    return done(context, [named, resolveCase(about)], 'goes-home-with', { facts: { job: job.name } })
  },

  'TD-DESTROY': (context, about, second) => {
    const drives = drivesAtStake(context, about)
    if (second === undefined || drives.length === 0) return { refused: 'nothing-on-site' }
    return done(
      context,
      [
        ...drives.map(({ serial }) =>
          event('drive-released', { serial, as: 'destroyed', second, reason: about.reason }),
        ),
        ...resolveAll(context, ofDrives(drives), about),
      ],
      'destroyed',
      { facts: { drives: drives.length } },
    )
  },

  'TD-LOST': (context, about, second) => {
    const { serial } = about
    const custody = serial === undefined ? undefined : context.draft.hood.get('custody', serial)
    if (second === undefined || custody === undefined || !isOnSite(custody))
      return { refused: 'nothing-on-site' }
    const lost = event('drive-released', {
      serial: custody.serial,
      as: 'lost',
      second,
      reason: about.reason,
    })
    // The case that says so stays open until the customer was told.
    const others = resolveAll(context, (one) => one.serial === serial && one.reason !== 'released')
    const ended = done(context, [lost, ...others], 'lost', { next: 'tell-the-customer' })
    if (!('refused' in ended))
      context.draft.openCase('released', {
        serial: custody.serial,
        ...(about.job === undefined ? {} : { job: about.job }),
      })
    return ended
  },

  'TD-RESOLVE': (context, about) => {
    const custody = about.serial === undefined ? undefined : context.draft.hood.get('custody', about.serial)
    // A drive found again, and one whose job may have it after all, goes back to where it belongs.
    const back =
      custody?.state === 'held' && about.reason === 'released' ? backToItsPlace(context, about) : []
    return done(context, [...back, resolveCase(about)], 'case-resolved')
  },
}

/** Cases that have no point once a job has ended without a drive. */
const NOTHING_LEFT: ReadonlySet<CaseRecord['reason']> = new Set(['shipping-overdue', 'cancelled'])

const ofJob = (job: string, reasons: ReadonlySet<CaseRecord['reason']>) => (one: CaseRecord) =>
  one.job === job && reasons.has(one.reason)

const ofDrives = (drives: readonly CustodyRecord[]) => (one: CaseRecord) =>
  drives.some(({ serial }) => serial === one.serial)

function done(
  context: ScanContext,
  events: readonly LifeEvent[],
  say: Exclude<DeedAnswer, { refused: unknown }>['say'],
  more: Omit<Exclude<DeedAnswer, { refused: unknown }>, 'say'> = {},
): DeedAnswer {
  const because = tryAll(context, events)
  return because === undefined ? { say, ...more } : { refused: 'rules-refuse', facts: { because } }
}

/** The case itself, and every open one that `also` picks. */
function resolveAll(
  { draft }: ScanContext,
  also: (one: CaseRecord) => boolean,
  about?: CaseRecord,
): LifeEvent[] {
  return draft.hood
    .all('case')
    .filter((one) => one.state !== 'resolved' && (one.id === about?.id || also(one)))
    .map(resolveCase)
}

function jobOf({ draft }: ScanContext, about: CaseRecord): JobRecord | undefined {
  return about.job === undefined ? undefined : draft.hood.get('job', about.job)
}

function driveOf({ draft }: ScanContext, about: CaseRecord): DriveRecord | undefined {
  return about.job === undefined || about.serial === undefined
    ? undefined
    : draft.hood.get('drive', driveKey(about.job, about.serial))
}

function withState(context: ScanContext, about: CaseRecord, answer: DeedAnswer): DeedAnswer {
  const state = jobOf(context, about)?.state ?? ''
  return 'refused' in answer ? answer : { ...answer, facts: { ...answer.facts, state } }
}

/** A held drive goes back to its job's tray, or to the extra shelf when no job has it; one that is not held stays. */
function backToItsPlace({ draft }: ScanContext, about: CaseRecord): LifeEvent[] {
  const custody = about.serial === undefined ? undefined : draft.hood.get('custody', about.serial)
  if (custody === undefined || (custody.state !== 'held' && custody.heldBecause === undefined)) return []
  if (custody.state === 'packed') return []
  if (isOfItsJob(draft.hood, custody)) {
    const name = custody.job === undefined ? undefined : draft.hood.get('job', custody.job)?.name
    return [event('drive-shelved', { serial: custody.serial, tray: custody.tray ?? name ?? '' })]
  }
  if (custody.state !== 'held' || custody.arrival === undefined) return []
  return [event('drive-set-aside', { serial: custody.serial, arrival: custody.arrival })]
}

function placeNow({ draft }: ScanContext, about: CaseRecord): string {
  const custody = about.serial === undefined ? undefined : draft.hood.get('custody', about.serial)
  if (custody?.state === 'extra') return EXTRA_SHELF
  return custody?.state === 'tray' ? (custody.tray ?? '') : HOLD_SHELF
}

/** Every drive on site that a case without a serial is about: those of its job, or those of a package without one. */
function drivesAtStake({ draft }: ScanContext, about: CaseRecord): CustodyRecord[] {
  const { hood } = draft
  const here = hood.all('custody').filter(isOnSite)
  if (about.serial !== undefined) return here.filter(({ serial }) => serial === about.serial)
  if (about.job !== undefined) {
    const own = (custody: CustodyRecord) => custody.state === 'held' || isOfItsJob(hood, custody)
    return here.filter((custody) => custody.job === about.job && own(custody))
  }
  return here.filter((custody) => custody.arrival === about.arrival && !isOfItsJob(hood, custody))
}
