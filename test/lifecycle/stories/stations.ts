import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, X } from '../serials.ts'
import type { Stories } from './stories.ts'

/** Several stations, bays, and looking up: rules 4 and 14. */
export const stations: Stories = {
  'a box open at another station names it and is taken over by scanning it again': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG500001' })
    dock.scans('PKG500001', A)
    dock
      .scan('PKG500001', 'dock-2')
      .says('look-up', 'open-elsewhere', 'scan-again-to-take-over')
      .with({ facts: { station: 'dock-1' } })
    dock
      .scan('PKG500001', 'dock-2')
      .says('arrival-opened', 'arrival-goes-on')
      .with({ count: { received: 1, expected: 3 } })
    dock.scan(B, 'dock-2').says('received', 'received')
    dock
      .scan(C)
      .says('look-up', 'open-elsewhere', 'scan-a-box')
      .with({ facts: { station: 'dock-2' } })
    expect(dock.where(C, 'harbor')).toBe('Specified, away')
    dock.scan('TD-FINISH').says('refused', 'nothing-to-finish')
    dock.scan(C, 'dock-2').says('received', 'received-all-in')
  },

  'any other scan says no to a take-over': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500002' })
    dock.scan('PKG500002')
    dock.scan('PKG500002', 'dock-2')
    dock.scan('TD-NEXT', 'dock-2').says('command', 'question-dropped')
    dock.scan('PKG500002', 'dock-2').says('look-up', 'open-elsewhere')
    dock.scan(A, 'dock-2').says('look-up', 'found-not-here')
    dock.scan('PKG500002', 'dock-2').says('look-up', 'open-elsewhere')
  },

  'a box whose opening was undone elsewhere is in nobody’s hands': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500003' })
    dock.scan('PKG500003')
    dock.scan('PKG500003', 'dock-2')
    dock.scan('PKG500003', 'dock-2').says('arrival-opened', 'arrival-goes-on')
    dock.scan('TD-UNDO').says('undone', 'undone')
    dock.scan(A, 'dock-2').says('look-up', 'found-not-here')
    expect(dock.where(A, 'harbor')).toBe('Specified, away')
  },

  'an expected number switches to its box, whatever is being done': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500004' })
    dock.job('island', { drives: [B], tracking: 'PKG500005' })
    dock.scan('TD-PACK')
    dock.scan('PKG500004').says('arrival-opened', 'arrival-opened')
    dock.scan('TD-BAY-2')
    dock.scan('PKG500005').says('arrival-opened', 'arrival-opened')
    dock.scan(A).says('received-for-another-job', 'received-for-another-job')
    dock.scan('TD-SHIP')
    dock.scan('PKG500004').says('arrival-opened', 'arrival-goes-on')
  },

  'without active work a serial is looked up and nothing changes': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500006' })
    dock.scan(A).says('look-up', 'found-not-here', 'scan-a-box').with({ job: 'harbor' })
    dock.scans('PKG500006', A, X, B, 'TD-HOLD', 'TD-NEXT')
    dock
      .scan(A)
      .says('look-up', 'found-tray', 'bay-or-box-first')
      .with({ tray: 'A', facts: { state: 'Received', place: 'A' } })
    dock.scan(X).says('look-up', 'found-extra').with({ tray: 'EXTRA' })
    dock.scan(B).says('look-up', 'found-held').with({ tray: 'HOLD' })
    dock.scans('TD-BAY-4', A)
    dock
      .scan(A)
      .says('look-up', 'found-bay')
      .with({ facts: { job: 'harbor', place: '4' } })
  },

  'a drive looked up can be held': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500007' })
    dock.scans('PKG500007', A, 'TD-NEXT', A)
    dock.scan('TD-HOLD').says('held', 'held-operator')
    expect(dock.where(A)).toBe('held')
  },

  'bays: chosen, filled, taken, busy': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500008' })
    dock.scan('TD-BAY-1').says('command', 'bay-chosen', 'scan-drive-for-bay')
    dock.scan(A).says('refused', 'bay-not-received', 'receive-it-first')
    dock.scans('PKG500008', A, B, X, 'TD-BAY-1')
    dock
      .scan(A)
      .says('command', 'placed-in-bay', 'plug-it-in')
      .with({ facts: { bay: '1', job: 'harbor' } })
    dock
      .scan('TD-BAY-1')
      .says('command', 'bay-chosen-taken')
      .with({ facts: { bay: '1', serial: A } })
    dock.scan(A).says('look-up', 'in-bay-already')
    dock.scan(X).says('refused', 'bay-not-for-it', 'put-it-back')
    expect(dock.where(A), 'a refused drive drives nobody out').toBe('bay 1')
    dock.beginCopy('harbor', A)
    dock
      .scan(B)
      .says('refused', 'bay-busy', 'choose-another-bay')
      .with({ facts: { bay: '1', serial: A } })
    dock.scan('TD-BAY-2')
    dock
      .scan(A)
      .says('refused', 'bay-busy')
      .with({ facts: { bay: '1', serial: A } })
    expect(dock.refusal('drive-shelved', { serial: A, tray: 'A' })).toBe('The drive is being copied.')
    dock.scan(B).says('command', 'placed-in-bay')
    dock.copy('harbor', B)
    dock.scan('TD-BAY-3')
    dock.scan(B).says('refused', 'bay-done-already', 'put-it-back')
  },

  'a drive drives one of another job out of the bay': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500028' })
    dock.job('island', { drives: [B], tracking: 'PKG500029' })
    dock.scans('PKG500028', A, 'PKG500029', B, 'TD-BAY-1', A, 'TD-BAY-1', B)
    expect([dock.where(A), dock.where(B)]).toEqual(['tray A', 'bay 1'])
    expect(dock.refusal('drive-placed', { serial: A, bay: '1' })).toBe(`Bay 1 holds ${B}.`)
  },

  'a drive in a bay whose job is not settled goes back on the hold shelf': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500009' })
    dock.job('island', { drives: [A], tracking: 'PKG500010', customer: 'island-sub' })
    dock.scans('PKG500009', A, B, 'TD-BAY-1', A)
    dock
      .scan(A)
      .says('look-up', 'found-bay-undecided')
      .with({ facts: { place: '1' } })
    dock.scans('TD-BAY-1', B)
    expect([dock.where(A), dock.where(B)]).toEqual(['held', 'bay 1'])
    expect(dock.store.hood().get('custody', A)?.heldBecause).toBe('listed-twice')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect([dock.where(A), dock.where(B)]).toEqual(['bay 1', 'tray A'])
  },
}
