import { expect } from 'vitest'
import type { CaseReason } from '../../../src/lifecycle/records.ts'
import { DAY_MS, Dock } from '../dock.ts'
import { A, B, C } from '../serials.ts'
import type { Stories } from './stories.ts'

/** A supervisor (badge 42, PIN 4711) signed in; badges 43 and 44 are operators. */
function staffed(site?: string): Dock {
  const dock = new Dock(site)
  dock.people = { '42': 'supervisor', '43': 'operator', '44': 'operator' }
  dock.scans('TD-BADGE-42', 'TD-PIN-4711')
  return dock
}

function days(dock: Dock, count: number): void {
  dock.at += count * DAY_MS
}

const about = (dock: Dock, reason: CaseReason, serial?: string) => ({ case: dock.caseOf(reason, serial).id })

/** What people do: badges, cases in hand, deeds of one and of two. */
export const cases: Stories = {
  'badges: who is here answers for what is scanned; a supervisor gives a PIN': () => {
    const dock = new Dock()
    dock.scan('TD-BADGE-43').says('refused', 'badge-unknown')
    dock.people = { '42': 'supervisor', '43': 'operator', '44': 'operator' }
    dock.scan('TD-SIGNOUT').says('refused', 'nobody-signed-in', 'scan-your-badge')
    dock.scan('TD-HANDOVER').says('refused', 'nobody-signed-in')
    dock.scan('TD-PIN-4711').says('refused', 'nobody-signed-in')
    dock.scan('TD-BADGE-43').says('command', 'signed-in', 'scan-next')
    dock.scan('TD-PIN-4711').says('refused', 'pin-not-needed')
    dock.scan('TD-BADGE-42').says('command', 'signed-in-pin', 'give-pin')
    dock.scan('TD-PIN-0000').says('refused', 'pin-wrong', 'give-pin')
    dock.scan('TD-PIN-4711').says('command', 'signed-in-supervisor')
    dock.scan('TD-SIGNOUT').says('command', 'signed-out', 'scan-your-badge')
  },

  'a shift is handed over by two badges, with the cases that come with it': () => {
    const dock = staffed()
    dock.scan('TD-CASE').says('command', 'no-case', 'scan-a-box')
    dock.job('harbor', { drives: [A], tracking: 'PKG600001', hasCarrierAccount: false })
    dock.scans('PKG600001', A)
    dock.scan('TD-TAKE').says('refused', 'no-case-in-hand', 'scan-case-first')
    dock
      .scan('TD-CASE', { case: dock.caseOf('carrier-account-missing').id })
      .says('command', 'case-in-hand', 'scan-a-deed')
    dock.scan('TD-TAKE').says('command', 'case-taken')
    dock.scan('TD-HANDOVER').says('look-up', 'hand-over', 'scan-next-badge')
    dock.scan('TD-BADGE-42').says('refused', 'same-person', 'scan-next-badge')
    dock.scan('TD-HANDOVER')
    dock
      .scan('TD-BADGE-43')
      .says('command', 'handed-over')
      .with({ facts: { person: '43', cases: 1 } })
    expect(dock.caseOf('carrier-account-missing').owner).toBe('43')
  },

  'without badges nothing that takes two is done': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG600002' })
    dock.scans('PKG600002', A)
    dock.scan('TD-LOST').says('refused', 'badges-missing', 'supervisor')
  },

  'talking about a case moves nothing, and what was said is kept': () => {
    const dock = staffed()
    dock.job('harbor', {
      drives: [A],
      tracking: 'PKG600003',
      hasReturnAddress: true,
      hasCarrierAccount: false,
    })
    dock.scans('PKG600003', A)
    const it = about(dock, 'carrier-account-missing')
    dock.scan('TD-RESOLVE', it).says('refused', 'ask-customer-first', 'ask-the-customer')
    dock.scan('TD-NOTE', it).says('refused', 'nothing-to-note', 'see-the-case')
    dock.scan('TD-NOTE', { ...it, note: 'note:1' }).says('command', 'case-noted')
    dock.scan('TD-CALLED', it).says('command', 'case-contacted', 'wait-for-answer')
    dock.scan('TD-MAILED', it).says('command', 'case-contacted')
    dock.scan('TD-EXTEND', it).says('refused', 'deed-not-for-case', 'see-the-case')
    dock.scan('TD-ANSWERED', it).says('command', 'case-answered')
    dock.scan('TD-RESOLVE', it).says('command', 'case-resolved', 'case-done')
    dock.scan('TD-RESOLVE', it).says('refused', 'case-gone', 'scan-case-first')
    dock.scan('TD-UNDO').says('refused', 'undo-too-late')
    expect(
      dock.store
        .hood()
        .get('case', it.case)
        ?.log?.map(({ did }) => did),
    ).toEqual(['noted', 'contacted', 'contacted', 'answered', 'resolved'])
  },

  'overdue: extended, or cancelled and ended, or closed after 30 days': () => {
    const dock = staffed()
    const overdue = (job: string) => {
      dock.tell('shipping-overdue-noticed', { job })
      dock.tell('case-opened', { case: `overdue-${job}`, reason: 'shipping-overdue', job })
      return { case: `overdue-${job}` }
    }
    for (const [at, job] of ['one', 'two', 'three'].entries())
      dock.job(job, { drives: [[A, B, C][at] ?? A], tracking: `PKG60001${at}` })
    dock.scan('TD-EXTEND', overdue('one')).says('command', 'wait-extended', 'case-done')
    const two = overdue('two')
    dock.scan('TD-NOTHING', two).says('refused', 'not-cancelled')
    dock.scan('TD-CANCEL', two).says('command', 'job-cancelled', 'confirm-nothing')
    dock.scan('TD-NOTHING', two).says('command', 'nothing-coming')
    expect(dock.jobOf('two').state).toBe('Completed')
    const three = overdue('three')
    dock.scan('TD-CLOSE', three).says('refused', 'too-early', 'see-the-case')
    days(dock, 31)
    dock.scan('TD-BADGE-43')
    dock.scan('TD-CLOSE', three).says('refused', 'supervisor-only', 'scan-supervisor-badge')
    dock.scans('TD-BADGE-42', 'TD-PIN-4711')
    dock.scan('TD-CLOSE', three).says('command', 'job-closed')
    expect(dock.jobOf('three').state).toBe('Closed')
  },

  'a drive came after all: nothing ends for which something is on site': () => {
    const dock = staffed()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG600020' })
    dock.tell('shipping-overdue-noticed', { job: 'harbor' })
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.scans('PKG600020', A)
    dock.tell('case-opened', { case: 'told-late', reason: 'cancelled', job: 'harbor' })
    dock.scan('TD-NOTHING', { case: 'told-late' }).says('refused', 'rules-refuse')
  },

  'closed short: counted, and confirmed by a second person': () => {
    const dock = staffed()
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG600021' })
    dock.scans('PKG600021', A, 'TD-FINISH')
    const it = about(dock, 'closed-short', B)
    dock.scan('TD-ABSENT', it).says('refused', 'count-missing', 'note-the-count')
    dock.scan('TD-ABSENT', { ...it, count: 1 }).says('look-up', 'second-person-wanted', 'scan-second-badge')
    dock.scan('TD-BADGE-42').says('refused', 'same-person', 'scan-second-badge')
    dock.scan('TD-BADGE-43').says('command', 'absence-proven')
    expect(dock.cases('closed-short')).toEqual([])
  },

  'faulted by hand, declined, lost: said of the drive in hand': () => {
    const dock = staffed()
    dock.scan('TD-FAULT').says('refused', 'no-drive-in-hand', 'scan-drive-first')
    dock.scan('TD-DECLINE').says('refused', 'nothing-to-decline')
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG600022' })
    dock.scans('PKG600022', A)
    dock.scan('TD-FAULT').says('command', 'faulted', 'see-the-case')
    dock.scan('TD-REPAIRED', about(dock, 'faulted')).says('command', 'repaired')
    dock.scan(B)
    dock.scan('TD-DECLINE').says('command', 'declined', 'goes-home')
    dock.scan(C)
    dock.scan('TD-LOST').says('look-up', 'second-person-wanted')
    dock.scan('TD-BADGE-43').says('command', 'lost', 'tell-the-customer')
    expect(dock.where(C)).toBe('lost')
    dock.scan('TD-LOST', about(dock, 'released')).says('look-up', 'second-person-wanted')
    dock.scan('TD-BADGE-43').says('refused', 'nothing-on-site')
    dock.scan('TD-RESOLVE', about(dock, 'released')).says('command', 'case-resolved')
  },

  'held by hand: let go, back to its tray': () => {
    const dock = staffed()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG600023' })
    dock.scans('PKG600023', A, 'TD-HOLD')
    dock.scan('TD-RELEASE', about(dock, 'held-by-operator')).says('command', 'hold-released')
    expect(dock.where(A, 'harbor')).toBe('Received, tray A')
  },

  'identity in question: two people vouch for the drive': () => {
    const dock = staffed()
    dock.job('harbor', { drives: [A], tracking: 'PKG600024' })
    dock.scans('PKG600024', A)
    dock.tell(
      'identity-judged',
      { job: 'harbor', serial: A, verdict: 'contradicted', compared: {} },
      'dock-1',
    )
    dock.tell('drive-held', { serial: A, job: 'harbor', because: 'identity' }, 'dock-1')
    dock.tell(
      'case-opened',
      { case: 'whose', reason: 'identity-contradicted', job: 'harbor', serial: A },
      'dock-1',
    )
    dock.scan('TD-OVERRIDE', { case: 'whose' }).says('look-up', 'second-person-wanted')
    dock.scan('TD-BADGE-44').says('command', 'identity-overridden')
    expect(dock.where(A, 'harbor')).toBe('Received, tray A')
  },

  'a drive of another site is sent on by itself': () => {
    const dock = staffed('faraway')
    dock.job('harbor', { drives: [A], tracking: 'PKG600025' })
    dock.scans('PKG600026', 'PKG600026', A)
    dock.scan('TD-FORWARD', about(dock, 'other-site')).says('command', 'forwarded')
    expect(dock.where(A)).toBe('away')
  },

  'an extra of several customers goes home with the job a supervisor names': () => {
    const dock = staffed()
    dock.job('harbor', { drives: [A], tracking: 'PKG600027', customer: 'harbor-sub' })
    dock.job('quay', { drives: [B], tracking: 'PKG600027', customer: 'quay-sub' })
    dock.scans('PKG600027', C)
    const it = about(dock, 'whose-extra')
    dock.scan('TD-HOME', it).says('refused', 'job-not-chosen', 'see-the-case')
    dock.scan('TD-HOME', { ...it, job: 'quay' }).says('command', 'goes-home-with')
  },

  'no way home: asked, and destroyed after 90 days by two': () => {
    const dock = staffed()
    dock.scan('TD-NORETURN').says('refused', 'no-drive-in-hand')
    dock.job('harbor', { drives: [A], tracking: 'PKG600028' })
    dock.scans('PKG600028', A, 'TD-DECLINE', A)
    dock.scan('TD-NORETURN').says('command', 'no-way-home', 'ask-the-customer')
    const it = about(dock, 'unreturnable')
    dock.scan('TD-CALLED', it)
    days(dock, 91)
    dock.scan('TD-DESTROY', it).says('look-up', 'second-person-wanted')
    dock.scan('TD-BADGE-43').says('command', 'destroyed')
    expect(dock.where(A)).toBe('destroyed')
    expect(dock.jobOf('harbor').state).toBe('Closed')
  },
}
