import { describe, expect, it } from 'vitest'
import { type DeadlineKind, deadlinesOf, nextDueOf } from '../../src/lifecycle/deadlines.ts'
import type { AnyRecord, CaseReason, CaseRecord, JobRecord } from '../../src/lifecycle/records.ts'
import { DAY_MS, Dock } from './dock.ts'
import { A, X } from './serials.ts'

/** Kinds that are due at an instant. */
const dueAt = (record: AnyRecord, at: number) =>
  deadlinesOf(record)
    .filter((d) => d.at <= at)
    .map(({ kind }) => kind)

/** Holds that `kind` falls due exactly `days` after `since`, and answers what may be done about it. */
function fallsDue(record: AnyRecord, kind: DeadlineKind, since: number, days: number): string {
  const at = since + days * DAY_MS
  expect(dueAt(record, at - 1), `${kind}, a moment before`).not.toContain(kind)
  expect(dueAt(record, at), `${kind}, at the moment`).toContain(kind)
  expect(dueAt(record, at + 1), `${kind}, a moment after`).toContain(kind)
  const deadline = deadlinesOf(record).find((d) => d.kind === kind)
  expect(deadline?.record).toEqual({ kind: record.kind, id: record.id })
  return deadline?.does ?? 'nothing'
}

describe('jobs', () => {
  it('Creating: 14 days from the last update, then it is deleted', () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A] })
    expect(fallsDue(dock.jobOf('harbor'), 'creating-expires', dock.at, 14)).toBe('automatic')
    dock.at += 10 * DAY_MS
    dock.tell('job-updated', { job: 'harbor', changes: { logLevel: 'Verbose' } })
    fallsDue(dock.jobOf('harbor'), 'creating-expires', dock.at, 14)
  })

  it('Shipping: 14 days from the announcement, then drives are given up and the customer is told', () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A] })
    dock.at += 9 * DAY_MS
    dock.announce('harbor', { tracking: 'PKG600001' })
    expect(fallsDue(dock.jobOf('harbor'), 'shipping-overdue', dock.at, 14)).toBe('automatic')
  })

  it('Shipping: a change by the customer does not shorten or lengthen the wait', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600002' })
    const since = dock.at
    dock.at += 5 * DAY_MS
    dock.tell('job-updated', { job: 'harbor', changes: { logLevel: 'Verbose' } })
    fallsDue(dock.jobOf('harbor'), 'shipping-overdue', since, 14)
  })

  it('Shipping: 30 days after the notice without an answer, closing is proposed to a person', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600003' })
    dock.at += 14 * DAY_MS
    dock.tell('shipping-overdue-noticed', { job: 'harbor' })
    const noticed = dock.at
    expect(fallsDue(dock.jobOf('harbor'), 'unanswered-closes', noticed, 30)).toBe('proposal')
    expect(deadlinesOf(dock.jobOf('harbor')).map(({ kind }) => kind)).toEqual(['unanswered-closes'])
  })

  it('Shipping: extending restarts the wait', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600004' })
    dock.at += 14 * DAY_MS
    dock.tell('shipping-overdue-noticed', { job: 'harbor' })
    dock.at += 3 * DAY_MS
    dock.tell('wait-extended', { job: 'harbor' })
    fallsDue(dock.jobOf('harbor'), 'shipping-overdue', dock.at, 14)
    expect(deadlinesOf(dock.jobOf('harbor')).map(({ kind }) => kind)).toEqual(['shipping-overdue'])
  })

  it('Received and Transferring: the copy goal, 7 days green and 10 red, from Received', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600005' })
    dock.scans('PKG600005', A)
    const { receivedAt = 0 } = dock.jobOf('harbor')
    dock.at += DAY_MS
    for (const begin of [() => undefined, () => dock.beginCopy('harbor', A)]) {
      begin()
      expect(fallsDue(dock.jobOf('harbor'), 'copy-goal-green', receivedAt, 7)).toBe('goal')
      expect(fallsDue(dock.jobOf('harbor'), 'copy-goal-red', receivedAt, 10)).toBe('goal')
    }
  })

  it('Packaging: nothing runs', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600006' })
    dock.scans('PKG600006', A)
    dock.copy('harbor', A)
    expect(dock.jobOf('harbor').state).toBe('Packaging')
    expect(deadlinesOf(dock.jobOf('harbor'))).toEqual([])
    expect(nextDueOf(dock.jobOf('harbor'))).toBeUndefined()
  })

  it('Completed and Closed: 90 days, then it is deleted; deleted, nothing runs', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600007' })
    dock.tell('job-went-unanswered', { job: 'harbor' })
    expect(fallsDue(dock.jobOf('harbor'), 'ended-job-deleted', dock.at, 90)).toBe('automatic')
    const completed: JobRecord = { ...dock.jobOf('harbor'), state: 'Completed' }
    fallsDue(completed, 'ended-job-deleted', dock.at, 90)
    dock.tell('job-deleted', { job: 'harbor', by: 'timer' })
    expect(deadlinesOf(dock.jobOf('harbor'))).toEqual([])
  })

  it('a fault stops every clock of the job, clearing it starts them where they were', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600008' })
    const since = dock.at
    dock.tell('job-faulted', { job: 'harbor', reason: 'customer’s account is blocked' })
    expect(deadlinesOf(dock.jobOf('harbor'))).toEqual([])
    dock.tell('job-fault-cleared', { job: 'harbor' })
    fallsDue(dock.jobOf('harbor'), 'shipping-overdue', since, 14)
  })

  it('an undone receipt takes the copy goal back', () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600009' })
    dock.scans('PKG600009', A, 'TD-UNDO')
    dock.at += 2 * DAY_MS
    dock.scan(A)
    const { receivedAt = 0 } = dock.jobOf('harbor')
    expect(receivedAt).toBeGreaterThan(dock.at - DAY_MS)
    fallsDue(dock.jobOf('harbor'), 'copy-goal-green', receivedAt, 7)
  })
})

describe('cases', () => {
  function unannounced(): { dock: Dock; about: () => CaseRecord } {
    const dock = new Dock()
    dock.scans('PKG600010', 'PKG600010', X)
    const { id } = dock.caseOf('unannounced')
    return { dock, about: () => dock.store.hood().get('case', id) ?? dock.caseOf('unannounced') }
  }

  it('unannounced: 14 days to reach the customer, then a return is proposed', () => {
    const { about } = unannounced()
    expect(fallsDue(about(), 'reach-the-customer', about().openedAt, 14)).toBe('goal')
    expect(fallsDue(about(), 'return-unannounced', about().openedAt, 14)).toBe('proposal')
    expect(nextDueOf(about())).toBe(about().openedAt + 14 * DAY_MS)
  })

  it('destruction: 90 days from the first recorded attempt when that came after arrival', () => {
    const { dock, about } = unannounced()
    dock.at += 20 * DAY_MS
    dock.tell('case-contacted', { case: about().id })
    const attempt = dock.at
    dock.at += DAY_MS
    dock.tell('case-contacted', { case: about().id })
    expect(fallsDue(about(), 'destroy', attempt, 90)).toBe('proposal')
    expect(
      deadlinesOf(about()).map(({ kind }) => kind),
      'the customer was tried',
    ).not.toContain('reach-the-customer')
  })

  it('destruction: 90 days from arrival when an attempt is dated before it', () => {
    const { about } = unannounced()
    const early: CaseRecord = { ...about(), firstContactAt: about().openedAt - 5 * DAY_MS }
    fallsDue(early, 'destroy', early.openedAt, 90)
  })

  it('destruction is never due without a recorded attempt', () => {
    const { about } = unannounced()
    expect(dueAt(about(), about().openedAt + 1000 * DAY_MS)).not.toContain('destroy')
  })

  it('any answer stops the clocks, and so does the end of the case', () => {
    const { dock, about } = unannounced()
    dock.tell('case-contacted', { case: about().id })
    dock.tell('case-answered', { case: about().id })
    expect(deadlinesOf(about())).toEqual([])
    const other = unannounced()
    other.dock.tell('case-resolved', { case: other.about().id })
    expect(deadlinesOf(other.about())).toEqual([])
  })

  it('a drive received after all has no clock left', () => {
    const { dock, about } = unannounced()
    dock.job('harbor', { drives: [X, A], tracking: 'PKG600011' })
    dock.scan(X).says('received', 'received')
    expect(about().state).toBe('resolved')
    expect(deadlinesOf(about())).toEqual([])
  })

  it.each<CaseReason>(['job-creating', 'job-gone'])('%s: as unannounced', (reason) => {
    const { about } = unannounced()
    const other: CaseRecord = { ...about(), reason }
    fallsDue(other, 'return-unannounced', other.openedAt, 14)
  })

  it.each<CaseReason>(['return-address-missing', 'unreturnable'])(
    '%s: nowhere to return to, so only reach and destroy',
    (reason) => {
      const { about } = unannounced()
      const other: CaseRecord = { ...about(), reason, firstContactAt: about().openedAt }
      expect(deadlinesOf(other).map(({ kind }) => kind)).toEqual(['destroy'])
      const { firstContactAt: _, ...untried } = other
      expect(deadlinesOf(untried).map(({ kind }) => kind)).toEqual(['reach-the-customer'])
    },
  )

  it.each<CaseReason>(['damaged', 'closed-short', 'listed-twice', 'whose-extra', 'other-site'])(
    '%s: no clock',
    (reason) => {
      const { about } = unannounced()
      expect(deadlinesOf({ ...about(), reason })).toEqual([])
    },
  )

  it('other records have none', () => {
    const { dock } = unannounced()
    for (const record of dock.store.all().filter(({ kind }) => kind !== 'case' && kind !== 'job'))
      expect(deadlinesOf(record)).toEqual([])
  })
})
