import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, D, MORE, TEN, X, Y, Z } from '../serials.ts'
import type { Stories } from './stories.ts'

/** Drives that come late, early, unlisted or badly read: rules 5, 7, 10 to 12. */
export const inQuestion: Stories = {
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
    expect(MORE).toHaveLength(10)
  },

  'misread: shown beside what was expected; insisting makes it an extra': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300023' })
    dock.scan('PKG300023')
    dock
      .scan('QZ71M0O42')
      .says('unreadable', 'misread', 'scan-again')
      .with({
        misread: { expected: A, positions: [6] },
        facts: { expected: A },
      })
    dock.scan(A).says('received', 'received')
    dock.scan('ZR5A1N7X').says('unreadable', 'misread')
    dock.scan('ZR5A1N7X').says('extra', 'extra')
    dock.scan('TD-NEXT')
    dock.scan('ZR5A1N7X').says('look-up', 'found-extra')
  },

  'misread: TD-NEXT drops the question': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG300024' })
    dock.scans('PKG300024', 'QZ71M0O42')
    dock.scan('TD-NEXT').says('command', 'question-dropped', 'scan-next')
    dock.scan('QZ71M0O42').says('unreadable', 'misread')
    dock.scan('   ').says('unreadable', 'unreadable-empty')
    dock.scan('QZ71M0O42').says('extra', 'extra')
  },

  'two codes in one scan are neither': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300025' })
    dock.scan('PKG300025')
    dock
      .scan(`${A}${B}`)
      .says('unreadable', 'glued', 'scan-one-at-a-time')
      .with({ facts: { first: A } })
    dock.scan('TD-UNDOTD-FINISH').says('unreadable', 'unreadable-glued', 'scan-again')
    expect(dock.where(A, 'harbor')).toBe('Specified, away')
  },

  'garbage is answered and changes nothing': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG300026' })
    dock.scan('PKG300026')
    dock.scan('').says('unreadable', 'unreadable-empty')
    dock.scan('Q'.repeat(300)).says('unreadable', 'unreadable-too-long')
    dock.scan('QZ71\u0007M0042').says('unreadable', 'unreadable-control-characters')
    dock.scan('abc').says('not-a-drive-serial', 'not-serial', 'scan-serial')
    dock.scan('TD-NEXT')
    dock.scan('ab').says('not-a-drive-serial', 'not-serial')
    expect(dock.store.hood().all('custody')).toEqual([])
  },

  'what else is printed on a drive or a box is named': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, D], tracking: 'PKG300027' })
    dock.scan('PKG300027')
    for (const [text, say] of NOT_SERIALS)
      dock.scan(text).says('not-a-drive-serial', say, 'scan-serial').with({ facts: { text } })
    expect(dock.store.hood().all('custody')).toEqual([])
    dock.scan('TD-NEXT')
    dock.scan('EAN: 4006381333931').says('not-a-drive-serial', 'not-serial-ean')
    expect(dock.store.hood().all('arrival')).toHaveLength(1)
  },
}

const NOT_SERIALS = [
  ['P/N: 2KH103-001', 'not-serial-part-number'],
  ['WWN: 5000C500A1B2C3D4', 'not-serial-wwn'],
  ['MODEL: ST4000NM0035', 'not-serial-model'],
  ['CAPACITY: 4TB', 'not-serial-capacity'],
  ['1Z999AA10123456784', 'not-serial-tracking-number'],
  ['PSID: 0123456789ABCDEF0123456789ABCDEF', 'not-serial-psid'],
  ['EAN: 4006381333931', 'not-serial-ean'],
  ['DATE: 2025-11-20', 'not-serial-date'],
  ['FW: SN05', 'not-serial-revision'],
  ['TD-BAYX', 'not-serial-own-code'],
  ['(420)97001', 'not-serial-routing-code'],
] as const

/** Copied, packed, closed and handed over. */
export function sendHome(dock: Dock, job: string, serial: string, carrierNumber: string): void {
  dock.copy(job, serial)
  dock.scans('TD-PACK', serial)
  const [box] = dock.store.hood().find('return', 'state', 'labelled')
  dock.scans(box?.number ?? '', carrierNumber)
}
