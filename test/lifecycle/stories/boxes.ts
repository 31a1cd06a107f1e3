import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, E, TEN, X, Y } from '../serials.ts'
import type { Stories } from './stories.ts'

/** Packages that come in: rules 4, 6 and 8. */
export const boxes: Stories = {
  'a clean package: the box, its drives, and it closes itself': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100001' })
    dock
      .scan('PKG100001')
      .says('arrival-opened', 'arrival-opened', 'scan-first-drive')
      .with({
        job: 'harbor',
        count: { received: 0, expected: 2 },
      })
    dock
      .scan(A)
      .says('received', 'received', 'scan-next-drive')
      .with({ tray: 'A', count: { received: 1, expected: 2 } })
    expect(dock.jobOf('harbor').state).toBe('Shipping')
    dock.scan(B).says('received', 'received-all-in', 'box-done')
    expect(dock.arrival('PKG100001')).toBe('closed')
    expect(dock.jobOf('harbor').state).toBe('Received')
    expect(dock.where(A, 'harbor')).toBe('Received, tray A')
  },

  'a clean ten-drive package takes eleven scans': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: TEN, tracking: 'PKG100001' })
    const verdicts = ['PKG100001', ...TEN].map((text) => dock.scan(text).verdict.verdict)
    expect(verdicts).toEqual(['arrival-opened', ...TEN.map(() => 'received')])
    expect(dock.jobOf('harbor').state).toBe('Received')
  },

  'several jobs in one tracking number: base, -1 and -2, a tray each': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100002-1' })
    dock.job('island', { drives: [B, C], tracking: 'PKG100002-2' })
    dock.scan('PKG100002').says('arrival-opened', 'arrival-opened').with({ job: 'harbor, island' })
    dock.scan(B).with({ verdict: 'received', tray: 'B', job: 'island' })
    dock.scan(A).with({ verdict: 'received', tray: 'A', job: 'harbor' })
    expect(dock.jobOf('harbor').state, 'the box is still open').toBe('Shipping')
    dock.scan(C).says('received', 'received-all-in')
    expect([dock.jobOf('harbor').state, dock.jobOf('island').state]).toEqual(['Received', 'Received'])
  },

  'a mixed package: nine right, one missing, one extra': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: TEN, tracking: 'PKG100003' })
    dock.scans('PKG100003', ...TEN.slice(0, 9))
    dock.scan(X).says('extra', 'extra', 'extra-shelf-next-drive').with({ tray: 'EXTRA' })
    dock
      .scan('TD-FINISH')
      .says('arrival-closed', 'arrival-closed-short')
      .with({ facts: { received: 9, expected: 10, missing: 1 } })
    expect(dock.where(TEN[9] ?? '', 'harbor')).toBe('NeverReceived, away')
    expect(dock.jobOf('harbor').state).toBe('Received')
    expect(dock.cases('closed-short')).toHaveLength(1)
  },

  'an extra after the box closed itself still belongs to that box': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100004' })
    dock.scans('PKG100004', A)
    dock.scan(X).says('extra', 'extra')
    dock.scan('TD-FINISH').says('arrival-closed', 'arrival-closed-already', 'scan-next-box')
    expect(dock.where(X)).toBe('extra')
  },

  'scanning the number of a finished box says so and makes no drive of it': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100005' })
    dock.scans('PKG100005', A)
    dock.scan('PKG100005').says('look-up', 'parcel-done', 'scan-next-box')
    expect(dock.where('PKG100005')).toBe('away')
  },

  'a whole package of another site goes on the hold shelf; a wrong scan is undone': () => {
    const dock = new Dock()
    dock.job('reef', { drives: [B], tracking: 'PKG100014', site: 'northeurope' })
    dock.scan('PKG100014').says('other-site', 'parcel-other-site', 'put-on-hold-shelf').with({ tray: 'HOLD' })
    dock.scan('PKG100014').says('held', 'parcel-held')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.arrival('PKG100014')).toBeUndefined()
    expect(dock.cases('other-site')).toEqual([])
  },

  'a box that nobody announced belongs to the job of its first listed drive': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100026' })
    dock.scan('PKG199999').says('look-up', 'unknown', 'scan-again-if-box')
    dock.scan('PKG199999').says('arrival-opened', 'arrival-opened-blind', 'scan-first-drive')
    dock.scan(X).says('held', 'held-unannounced')
    dock
      .scan(A)
      .says('received', 'received')
      .with({ job: 'harbor', count: { received: 1, expected: 2 } })
    dock.scan(B).says('received', 'received-all-in')
    expect(dock.jobOf('harbor').state).toBe('Received')
  },

  'undoing that first drive lets the box go of the job again': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100027' })
    dock.scans('PKG199998', 'PKG199998', X, A, 'TD-UNDO')
    dock.scan('TD-FINISH').says('arrival-closed', 'arrival-held-unannounced', 'put-on-hold-shelf')
    expect(dock.where(B, 'harbor'), 'its own box is still on its way').toBe('Specified, away')
  },

  'a box without a listed drive is held with a case': () => {
    const dock = new Dock()
    dock.scans('PKG199997', 'PKG199997')
    dock.scan('TD-FINISH').says('refused', 'finish-empty-blind', 'scan-first-drive')
    dock.scan(X).says('held', 'held-unannounced', 'hold-shelf-next-drive')
    dock.scan('TD-FINISH').says('arrival-closed', 'arrival-held-unannounced').with({ tray: 'HOLD' })
    dock.scan('PKG199997').says('held', 'parcel-held')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.arrival('PKG199997')).toBe('open')
  },

  'after a wrong scan was undone its text is free again': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100028' })
    dock.scans('PKG100028', A)
    dock.scan('PKG199996').says('extra', 'extra')
    dock.scans('TD-UNDO', 'TD-NEXT')
    dock.scan('PKG199996').says('look-up', 'unknown')
    dock.scan('PKG199996').says('arrival-opened', 'arrival-opened-blind')
    dock.scans('TD-UNDO')
    dock.job('island', { drives: [C], tracking: 'PKG199996' })
    dock.scan('PKG199996').says('arrival-opened', 'arrival-opened').with({ job: 'island' })
  },

  'two drives of one job in two boxes at two stations': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG100029' })
    dock.scans('PKG100029', A, 'TD-FINISH')
    dock.scan('PKG199995', 'dock-2')
    dock.scan('PKG199995', 'dock-2')
    dock.scan(B, 'dock-2').says('received-late', 'received-late')
    expect(dock.jobOf('harbor').state, 'a second package is open, the first job has left Shipping').toBe(
      'Received',
    )
    dock.scan(C, 'dock-2').says('received-late', 'received-all-in')
  },

  'nothing to finish, nothing to put down': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100030' })
    dock.scan('TD-FINISH').says('refused', 'nothing-to-finish', 'scan-a-box')
    dock.scan('TD-NEXT').says('command', 'nothing-active', 'scan-a-box')
    dock.scan('PKG100030')
    dock.scan('TD-NEXT').says('command', 'work-put-down', 'scan-a-box')
    dock.scan('TD-BADGE-42').says('refused', 'badge-unknown')
    dock.scan('PKG100030').says('arrival-opened', 'arrival-goes-on')
    dock.scan('TD-FINISH').says('arrival-closed', 'arrival-closed-short')
    expect(dock.jobOf('harbor').state, 'nothing came, so it waits').toBe('Shipping')
  },

  'a closed box with everything in is closed without ado': () => {
    const dock = new Dock()
    dock.job('harbor', { type: 'Export', tracking: 'PKG100031' })
    dock.scans('PKG100031', E, Y)
    dock.scan('TD-FINISH').says('arrival-closed', 'arrival-closed', 'scan-next-box')
    expect(dock.jobOf('harbor').state).toBe('Received')
  },
}
