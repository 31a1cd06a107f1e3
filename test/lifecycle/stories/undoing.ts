import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, UPS, X } from '../serials.ts'
import type { Stories } from './stories.ts'

/** Taking back: rule 3. */
export const undoing: Stories = {
  'a receipt: the drive is Specified again and in nobody’s tray': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200001' })
    dock.scans('PKG200001', A)
    dock.scan('TD-UNDO').says('undone', 'undone', 'take-it-back-scan-next').with({ drive: A, job: 'harbor' })
    expect(dock.where(A, 'harbor')).toBe('Specified, away')
    dock.scan(A).says('received', 'received')
  },

  'the automatic close: the box is open again and the job back in Shipping': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200002' })
    dock.scans('PKG200002', A, B)
    expect(dock.jobOf('harbor')).toMatchObject({ state: 'Received', leftShipping: true })
    dock.scan('TD-UNDO').says('undone', 'undone').with({ drive: B })
    expect(dock.arrival('PKG200002')).toBe('open')
    expect(dock.jobOf('harbor')).toMatchObject({ state: 'Shipping', leftShipping: false })
    expect(dock.jobOf('harbor').receivedAt, 'the goal to copy in a week has not begun').toBeUndefined()
    dock.scan(B).says('received', 'received-all-in')
  },

  'an explicit close: what was missing is Specified again, the cases are resolved': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200003' })
    dock.scans('PKG200003', A, 'TD-FINISH')
    expect(dock.where(B, 'harbor')).toBe('NeverReceived, away')
    dock.scan('TD-UNDO').says('undone', 'undone', 'scan-next')
    expect(dock.where(B, 'harbor')).toBe('Specified, away')
    expect([dock.jobOf('harbor').state, dock.arrival('PKG200003')]).toEqual(['Shipping', 'open'])
    expect(dock.cases()).toEqual([])
    dock.scan(B).says('received', 'received-all-in')
  },

  'opening a box: as if it had never been scanned': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG200004' })
    dock.scans('PKG200004')
    dock.scan('TD-UNDO').says('undone', 'undone').with({ arrival: 'PKG200004' })
    expect(dock.arrival('PKG200004')).toBeUndefined()
    dock.scan('PKG200004').says('arrival-opened', 'arrival-opened')
    dock.scan('TD-NEXT')
    dock.scan(UPS).says('arrival-opened', 'arrival-opened-blind')
    dock.scan('TD-UNDO').says('undone', 'undone')
  },

  'step by step back to the beginning': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200005' })
    dock.scans('PKG200005', A, X, B)
    for (const drive of [B, X, A]) dock.scan('TD-UNDO').says('undone', 'undone').with({ drive })
    dock.scan('TD-UNDO').says('undone', 'undone').with({ arrival: 'PKG200005' })
    dock.scan('TD-UNDO').says('refused', 'nothing-to-undo', 'scan-next')
    expect(dock.jobOf('harbor').state).toBe('Shipping')
  },

  'an extra and a hold': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200006' })
    dock.scans('PKG200006', X, 'TD-HOLD')
    expect(dock.where(X)).toBe('held')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(X)).toBe('extra')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(X)).toBe('away')
    dock.scan('TD-HOLD').says('refused', 'nothing-to-hold')
    expect(dock.cases()).toEqual([])
  },

  'a hold of a drive in a bay puts it back into the bay': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200019' })
    dock.scans('PKG200019', A, 'TD-BAY-1', A, 'TD-HOLD')
    expect(dock.where(A)).toBe('held')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(A)).toBe('bay 1')
  },

  'a drive packed out of its bay comes back to its tray': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200020' })
    dock.scans('PKG200020', A, B, 'TD-BAY-1', A)
    dock.copy('harbor', A)
    dock.scans('TD-PACK', A, 'TD-UNDO')
    expect(dock.where(A, 'harbor')).toBe('Completed, tray A')
  },

  'a held drive that was in a bay between is still taken off the shelf': () => {
    const dock = new Dock()
    dock.scans('PKG200021', 'PKG200021', X, 'TD-BAY-1', X, 'TD-UNDO')
    expect(dock.where(X)).toBe('held')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(X)).toBe('away')
  },

  'a held drive, with its case': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A], tracking: 'PKG200007' })
    dock.scans('PKG200007', A)
    expect(dock.where(A)).toBe('held')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(A)).toBe('away')
    expect(
      dock.cases('job-creating').map(({ serial }) => serial),
      'that of the box stays',
    ).toEqual([undefined])
  },

  'a packing; the extra then comes off its shelf as well': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG200008' })
    dock.scans('PKG200008', A, X)
    dock.copy('harbor', A)
    dock.scan('TD-PACK')
    dock.scan(X).says('packed', 'packed')
    dock.scan('TD-UNDO').says('undone', 'undone').with({ drive: X })
    expect(dock.where(X)).toBe('extra')
    expect(dock.store.hood().all('return')[0]?.state).toBe('void')
    dock.scan('TD-UNDO').says('undone', 'undone').with({ drive: X })
    expect(dock.where(X)).toBe('away')
  },

  'a packed drive that had been held: out of the box, but not off the shelf': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200009' })
    dock.scans('PKG200009', A, B)
    dock.copy('harbor', A)
    dock.copy('harbor', B)
    dock.scans(A, 'TD-HOLD')
    dock.resolve('held-by-operator')
    dock.scans('TD-PACK', A, 'TD-UNDO')
    expect(dock.where(A, 'harbor')).toBe('Completed, held')
    dock.scan('TD-UNDO').says('refused', 'undo-too-late')
    expect(dock.where(A, 'harbor')).toBe('Completed, held')
  },

  'a placing in a bay: the drive is back in its tray, what it drove out is back in the bay': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200010' })
    dock.scans('PKG200010', A, B, 'TD-BAY-1', A, 'TD-BAY-1', B)
    expect([dock.where(A), dock.where(B)]).toEqual(['tray A', 'bay 1'])
    dock.scan('TD-UNDO').says('undone', 'undone').with({ drive: B })
    expect([dock.where(A), dock.where(B)]).toEqual(['bay 1', 'tray A'])
    dock.scans('TD-BAY-2', A)
    dock.scan('TD-UNDO')
    expect(dock.where(A)).toBe('bay 1')
    dock.scan('TD-UNDO')
    dock.copy('harbor', A)
    dock.scan('TD-UNDO').says('refused', 'undo-too-late')
  },

  'too late once a drive of the job is being copied': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200011' })
    dock.scans('PKG200011', A, B)
    dock.beginCopy('harbor', A)
    dock
      .scan('TD-UNDO')
      .says('refused', 'undo-too-late', 'supervisor')
      .with({ facts: { because: 'Copying has begun.' } })
    expect(dock.jobOf('harbor').state).toBe('Transferring')
  },

  'too late once the drive stands in a bay and is being copied': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG200012' })
    dock.scans('PKG200012', A, 'TD-BAY-1', A)
    dock.beginCopy('harbor', A)
    dock.scan('TD-UNDO').says('refused', 'undo-too-late')
    expect(dock.where(A)).toBe('bay 1')
  },

  'too late once a label is printed: the scan that printed it is the newest change': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG200013' })
    dock.job('island', { drives: [B, C], tracking: 'PKG200014' })
    dock.scans('PKG200013', A)
    dock.copy('harbor', A)
    dock.scans('PKG200014', B, 'TD-PACK')
    dock.scan(A).says('label-printed', 'label-printed')
    dock.scan('TD-UNDO').says('refused', 'undo-too-late', 'supervisor')
    expect(dock.where(B, 'island'), 'an older scan is not taken instead').toBe('Received, tray A')
  },

  'too late for a cancelled job whose label is printed': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200015' })
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.scans('PKG200015', A, 'TD-FINISH')
    expect(dock.jobOf('harbor').state).toBe('Packaging')
    dock.scan('TD-PACK', 'dock-2')
    dock.scan(A, 'dock-2').says('label-printed', 'label-printed')
    dock
      .scan('TD-UNDO')
      .says('refused', 'undo-too-late')
      .with({ facts: { because: 'The label of its return is printed.' } })
  },

  'too late when the drive is somewhere else by now': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200016' })
    dock.scans('PKG200016', A, 'TD-HOLD')
    dock.tell('drive-shelved', { serial: A, tray: 'A' })
    dock
      .scan('TD-UNDO')
      .says('refused', 'undo-too-late')
      .with({ facts: { because: 'It was changed since.' } })
    expect(dock.where(A, 'harbor')).toBe('Received, tray A')
  },

  'a late receipt into a job that still waits in its tray': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200017' })
    dock.scans('PKG200017', A, 'TD-FINISH')
    expect(dock.jobOf('harbor').state).toBe('Received')
    dock.scans('PKG200017', B)
    dock.scan('TD-UNDO').says('undone', 'undone').with({ drive: B })
    expect(dock.where(B, 'harbor')).toBe('NeverReceived, away')
    dock.scan('TD-FINISH')
    expect(dock.jobOf('harbor')).toMatchObject({ state: 'Received', leftShipping: true })
    dock.copy('harbor', A)
  },

  'a late receipt in a foreign box: its job stays where it was and is copied': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG200022' })
    dock.job('island', { drives: [C], tracking: 'PKG200023' })
    dock.scans('PKG200022', A, 'TD-FINISH', 'PKG200023')
    dock.scan(B).says('received-late', 'received-late').with({ job: 'harbor' })
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.jobOf('harbor')).toMatchObject({ state: 'Received', leftShipping: true })
    dock.copy('harbor', A)
  },

  'a refusal leaves nothing to take back': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG200018' })
    dock.tell('job-updated', { job: 'harbor', changes: { hasReturnAddress: false } })
    dock.scans('PKG200018', A)
    dock.copy('harbor', A)
    dock.scan('TD-PACK')
    dock.scan(A).says('packed', 'label-lacks-address', 'supervisor')
    dock.scan('TD-PRINT').says('refused', 'label-lacks-address', 'supervisor')
    dock.scan('TD-UNDO').says('undone', 'undone').with({ drive: A })
    expect(dock.where(A, 'harbor')).toBe('Completed, tray A')
  },
}
