import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C } from '../serials.ts'
import { sendHome } from './packed-dock.ts'
import type { Stories } from './stories.ts'

/** How jobs end otherwise, and what a deleted or ended one leaves behind: rules 1 and 18 to 22. */
export const endings: Stories = {
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
