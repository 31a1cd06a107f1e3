import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, X, Y } from '../serials.ts'
import { sendHome } from './packed-dock.ts'
import type { Stories } from './stories.ts'

/** Drives that come after their box, or before their job: rules 5, 10 and 11. */
export const lateAndEarly: Stories = {
  'late: the box was closed short, the drive comes in a second parcel under the same number': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300001' })
    dock.scans('PKG300001', A, 'TD-FINISH')
    dock
      .scan('PKG300001')
      .says('arrival-opened', 'arrival-opened')
      .with({ count: { received: 1, expected: 2 } })
    dock.scan(B).says('received-late', 'received-all-in')
    expect(dock.jobOf('harbor').state).toBe('Received')
  },

  'late: the timer had given it up, but it is of this box': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG300002' })
    dock.tell('drive-missed', { job: 'harbor', serial: A, by: 'timer' })
    dock.scan('PKG300002')
    dock.scan(A).says('received', 'received-all-in')
    expect(dock.refusal('drive-missed', { job: 'harbor', serial: A, by: 'timer' })).toBe('It was received.')
  },

  'late: Packaging pulls the job back and voids the label': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300003' })
    dock.scans('PKG300003', A, 'TD-FINISH')
    dock.copy('harbor', A)
    const percent = dock.jobOf('harbor').percent
    dock.scans('TD-PACK', A, 'PKG300003')
    expect(dock.store.hood().all('return')[0]?.state).toBe('labelled')
    dock.scan(B).says('received-late', 'received-all-in')
    expect(dock.store.hood().all('return')[0]?.state).toBe('packing')
    expect(dock.jobOf('harbor')).toMatchObject({ state: 'Transferring', percent })
    dock.copy('harbor', B)
    dock.scan('TD-PACK')
    dock
      .scan(B)
      .says('label-printed', 'label-printed')
      .with({ count: { received: 2, expected: 2 } })
  },

  'late: after the box is closed it is a case and gets a box of its own': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300004' })
    dock.scans('PKG300004', A, 'TD-FINISH')
    dock.copy('harbor', A)
    dock.scans('TD-PACK', A)
    const label = dock.store.hood().all('return')[0]?.number ?? ''
    dock.scans(label, 'TD-NEXT', 'PKG300004')
    dock
      .scan(B)
      .says('received-late', 'received-apart')
      .with({ facts: { job: 'harbor', tray: 'harbor', state: 'Packaging' } })
    expect(dock.cases('late-drive')).toHaveLength(1)
    dock.scans('TD-BAY-1')
    dock.scan(B).says('refused', 'bay-goes-home')
    dock.scan('TD-PACK')
    dock
      .scan(B)
      .says('label-printed', 'label-printed')
      .with({ count: { received: 1, expected: 1 } })
    expect(dock.store.hood().all('return')).toHaveLength(2)
  },

  'late: its job has ended; its state stays and the drive goes home': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300005' })
    dock.scans('PKG300005', A, 'TD-FINISH')
    sendHome(dock, 'harbor', A, 'OUT0000001')
    expect(dock.jobOf('harbor').state).toBe('Closed')
    dock.scan('PKG300005').says('look-up', 'parcel-done')
    dock.scans('PKG399999', 'PKG399999')
    dock.scan(B).says('received-late', 'received-apart')
    expect(
      dock.refusal('copy-began', {
        copy: 'c',
        job: 'harbor',
        serial: B,
        direction: 'import',
        proof: 'manifest',
      }),
    ).toMatch(/by itself/)
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(B, 'harbor')).toBe('NeverReceived, away')
    dock.scans(B, 'TD-PACK')
    dock.scan(B).says('label-printed', 'label-printed')
    expect(dock.jobOf('harbor').state).toBe('Closed')
  },

  'late: two of an ended job; the label waits for the second': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG300006' })
    dock.scans('PKG300006', A, 'TD-FINISH')
    sendHome(dock, 'harbor', A, 'OUT0000002')
    dock.scans('PKG399998', 'PKG399998', B, 'TD-PACK', B)
    expect(dock.store.hood().find('return', 'state', 'labelled')).toHaveLength(1)
    dock.scans('PKG399998', C)
    expect(dock.store.hood().find('return', 'state', 'labelled'), 'the label told of one drive').toEqual([])
  },

  'late: of an ended job whose site is another one it is held': () => {
    const dock = new Dock()
    dock.job('reef', { drives: [A], tracking: 'PKG300007', site: 'northeurope' })
    dock.tell('job-cancel-requested', { job: 'reef' })
    dock.tell('nothing-coming', { job: 'reef' })
    dock.scans('PKG399997', 'PKG399997')
    dock.scan(A).says('other-site', 'drive-other-site')
    dock.scan(A).says('already-received', 'already-held')
  },

  'early: a job in Creating; its drives are received when it is announced': () => {
    const dock = new Dock()
    const spec = { drives: [A, B], tracking: 'PKG300008' }
    dock.put('harbor', spec)
    dock.scan('PKG300008').says('arrival-opened', 'arrival-opened-creating')
    dock.scan(A).says('held', 'held-job-creating', 'hold-shelf-next-drive').with({ job: 'harbor' })
    dock.scan(A).says('already-received', 'already-held').with({ job: 'harbor' })
    expect(dock.cases('job-creating')).toHaveLength(2)
    expect(dock.releaseHolds('harbor'), 'not announced yet').toEqual([])
    dock.announce('harbor', spec)
    expect(dock.releaseHolds('harbor')).toEqual([A])
    expect(dock.where(A, 'harbor')).toBe('Received, tray A')
    expect(dock.cases(), 'neither that of the drive nor that of the box').toEqual([])
    dock.scan(B).says('received', 'received-all-in')
  },

  'early: an export job in Creating holds its drives as well': () => {
    const dock = new Dock()
    const spec = { type: 'Export' as const, tracking: 'PKG300009', driveCount: 2 }
    dock.put('coral', spec)
    dock.scan('PKG300009').says('arrival-opened', 'arrival-opened-creating')
    dock.scan(X).says('held', 'held-job-creating').with({ job: 'coral' })
    dock.announce('coral', spec)
    expect(dock.releaseHolds('coral')).toEqual([X])
    expect(dock.where(X, 'coral')).toBe('Received, tray A')
    dock.scan(Y).says('received', 'received-all-in')
  },

  'early: a job in Creating that lists its drive the way the drive reports itself': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: ['WD-WCC4N0123456', A], tracking: 'PKG300028' })
    dock.scan('PKG300028')
    dock.scan('WCC4N0123456').says('held', 'held-job-creating').with({ drive: 'WD-WCC4N0123456' })
  },

  'early: an export job in Creating holds drives, not what else is printed on them': () => {
    const dock = new Dock()
    dock.put('coral', { type: 'Export', tracking: 'PKG300029' })
    dock.scan('PKG300029')
    dock.scan('P/N: 2KH103-001').says('not-a-drive-serial', 'not-serial-part-number')
    dock.scan(X).says('held', 'held-job-creating')
  },

  'early: nobody had heard of the job; it claims its box from the hold shelf': () => {
    const dock = new Dock()
    dock.scans('PKG300010', 'PKG300010', A, B, 'TD-FINISH')
    expect(dock.arrival('PKG300010')).toBe('held')
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG300011' })
    expect(dock.releaseHolds('harbor')).toEqual([B, A].sort())
    expect(dock.arrival('PKG300010'), 'a person is asked: finish, or wait for more').toBe('open')
    dock
      .scan('PKG300010')
      .says('arrival-opened', 'arrival-goes-on')
      .with({ count: { received: 2, expected: 3 } })
    dock.scan('TD-FINISH').says('arrival-closed', 'arrival-closed-short')
    expect(dock.jobOf('harbor').state).toBe('Received')
  },

  'early: a drive that another live job lists too stays on the shelf': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A], tracking: 'PKG300012' })
    dock.scans('PKG300012', A)
    dock.job('island', { drives: [A], tracking: 'PKG300013', customer: 'island-sub' })
    dock.announce('harbor', { tracking: 'PKG300012' })
    expect(dock.releaseHolds('harbor')).toEqual([])
    expect(dock.where(A)).toBe('held')
  },

  'early: the job is deleted before it was announced; the drive still gets home': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A], tracking: 'PKG300014' })
    dock.scans('PKG300014', A, 'TD-FINISH')
    dock.tell('job-deleted', { job: 'harbor', by: 'timer' })
    dock.scan('TD-PACK')
    dock.scan(A).says('label-printed', 'label-printed')
  },
}
