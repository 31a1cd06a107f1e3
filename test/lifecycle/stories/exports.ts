import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, TEN, X, Y, Z } from '../serials.ts'
import type { Stories } from './stories.ts'

/** Drives for export jobs, which list none: rule 7. */
export const exports: Stories = {
  'export: what no live job lists joins, and the announced number closes the box': () => {
    const dock = new Dock()
    dock.job('coral', { type: 'Export', tracking: 'PKG300015', driveCount: 2 })
    dock
      .scan('PKG300015')
      .says('arrival-opened', 'arrival-opened')
      .with({ count: { received: 0, expected: 2 } })
    dock.scan(X).says('received', 'received').with({ job: 'coral' })
    expect(dock.where(X, 'coral')).toBe('Received, tray A')
    dock.scan(Y).says('received', 'received-all-in')
    expect(dock.jobOf('coral').state).toBe('Received')
    dock.tell('drive-not-needed', { job: 'coral', serial: Y })
    dock.copy('coral', X)
    expect(dock.jobOf('coral')).toMatchObject({ state: 'Packaging', percent: 100 })
  },

  'export: an undone receipt joins again and counts once': () => {
    const dock = new Dock()
    dock.job('coral', { type: 'Export', tracking: 'PKG300016', driveCount: 2 })
    dock.scans('PKG300016', X, 'TD-UNDO')
    expect(dock.where(X, 'coral')).toBe('Specified, away')
    dock.scan(X).with({ verdict: 'received', count: { received: 1, expected: 2 } })
  },

  'export: fewer than announced is a case, never NeverReceived': () => {
    const dock = new Dock()
    dock.job('coral', { type: 'Export', tracking: 'PKG300017', driveCount: 3 })
    dock.scans('PKG300017', X, 'TD-FINISH')
    expect(dock.cases('fewer-than-announced')).toHaveLength(1)
    expect(dock.jobOf('coral').state).toBe('Received')
  },

  'export: ten drives and no more': () => {
    const dock = new Dock()
    dock.job('coral', { type: 'Export', tracking: 'PKG300018' })
    dock.scans('PKG300018', ...TEN)
    dock.scan(X).says('extra', 'extra-job-full', 'extra-shelf-next-drive')
    expect(dock.cases('more-than-ten')).toHaveLength(1)
    dock.scan('P/N: 2KH103-001').says('not-a-drive-serial', 'not-serial-part-number')
    expect(
      dock.refusal('drive-received', {
        job: 'coral',
        serial: Z,
        driveId: Z,
        arrival: dock.store.hood().all('arrival')[0]?.id ?? '',
        tray: 'A',
        apart: false,
      }),
    ).toMatch(/10 drives/)
  },

  'export: once the job’s box is closed, what turns up in its package is an extra': () => {
    const dock = new Dock()
    dock.job('coral', { type: 'Export', tracking: 'PKG300019', driveCount: 1 })
    for (const text of ['PKG300019', X]) dock.scan(text, 'dock-2')
    dock.copy('coral', X)
    dock.scans('TD-PACK', X)
    dock.scan(dock.store.hood().all('return')[0]?.number ?? '').says('return-closed', 'return-closed')
    dock.scan(Y, 'dock-2').says('extra', 'extra')
  },

  'import and export in one box: an unlisted drive is asked about; yes by scanning it again': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG300020-1' })
    dock.job('coral', { type: 'Export', tracking: 'PKG300020-2' })
    dock.scan('PKG300020')
    dock.scan(X).says('look-up', 'ask-export', 'scan-again-for-export').with({ job: 'coral' })
    dock.scan(X).says('received', 'received').with({ job: 'coral' })
    dock.scan(Y).says('look-up', 'ask-export')
    dock.scan('TD-NEXT').says('extra', 'extra')
    dock.scan(Z).says('look-up', 'ask-export')
    dock.scan(A).says('received', 'received')
    dock.scan('TD-NEXT').says('command', 'work-put-down')
    expect(dock.where(Z), 'any other scan says no and nothing more').toBe('away')
  },

  'two exports in one box: the next one is asked about, the one that lacks drives first': () => {
    const dock = new Dock()
    dock.job('atoll', { type: 'Export', tracking: 'PKG300021-1', driveCount: 1 })
    dock.job('coral', { type: 'Export', tracking: 'PKG300021-2' })
    dock.scan('PKG300021')
    dock.scan(X).says('look-up', 'ask-export').with({ job: 'atoll' })
    dock.scan('TD-NEXT').says('look-up', 'ask-export').with({ job: 'coral' })
    dock.scan(X).says('received', 'received').with({ job: 'coral' })
    dock.scans(Y, Y)
    expect(dock.where(Y, 'atoll')).toBe('Received, tray A')
    dock.scan(Z).says('look-up', 'ask-export').with({ job: 'coral' })
    dock.scan('TD-NEXT').with({ job: 'atoll' })
    dock.scan('TD-NEXT').says('extra', 'extra')
  },

  'two exports in one box: what was asked may be settled elsewhere meanwhile': () => {
    const dock = new Dock()
    dock.job('atoll', { type: 'Export', tracking: 'PKG300022-1' })
    dock.job('coral', { type: 'Export', tracking: 'PKG300022-2' })
    dock.scans('PKG300022', ...TEN.slice(0, 9).flatMap((serial) => [serial, serial]))
    dock.scan(X).says('look-up', 'ask-export').with({ job: 'atoll' })
    dock.tell('drive-received', {
      job: 'atoll',
      serial: Y,
      driveId: Y,
      arrival: dock.store.hood().all('arrival')[0]?.id ?? '',
      tray: 'A',
      apart: false,
    })
    dock.scan(X).says('look-up', 'ask-export').with({ job: 'coral' })
    dock.tell('drive-received', {
      job: 'coral',
      serial: X,
      driveId: X,
      arrival: dock.store.hood().all('arrival')[0]?.id ?? '',
      tray: 'B',
      apart: false,
    })
    dock.scan('TD-NEXT').says('command', 'question-dropped', 'scan-next')
    expect(dock.where(X, 'coral')).toBe('Received, tray B')
  },

  'export: a drive that says itself which bay it is in is to be filled only once it was scanned there':
    () => {
      const dock = new Dock()
      dock.job('coral', { type: 'Export', tracking: 'PKG300023', driveCount: 1 })
      dock.scans('PKG300023', X)
      const scanned = () => dock.store.hood().get('custody', X)?.scanned
      dock.tell('drive-placed', { serial: X, bay: '1' })
      expect(scanned()).toBeUndefined()
      dock.scans('TD-BAY-1')
      dock.scan(X).says('command', 'placed-in-bay', 'plug-it-in')
      expect(scanned()).toBe(true)
      dock.scans('TD-BAY-1')
      dock.scan(X).says('look-up', 'in-bay-already', 'plug-it-in')
      // Put elsewhere by its own word again, the scan no longer counts.
      dock.tell('drive-placed', { serial: X, bay: '2' })
      expect(scanned()).toBeUndefined()
    },

  'export: what no drive had room for is told as it stands when each drive ends': () => {
    const dock = new Dock()
    dock.job('coral', { type: 'Export', tracking: 'PKG300024', driveCount: 2 })
    dock.scans('PKG300024', X, Y)
    const ended = (serial: string, incompleteBlobList: string | null) => {
      const copy = `copy-${serial}`
      const begun = { copy, job: 'coral', serial, direction: 'export', proof: 'read-back' } as const
      dock.tell('copy-began', begun)
      dock.tell('copy-moved', { copy, move: 'began' })
      dock.tell('copy-ended', {
        copy,
        status: 'Completed',
        driveStatus: 'Completed',
        errors: false,
        copyStatus: 'Completed',
        bytesSucceeded: 1,
        blobs: { total: 1, completed: 1, withErrors: 0, failed: 0 },
        manifestFile: `\\${serial}.manifest`,
        incompleteBlobList,
      })
    }
    ended(X, 'waimportexport/waies/coral_incomplete.xml')
    expect(dock.jobOf('coral').incompleteBlobList).toBe('waimportexport/waies/coral_incomplete.xml')
    ended(Y, null)
    expect(dock.jobOf('coral').incompleteBlobList).toBeUndefined()
    expect(dock.store.hood().get('drive', `coral/${Y}`)).toMatchObject({ manifestFile: `\\${Y}.manifest` })
  },
}
