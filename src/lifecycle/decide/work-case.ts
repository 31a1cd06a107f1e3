import type { CaseRecord, Verdict } from '../records.ts'
import { askSecond, mayDo, personAt } from './authority.ts'
import { type ScanContext, settledWork, setWork } from './context.ts'
import type { DeedAnswer } from './deed-answer.ts'
import { AUTHORITY, type DeedCode, type NotYet, notYet } from './deeds.ts'
import { deedOfDrive } from './drive-deeds.ts'
import { refused } from './pack-drive.ts'
import { SETTLE } from './settle-case.ts'

/** TD-CASE: takes the most urgent case in hand, and each time the next one. `next` was found by the station. */
export function takeCaseInHand(context: ScanContext, next: string | undefined): Verdict {
  const about = next === undefined ? undefined : context.draft.hood.get('case', next)
  if (about === undefined) return { verdict: 'command', say: 'no-case', next: 'scan-a-box', facts: {} }
  setWork(context, { doing: 'case', case: about.id })
  return { ...aboutCase(context, about), verdict: 'command', say: 'case-in-hand', next: 'scan-a-deed' }
}

/** The case a deed is about: the one the Cases room names, else the one in hand. */
function caseInHand(context: ScanContext): CaseRecord | undefined {
  const work = settledWork(context)
  const id = context.given?.case ?? (work.doing === 'case' ? work.case : undefined)
  return id === undefined ? undefined : context.draft.hood.get('case', id)
}

export function doDeed(context: ScanContext, deed: DeedCode): Verdict {
  const about = caseInHand(context)
  if (about === undefined)
    return deedOfDrive(context, deed) ?? refused('no-case-in-hand', 'scan-case-first', {})
  if (about.state === 'resolved') return refused('case-gone', 'scan-case-first', {})
  const early = notYet(context.draft.hood, about, deed, context.now)
  if (early !== undefined) return tooEarly(early)
  const barred = mayDo(context, deed)
  if (barred !== undefined) return barred
  const details = context.given ?? {}
  if (deed === 'TD-ABSENT') {
    // Proof of absence: what was counted is written down first, whoever confirms it.
    const counted = (about.log ?? []).some((note) => note.count !== undefined)
    if (details.count === undefined && !counted) return refused('count-missing', 'note-the-count', {})
    note(context, about)
  }
  if (AUTHORITY[deed] === 'two') return askSecond(context, about, deed)
  return settle(context, about, deed, undefined)
}

/** A second person has confirmed with a badge. What was true when it was asked is looked at again. */
export function confirmDeed(
  context: ScanContext,
  about: CaseRecord,
  deed: DeedCode,
  second: string,
): Verdict {
  if (about.state === 'resolved') return refused('case-gone', 'scan-case-first', {})
  const early = notYet(context.draft.hood, about, deed, context.now)
  if (early !== undefined) return tooEarly(early)
  return mayDo(context, deed) ?? settle(context, about, deed, second)
}

function settle(
  context: ScanContext,
  about: CaseRecord,
  deed: DeedCode,
  second: string | undefined,
): Verdict {
  const undoable = context.draft.undo.length
  const answer = TALK[deed]?.(context, about) ?? SETTLE[deed]?.(context, about, second)
  if (answer === undefined) return refused('deed-not-for-case', 'see-the-case', {})
  if ('refused' in answer)
    return refused(answer.refused, 'see-the-case', { ...aboutCase(context, about).facts, ...answer.facts })
  // A deed is taken back by another deed, never by a scan of TD-UNDO.
  context.draft.undo.length = undoable
  const left = context.draft.hood.get('case', about.id)
  const work = settledWork(context)
  if (left?.state === 'resolved' && work.doing === 'case') setWork(context, { doing: 'nothing' })
  const { facts, ...shown } = aboutCase(context, about)
  return {
    ...shown,
    verdict: 'command',
    say: answer.say,
    next: answer.next ?? (left?.state === 'resolved' ? 'case-done' : 'scan-a-deed'),
    facts: { ...facts, ...answer.facts },
  }
}

type Deed = (context: ScanContext, about: CaseRecord) => DeedAnswer

/** Talking about a case: nothing of the job or its drives moves. */
const TALK: Readonly<Partial<Record<DeedCode, Deed>>> = {
  'TD-TAKE': (context, about) => {
    const owner = personAt(context)?.id ?? context.draft.stamp.actor
    context.draft.add('case-taken', { case: about.id, owner })
    return { say: 'case-taken' }
  },
  'TD-CALLED': (context, about) => {
    context.draft.add('case-contacted', { case: about.id, how: 'phone', ...noteOf(context) })
    return { say: 'case-contacted', next: 'wait-for-answer' }
  },
  'TD-MAILED': (context, about) => {
    context.draft.add('case-contacted', { case: about.id, how: 'mail', ...noteOf(context) })
    return { say: 'case-contacted', next: 'wait-for-answer' }
  },
  'TD-ANSWERED': (context, about) => {
    context.draft.add('case-answered', { case: about.id, ...noteOf(context) })
    return { say: 'case-answered' }
  },
  'TD-NOTE': (context, about) => {
    const { given } = context
    if (given?.note === undefined && given?.count === undefined && given?.photo === undefined)
      return { refused: 'nothing-to-note' }
    note(context, about)
    return { say: 'case-noted' }
  },
}

function noteOf(context: ScanContext): { readonly note?: string } {
  return context.given?.note === undefined ? {} : { note: context.given.note }
}

/** Writes down whatever evidence came with the deed. */
function note(context: ScanContext, about: CaseRecord): void {
  const { count, photo } = context.given ?? {}
  const evidence = {
    ...noteOf(context),
    ...(count === undefined ? {} : { count }),
    ...(photo === undefined ? {} : { photo }),
  }
  if (Object.keys(evidence).length > 0) context.draft.add('case-noted', { case: about.id, ...evidence })
}

function tooEarly(early: NotYet): Verdict {
  switch (early.because) {
    case 'not-for-it':
      return refused('deed-not-for-case', 'see-the-case', {})
    case 'ask-first':
      return refused('ask-customer-first', 'ask-the-customer', {})
    case 'too-early':
      return refused('too-early', 'see-the-case', { day: new Date(early.at).toISOString().slice(0, 10) })
  }
}

function aboutCase(
  { draft }: ScanContext,
  about: CaseRecord,
): Pick<Verdict, 'facts' | 'drive' | 'job' | 'arrival'> {
  const job = about.job === undefined ? undefined : draft.hood.get('job', about.job)
  const arrival = about.arrival === undefined ? undefined : draft.hood.get('arrival', about.arrival)
  return {
    facts: {
      reason: about.reason,
      job: job?.name ?? '',
      state: job?.state ?? '',
      drive: about.serial ?? '',
    },
    ...(about.serial === undefined ? {} : { drive: about.serial }),
    ...(job === undefined ? {} : { job: job.name }),
    ...(arrival === undefined ? {} : { arrival: arrival.tracking }),
  }
}
