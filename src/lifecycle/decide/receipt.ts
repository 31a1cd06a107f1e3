import { dueInBox, isOnSite } from '../earned.ts'
import { type EventBodies, event, type LifeEvent } from '../events.ts'
import type { CaseReason, CustodyRecord } from '../records.ts'
import type { Draft } from './draft.ts'

/** Cases that ask whose a drive is, or where it stays: receiving it for a job answers them. */
const ANSWERED: ReadonlySet<CaseReason> = new Set([
  'closed-short',
  'job-creating',
  'job-gone',
  'listed-twice',
  'unannounced',
  'other-site',
  'more-than-ten',
  'whose-extra',
])

/** Cases of a job for which nothing had come. */
const WAITED: ReadonlySet<CaseReason> = new Set(['shipping-overdue', 'cancelled'])

/** Writes a receipt down, ends what was in question about the drive, and voids a label it makes wrong. */
export function receive(draft: Draft, receipt: EventBodies['drive-received']): void {
  const { job, serial } = receipt
  const before = draft.hood.get('custody', serial)
  draft.add('drive-received', receipt)
  // In a bay it was to find out whose it is: a drive in question, like those on the hold shelf.
  if (before !== undefined && isOnSite(before))
    draft.undo.unshift(putBack(before.state === 'bay' ? { ...before, state: 'held' } : before))
  draft.undoneBy('receipt-undone', { job, serial })
  const about = [
    ...draft.hood.find('case', 'serial', serial).filter(({ reason }) => ANSWERED.has(reason)),
    ...draft.hood.find('case', 'job', job).filter(({ reason }) => WAITED.has(reason)),
  ]
  for (const { id, state } of about) {
    if (state === 'resolved') continue
    draft.add('case-resolved', { case: id })
    draft.undoneBy('case-reopened', { case: id })
  }
  voidUnearned(draft, serial)
}

/** What records that a drive is back where it was; for an undo, and for a drive taken out of a bay. */
export function putBack(before: CustodyRecord): LifeEvent {
  const { serial, state, tray, bay, arrival, job, scanned } = before
  if (state === 'tray' && tray !== undefined) return event('drive-shelved', { serial, tray })
  if (state === 'bay' && bay !== undefined)
    return event('drive-placed', { serial, bay, ...(scanned === true ? { scanned } : {}) })
  if (state === 'extra' && arrival !== undefined) return event('drive-set-aside', { serial, arrival })
  return event('drive-held', {
    serial,
    ...(job === undefined ? {} : { job }),
    ...(arrival === undefined ? {} : { arrival }),
    because: before.heldBecause ?? 'operator',
  })
}

/** Rules 10 and 18: a drive that now belongs into a box whose label is printed makes that label void. */
export function voidUnearned(draft: Draft, serial: string): void {
  for (const box of draft.hood.all('return'))
    if (
      box.state === 'labelled' &&
      !box.drives.includes(serial) &&
      dueInBox(draft.hood, box).includes(serial)
    )
      draft.add('label-voided', { return: box.id })
}
