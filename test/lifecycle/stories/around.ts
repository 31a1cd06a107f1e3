import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, X } from '../serials.ts'
import { sendHome } from './in-question.ts'
import type { Stories } from './stories.ts'

/** Several stations, bays, look-ups, and how jobs end otherwise: rules 4, 14 and 18 to 21. */
export const around: Stories = {
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

  'cancelled in Creating: nothing is coming, it ends Completed': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A] })
    expect(dock.refusal('nothing-coming', { job: 'harbor' })).toMatch(/Only a cancelled job/)
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.tell('nothing-coming', { job: 'harbor' })
    expect(dock.jobOf('harbor')).toMatchObject({ state: 'Completed', endedBy: 'nothing-coming' })
  },

  'cancelled in Shipping: what comes goes straight home': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500012' })
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.scans('PKG500012', A)
    expect(dock.refusal('nothing-coming', { job: 'harbor' })).toMatch(/on site/)
    dock.scan('TD-FINISH')
    expect(dock.jobOf('harbor').state).toBe('Packaging')
    dock.scans('TD-PACK', A)
    dock.scans(dock.store.hood().all('return')[0]?.number ?? '', 'OUT2000001')
    expect(dock.jobOf('harbor').state, 'also with a drive missing').toBe('Completed')
    expect(dock.where(A, 'harbor')).toBe('ShippedBack, gone')
  },

  'cancelled in Shipping and nothing came: even at the deadline it ends Completed': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500013' })
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.tell('job-went-unanswered', { job: 'harbor' })
    expect(dock.jobOf('harbor').state).toBe('Completed')
  },

  'cancelled in Received: straight to Packaging': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500014' })
    dock.scans('PKG500014', A)
    dock.tell('job-cancel-requested', { job: 'harbor' })
    expect(dock.jobOf('harbor').state).toBe('Packaging')
  },

  'cancelled in Transferring: the running copy stops and says so': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500015' })
    dock.scans('PKG500015', A, B)
    const copy = dock.beginCopy('harbor', A)
    dock.tell('job-cancel-requested', { job: 'harbor' })
    expect(dock.jobOf('harbor').state).toBe('Transferring')
    dock.endCopy(copy, 'CompletedMoreInfo', true)
    expect(dock.jobOf('harbor').state).toBe('Packaging')
    expect(dock.refusal('job-cancel-requested', { job: 'harbor' })).toMatch(/no longer be cancelled/)
    dock.scans('TD-PACK', A, B)
    dock.scans(dock.store.hood().all('return')[0]?.number ?? '', 'OUT2000002')
    expect(dock.jobOf('harbor').state).toBe('Completed')
  },

  'a copy that finished before the station heard of the cancellation is accepted': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500016' })
    dock.scans('PKG500016', A)
    const copy = dock.beginCopy('harbor', A)
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.endCopy(copy)
    expect(dock.where(A, 'harbor')).toBe('Completed, tray A')
  },

  'a drive lost on site is released by two people, and the job ends Closed': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500017' })
    dock.scans('PKG500017', A, B)
    dock.tell('drive-released', { serial: B, as: 'destroyed', second: 'ben', reason: 'fell' })
    sendHome(dock, 'harbor', A, 'OUT2000003')
    expect(dock.jobOf('harbor').state).toBe('Closed')
  },

  'all drives of a job lost while another package of it is open: the late drive still counts': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500018' })
    dock.scans('PKG500018', A, 'TD-FINISH', 'PKG500018')
    dock.tell('drive-released', { serial: A, as: 'lost', second: 'ben', reason: 'gone' })
    expect(dock.jobOf('harbor').state).toBe('Received')
    dock.scan(B).says('received-late', 'received-all-in')
    sendHome(dock, 'harbor', B, 'OUT2000004')
    expect(dock.jobOf('harbor').state).toBe('Closed')
  },

  'a drive found after its job ended goes home by itself': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500019' })
    dock.scans('PKG500019', A, B)
    dock.tell('drive-released', { serial: B, as: 'lost', second: 'ben', reason: 'gone' })
    sendHome(dock, 'harbor', A, 'OUT2000005')
    dock.tell('drive-found', { serial: B })
    expect(
      dock.refusal('copy-began', {
        copy: 'c',
        job: 'harbor',
        serial: B,
        direction: 'import',
        proof: 'manifest',
      }),
    ).toMatch(/by itself/)
    dock.scan('TD-PACK')
    dock.scan(B).says('label-printed', 'label-printed')
  },

  'nothing came and nobody answered: Closed; a drive that comes after all goes home': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500020' })
    dock.tell('drive-missed', { job: 'harbor', serial: A, by: 'timer' })
    dock.tell('shipping-overdue-noticed', { job: 'harbor' })
    dock.tell('job-went-unanswered', { job: 'harbor' })
    expect(dock.jobOf('harbor').state).toBe('Closed')
    dock.scan('PKG500020').says('look-up', 'parcel-done')
  },

  'a job that does not progress is faulted: nothing is copied or packed until it is cleared': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500025' })
    dock.scans('PKG500025', A)
    dock.tell('job-faulted', { job: 'harbor', reason: 'storage account not accessible' })
    expect(
      dock.refusal('copy-began', {
        copy: 'c',
        job: 'harbor',
        serial: A,
        direction: 'import',
        proof: 'manifest',
      }),
    ).toMatch(/faulted/)
    expect(dock.jobOf('harbor').state, 'the published state stays').toBe('Received')
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.scan('TD-PACK')
    dock.scan(A).says('refused', 'pack-faulted')
    dock.tell('job-fault-cleared', { job: 'harbor' })
    dock.scan(A).says('label-printed', 'label-printed')
  },

  'a job nobody announced goes away: by its customer, or by the clock': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A] })
    dock.put('island', { drives: [B] })
    dock.tell('job-updated', { job: 'harbor', changes: { logLevel: 'Verbose' } })
    expect(dock.jobOf('harbor').state).toBe('Creating')
    dock.tell('job-deleted', { job: 'harbor', by: 'customer' })
    dock.tell('job-deleted', { job: 'island', by: 'timer' })
    expect([dock.jobOf('harbor').deletedBy, dock.jobOf('island').deletedBy]).toEqual(['customer', 'timer'])
  },

  'an ended job goes away: Completed also by its customer, Closed by the clock alone': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500026' })
    dock.job('island', { drives: [B, C], tracking: 'PKG500027' })
    dock.scans('PKG500026', A, 'PKG500027', B, 'TD-FINISH')
    sendHome(dock, 'harbor', A, 'OUT2000007')
    sendHome(dock, 'island', B, 'OUT2000008')
    dock.tell('job-deleted', { job: 'harbor', by: 'customer' })
    expect(dock.refusal('job-deleted', { job: 'island', by: 'customer' })).toMatch(/90 days/)
    dock.tell('job-deleted', { job: 'island', by: 'timer' })
  },

  'the wait is extended: what the timer gave up is awaited again': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500021' })
    dock.tell('drive-missed', { job: 'harbor', serial: A, by: 'timer' })
    dock.tell('shipping-overdue-noticed', { job: 'harbor' })
    dock.tell('wait-extended', { job: 'harbor' })
    expect(dock.where(A, 'harbor')).toBe('Specified, away')
  },

  'a job that is deleted with a drive on site: the drive still has its way home': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500022' })
    dock.scans('PKG500022', A, 'TD-FINISH')
    sendHome(dock, 'harbor', A, 'OUT2000006')
    dock.scans('PKG599998', 'PKG599998', B)
    dock.tell('job-deleted', { job: 'harbor', by: 'timer' })
    expect(dock.jobOf('harbor').state).toBe('Deleted')
    dock.scan('TD-PACK')
    dock.scan(B).says('label-printed', 'label-printed')
  },

  'a fact the station saw for a job that has ended meanwhile: the drive goes home by itself': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG500023' })
    dock.scan('PKG500023')
    dock.tell('job-went-unanswered', { job: 'harbor' })
    const { id } = dock.store.hood().all('arrival')[0] ?? { id: '' }
    dock.tell('drive-received', {
      job: 'harbor',
      serial: A,
      driveId: A,
      arrival: id,
      tray: 'A',
      apart: false,
    })
    expect(dock.store.hood().get('drive', `harbor/${A}`)?.apart).toBe(true)
    expect(dock.jobOf('harbor').state).toBe('Closed')
  },

  'a drive the customer took off the list is not received, not even by a station that had not heard': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG500024' })
    dock.scan('PKG500024')
    dock.relist('harbor', [B])
    const { id } = dock.store.hood().all('arrival')[0] ?? { id: '' }
    expect(
      dock.refusal('drive-received', {
        job: 'harbor',
        serial: A,
        driveId: A,
        arrival: id,
        tray: 'A',
        apart: false,
      }),
    ).toMatch(/does not list/)
    dock.scan(A).says('extra', 'extra')
    dock.relist('harbor', [A, B])
    dock.scan(A).says('received', 'received')
  },
}
