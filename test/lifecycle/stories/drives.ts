import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, D, X } from '../serials.ts'
import type { Stories } from './stories.ts'

/** What a drive in an open package means: rules 5, 12 and 13. */
export const drives: Stories = {
  'scanning a drive again changes nothing': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100006' })
    dock.scans('PKG100006', A)
    dock.scan(A).says('already-received', 'already-received').with({ tray: 'A', job: 'harbor' })
    dock.scan(X).says('extra', 'extra')
    dock.scan(X).says('already-received', 'already-extra').with({ tray: 'EXTRA' })
  },

  'the same scan twice is answered alike and counted once': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100007' })
    dock.scan('PKG100007')
    const first = dock.scan(A, 'dock-1', 'scan-of-a').verdict
    dock.scan(B)
    expect(dock.scan(A, 'dock-1', 'scan-of-a').verdict).toEqual(first)
    expect(dock.store.hood().find('case', 'serial', A)).toEqual([])
  },

  'a drive of another job in Shipping is received for that job, its tray is named': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100008' })
    dock.job('island', { drives: [B, C], tracking: 'PKG100009' })
    dock.scan('PKG100009', 'dock-2')
    dock.scan('PKG100008')
    dock
      .scan(B)
      .says('received-for-another-job', 'received-for-another-job')
      .with({ job: 'island', tray: 'A' })
    expect(dock.jobOf('island').state).toBe('Shipping')
    dock.scan(C, 'dock-2').says('received', 'received-all-in')
    expect(dock.jobOf('island').state).toBe('Received')
  },

  'a job whose only drive came in a foreign box, and whose other drive is struck off, leaves Shipping':
    () => {
      const dock = new Dock()
      dock.job('harbor', { drives: [A], tracking: 'PKG100010' })
      dock.job('island', { drives: [B, C], tracking: 'PKG100011' })
      dock.scans('PKG100010', B)
      expect(dock.jobOf('island').state).toBe('Shipping')
      dock.relist('island', [B])
      expect(dock.jobOf('island').state).toBe('Received')
    },

  'a drive of a job whose site is another one is held and forwarded': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100012' })
    dock.job('reef', { drives: [B], tracking: 'PKG100013', site: 'northeurope' })
    dock.scan('PKG100012')
    dock
      .scan(B)
      .says('other-site', 'drive-other-site')
      .with({ facts: { job: 'reef', site: 'northeurope' }, tray: 'HOLD' })
    dock.scan(B).says('already-received', 'already-held').with({ tray: 'HOLD' })
    expect(dock.cases('other-site')).toHaveLength(1)
    dock.tell('arrival-forwarded', {
      arrival: dock.store.hood().all('arrival')[0]?.id ?? '',
      site: 'northeurope',
    })
    expect(dock.where(B), 'it travels on with its box').toBe('away')
  },

  'at the first drive a missing address or account is a case at once': () => {
    const dock = new Dock()
    dock.put('harbor', { drives: [A, B], hasCarrierAccount: false })
    dock.announce('harbor', { tracking: 'PKG100015' })
    dock.scans('PKG100015', A)
    expect(dock.cases().map(({ reason }) => reason)).toEqual(['carrier-account-missing'])
    dock.tell('job-updated', { job: 'harbor', changes: { hasReturnAddress: false } })
    dock.scan('TD-UNDO').says('undone', 'undone')
    dock.scan(A)
    expect(
      dock
        .cases()
        .map(({ reason }) => reason)
        .sort(),
    ).toEqual(['carrier-account-missing', 'return-address-missing'])
  },

  'a damaged drive is received and faulted, with a case; clearing it lets it be copied': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100016' })
    dock.scans('PKG100016', A)
    dock.scan('TD-DAMAGED').says('command', 'damaged', 'photo-then-next').with({ drive: A })
    dock.scan('TD-DAMAGED').says('command', 'damaged')
    expect(dock.cases('damaged')).toHaveLength(1)
    expect(
      dock.refusal('copy-began', {
        copy: 'c',
        job: 'harbor',
        serial: A,
        direction: 'import',
        proof: 'manifest',
      }),
    ).toMatch(/faulted/)
    dock.tell('drive-fault-cleared', { job: 'harbor', serial: A })
    dock.copy('harbor', A)
    expect(dock.jobOf('harbor').state).toBe('Packaging')
  },

  'only a drive just received can be called damaged': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100017' })
    dock.scan('TD-DAMAGED').says('refused', 'nothing-damaged', 'scan-drive-first')
    dock.scans('PKG100017', X)
    dock.scan('TD-DAMAGED').says('refused', 'nothing-damaged')
    dock.scans(A, 'TD-DAMAGED')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.cases('damaged')).toEqual([])
    expect(dock.store.hood().get('drive', `harbor/${A}`)?.fault).toBeUndefined()
  },

  'a drive is held by hand, once, and nothing is done with it until its case ends': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100018' })
    dock.scan('TD-HOLD').says('refused', 'nothing-to-hold')
    dock.scans('PKG100018', A)
    dock
      .scan('TD-HOLD')
      .says('held', 'held-operator', 'hold-shelf-next-drive')
      .with({ drive: A, tray: 'HOLD' })
    dock.scan(A).says('already-received', 'already-held')
    dock.scan('TD-HOLD').says('held', 'already-held')
    dock.scans('TD-BAY-3')
    dock.scan(A).says('refused', 'bay-not-for-it')
    expect(
      dock.refusal('copy-began', {
        copy: 'c',
        job: 'harbor',
        serial: A,
        direction: 'import',
        proof: 'manifest',
      }),
    ).toMatch(/not at hand/)
    dock.resolve('held-by-operator')
    dock.scan(A).says('command', 'placed-in-bay')
    dock.copy('harbor', A)
  },

  'a drive that is refused on its own goes home, the others are copied': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100019' })
    dock.scans('PKG100019', A)
    dock.tell('drive-declined', { job: 'harbor', serial: A, reason: 'UnsupportedDrive' })
    dock.scan(B).says('received', 'received-all-in')
    expect(dock.jobOf('harbor').state).toBe('Transferring')
    dock.copy('harbor', B)
    expect(dock.jobOf('harbor').state).toBe('Packaging')
  },

  'a listed serial wins over a number that looks like a parcel': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: ['111111111114'], tracking: 'PKG100020' })
    dock.scan('PKG100020')
    dock.scan('111111111114').says('received', 'received-all-in')
  },

  'a Western Digital label and what the drive reports are one drive': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: ['WD-WCC4N0123456', D], tracking: 'PKG100021' })
    dock.scan('PKG100021')
    dock.scan('WCC4N0123456').says('received', 'received').with({ drive: 'WD-WCC4N0123456' })
  },

  'a drive listed by two live jobs is held until its manifest tells': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100022' })
    dock.job('island', { drives: [A], tracking: 'PKG100023', customer: 'island-sub' })
    dock.scan('PKG100022')
    dock.scan(A).says('held', 'held-listed-twice').with({ tray: 'HOLD' })
    dock.scan(A).says('already-received', 'already-held')
    dock.scans('TD-BAY-1', A)
    dock.scan('TD-BAY-2').says('command', 'bay-chosen')
    expect(dock.where(A)).toBe('bay 1')
    dock.tell('drive-received', {
      job: 'harbor',
      serial: A,
      driveId: A,
      arrival: arrivalIn(dock),
      tray: 'A',
      apart: false,
    })
    expect(dock.where(A, 'harbor')).toBe('Received, bay 1')
    expect(
      dock.refusal('drive-received', {
        job: 'island',
        serial: A,
        driveId: A,
        arrival: arrivalIn(dock),
        tray: 'A',
        apart: false,
      }),
    ).toMatch(/another job/)
  },

  'an extra that its customer lists is received by a new scan, and put back by an undo': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100024' })
    dock.scans('PKG100024', X)
    dock.relist('harbor', [A, X])
    dock.scan(X).says('received', 'received')
    dock.scan('TD-UNDO').says('undone', 'undone')
    expect(dock.where(X, 'harbor')).toBe('Specified, extra')
    dock.scan(X).says('received', 'received')
  },

  'an extra held by hand is not received before its case ends, even when it is listed': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG100033' })
    dock.scans('PKG100033', X, 'TD-HOLD')
    dock.relist('harbor', [A, X])
    dock.scan(X).says('already-received', 'already-held')
    dock.resolve('held-by-operator')
    dock.scan(X).says('received', 'received')
  },

  'a lost drive that turns up is held; a destroyed one is a riddle for a person': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100025' })
    dock.scans('PKG100025', A, B)
    const lost = { second: 'ben', reason: 'not found at stock taking' }
    dock.tell('drive-released', { serial: A, as: 'lost', ...lost })
    dock.tell('drive-released', { serial: B, as: 'destroyed', ...lost })
    expect(dock.jobOf('harbor').state).toBe('Closed')
    dock.scan(A).says('held', 'held-found-again', 'hold-shelf-next-drive')
    dock.scan(B).says('refused', 'recorded-destroyed', 'supervisor')
    expect(dock.cases('released').map(({ serial }) => serial)).toEqual([A])
    expect(dock.jobOf('harbor').state, 'judged once').toBe('Closed')
  },

  'a receipt takes no drive out of a box': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG100032' })
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.scans('PKG100032', A, X)
    dock.scan('TD-PACK', 'dock-2')
    dock.scan(X, 'dock-2').says('packed', 'packed')
    dock.relist('harbor', [A, B, X])
    dock.scan(X).says('already-received', 'already-received')
    expect(dock.where(X, 'harbor')).toBe('Specified, packed')
  },
}

const arrivalIn = (dock: Dock): string => dock.store.hood().all('arrival')[0]?.id ?? ''
