import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C, X, Y } from '../serials.ts'
import { box, closeAndShip, pack, packaging } from './packed-dock.ts'
import type { Stories } from './stories.ts'

/** What goes home in which box, and when its label is earned: rules 8, 18 and 19. */
export const packing: Stories = {
  'a label is earned, scanned, and the carrier’s number sends the box off': () => {
    const dock = packaging('harbor', [A, B])
    dock.scan('TD-PACK').says('command', 'packing', 'scan-drive-of-box')
    dock
      .scan(A)
      .says('packed', 'packed', 'fetch-next')
      .with({
        count: { received: 1, expected: 2 },
        facts: { missing: 1, serial: B, place: 'A' },
      })
    dock.scan('TD-PRINT').says('refused', 'label-not-earned', 'fetch-next')
    dock.scan(B).says('label-printed', 'label-printed', 'label-on-scan-it')
    dock.scan('TD-PRINT').says('label-printed', 'label-reprinted')
    dock.scan(box(dock).number).says('return-closed', 'return-closed', 'scan-carrier-number')
    expect(dock.jobOf('harbor').state).toBe('Packaging')
    dock
      .scan('OUT1000001')
      .says('shipped', 'shipped-job-ended')
      .with({ facts: { job: 'harbor', state: 'Completed', drives: 2 } })
    expect(dock.jobOf('harbor').state).toBe('Completed')
    expect([dock.where(A, 'harbor'), dock.where(B, 'harbor')]).toEqual([
      'ShippedBack, gone',
      'ShippedBack, gone',
    ])
  },

  'a job with a missing drive ends Closed': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG400001' })
    dock.scans('PKG400001', A, 'TD-FINISH')
    dock.copy('harbor', A)
    pack(dock, [A], 'OUT1000002')
    expect(dock.jobOf('harbor').state).toBe('Closed')
  },

  'notices leave a job Completed, errors close it': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400002' })
    dock.job('island', { drives: [B], tracking: 'PKG400003' })
    dock.scans('PKG400002', A, 'PKG400003', B)
    dock.copy('harbor', A, 'CompletedMoreInfo', false)
    dock.copy('island', B, 'CompletedMoreInfo', true)
    pack(dock, [A], 'OUT1000003')
    pack(dock, [B], 'OUT1000004')
    expect([dock.jobOf('harbor').state, dock.jobOf('island').state]).toEqual(['Completed', 'Closed'])
  },

  'a retry is legal until the return is closed, out of the box, and its error no longer counts': () => {
    const dock = packaging('harbor', [A])
    const retry = {
      copy: 'again',
      job: 'harbor',
      serial: A,
      direction: 'import' as const,
      proof: 'manifest' as const,
    }
    expect(dock.refusal('copy-began', retry), 'nothing failed').toMatch(/Nothing failed|processed/)
    const other = new Dock()
    other.job('harbor', { drives: [A], tracking: 'PKG400004' })
    other.scans('PKG400004', A)
    other.copy('harbor', A, 'CompletedMoreInfo', true)
    other.scans('TD-PACK', A)
    expect(other.refusal('copy-began', retry)).toMatch(/not at hand/)
    other.tell('label-voided', { return: box(other).id })
    other.tell('drive-unpacked', { return: box(other).id, serial: A })
    other.copy('harbor', A)
    expect(other.jobOf('harbor')).toMatchObject({ state: 'Packaging', percent: 100 })
    pack(other, [A], 'OUT1000005')
    expect(other.jobOf('harbor').state).toBe('Completed')
  },

  'only what may go home is packed': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B, C], tracking: 'PKG400005' })
    dock.job('island', { drives: [X], tracking: 'PKG400006', customer: 'island-sub' })
    dock.scans('PKG400006', X, 'PKG400005', A, B, C)
    dock.copy('island', X)
    dock.beginCopy('harbor', A)
    dock.tell('drive-faulted', { job: 'harbor', serial: C, reason: 'HardwareError' })
    dock.scan('TD-PACK')
    dock.scan(Y).says('refused', 'pack-not-here', 'scan-drive-of-box')
    dock
      .scan(A)
      .says('refused', 'pack-being-copied', 'put-it-back')
      .with({ facts: { job: 'harbor' } })
    dock.scan(B).says('refused', 'pack-not-copied-yet')
    dock.scan(C).says('refused', 'pack-faulted')
    dock.copy('harbor', B)
    dock.scan(B).says('packed', 'packed')
    dock.scan(B).says('look-up', 'packed-already')
    dock
      .scan(X)
      .says('refused', 'pack-belongs-elsewhere', 'put-it-back')
      .with({ facts: { job: 'island' } })
    dock.scan('TD-NEXT')
    dock.scan('TD-PACK')
    dock.scan(X).says('label-printed', 'label-printed')
    dock.scan(B).says('refused', 'pack-in-other-box')
    dock.scan('TD-PACK')
    dock.scan(B).says('look-up', 'packed-already')
    dock.scan('TD-PRINT').says('refused', 'label-not-earned')
    dock.scan('TD-NEXT')
    dock.scan(B).says('look-up', 'found-packed')
    dock.scan('TD-HOLD').says('refused', 'cannot-hold', 'supervisor')
  },

  'a box is filled while other drives are being copied': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A, B], tracking: 'PKG400007' })
    dock.tell('job-cancel-requested', { job: 'harbor' })
    dock.scans('PKG400007', A, 'TD-PACK')
    dock.scan(A).says('packed', 'packed-job-goes-on', 'scan-next-drive')
  },

  'an extra goes home with the arrival’s only job': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400008' })
    dock.scans('PKG400008', A, X)
    dock.copy('harbor', A)
    dock.scan('TD-PACK')
    dock
      .scan(A)
      .says('packed', 'packed')
      .with({ facts: { missing: 1, serial: X, place: 'EXTRA' } })
    dock.scan(X).says('label-printed', 'label-printed')
    closeAndShip(dock, 'OUT1000006')
    expect(dock.where(X)).toBe('gone')
    expect(dock.jobOf('harbor').state).toBe('Completed')
    dock.scan(X).says('look-up', 'found-left')
    dock.scan(A).says('look-up', 'found-not-here').with({ job: 'harbor' })
  },

  'an extra that turns up after the label was printed makes it void': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400009' })
    for (const text of ['PKG400009', A]) dock.scan(text, 'dock-2')
    dock.copy('harbor', A)
    dock.scans('TD-PACK', A)
    expect(box(dock).state).toBe('labelled')
    dock.scan(X, 'dock-2').says('extra', 'extra')
    expect(box(dock).state).toBe('packing')
    dock.scan(box(dock).number).says('refused', 'label-void', 'scan-drive-of-box')
    dock.scan(X).says('label-printed', 'label-printed')
  },

  'a drive found again after the label was printed: the label does not close the box': () => {
    const dock = packaging('harbor', [A, B])
    dock.tell('drive-released', { serial: B, as: 'lost', second: 'ben', reason: 'not on its shelf' })
    dock.scans('TD-PACK', A)
    dock.tell('drive-found', { serial: B })
    dock
      .scan(box(dock).number)
      .says('refused', 'label-not-earned', 'fetch-next')
      .with({ facts: { missing: 1, serial: B, place: 'HOLD' } })
    dock.scan(B).says('label-printed', 'label-printed')
    closeAndShip(dock, 'OUT1000007')
    expect(dock.jobOf('harbor').state).toBe('Completed')
  },

  'an extra of several jobs of one customer goes with the last to pack': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400010-1' })
    dock.job('island', { drives: [B], tracking: 'PKG400010-2' })
    dock.scans('PKG400010', A, B, X)
    dock.copy('harbor', A)
    dock.copy('island', B)
    pack(dock, [B, X], 'OUT1000008')
    pack(dock, [A], 'OUT1000009')
    expect(dock.where(X)).toBe('gone')
  },

  'an extra that stayed behind when the last job left goes by itself': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400011' })
    for (const text of ['PKG400011', A]) dock.scan(text, 'dock-2')
    dock.copy('harbor', A)
    pack(dock, [A], 'OUT1000010')
    dock.scan(X, 'dock-2').says('extra', 'extra')
    dock.scan('TD-PACK')
    dock.scan(X).says('label-printed', 'label-printed')
    closeAndShip(dock, 'OUT1000011').says('shipped', 'shipped')
  },

  'an extra of several customers waits for a person, who names the job': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400012-1' })
    dock.job('island', { drives: [B], tracking: 'PKG400012-2', customer: 'island-sub' })
    dock.scans('PKG400012', A, B)
    dock.scan(X).says('extra', 'extra')
    expect(dock.cases('whose-extra')).toHaveLength(1)
    dock.copy('island', B)
    dock.scan('TD-PACK')
    dock.scan(X).says('refused', 'pack-whose', 'supervisor')
    dock.tell('drive-held', { serial: X, job: 'island', because: 'operator' })
    dock.resolve('whose-extra')
    dock.scan(X).says('packed', 'packed').with({ job: 'island' })
    dock.scan(B).says('label-printed', 'label-printed')
  },

  'an extra of several customers whose jobs have all left needs an answer, not somebody’s address': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400013-1' })
    dock.job('island', { drives: [B], tracking: 'PKG400013-2', customer: 'island-sub' })
    dock.scans('PKG400013', A, B, X)
    dock.copy('harbor', A)
    dock.copy('island', B)
    pack(dock, [A], 'OUT1000012')
    pack(dock, [B], 'OUT1000013')
    dock.scan('TD-PACK')
    dock.scan(X).says('packed', 'label-lacks-address', 'supervisor')
    dock.tell('case-answered', { case: dock.caseOf('unreturnable').id })
    dock.scan('TD-PRINT').says('label-printed', 'label-printed')
  },

  'a package without a job is sent back once its sender has said where to': () => {
    const dock = new Dock()
    dock.scans('PKG499999', 'PKG499999', X, Y, 'TD-FINISH', 'TD-PACK')
    dock
      .scan(X)
      .says('packed', 'packed')
      .with({ facts: { missing: 1, serial: Y, place: 'HOLD' } })
    dock.scan(Y).says('packed', 'label-lacks-address')
    dock.tell('case-answered', { case: dock.caseOf('unreturnable').id })
    dock.scan('TD-PRINT').says('label-printed', 'label-printed')
    closeAndShip(dock, 'OUT1000014').says('shipped', 'shipped')
    expect([dock.where(X), dock.where(Y)]).toEqual(['gone', 'gone'])
  },

  'a drive on hold is not packed, and its job’s label waits for it': () => {
    const dock = packaging('harbor', [A, B])
    dock.scans(B, 'TD-HOLD', 'TD-PACK', A)
    expect(box(dock).state).toBe('packing')
    dock.scan(B).says('refused', 'pack-held', 'supervisor')
    dock.resolve('held-by-operator')
    dock.scan(B).says('label-printed', 'label-printed')
  },

  'an extra on hold is not packed either, but no label waits for it': () => {
    const dock = new Dock()
    dock.job('harbor', { drives: [A], tracking: 'PKG400014' })
    dock.scans('PKG400014', A, X, 'TD-HOLD')
    dock.copy('harbor', A)
    dock.scan('TD-PACK')
    dock.scan(X).says('refused', 'pack-held')
    dock.scan(A).says('label-printed', 'label-printed')
  },

  'a drive lost out of a labelled box makes its label void; lost out of a closed one, the box may be given up':
    () => {
      const dock = packaging('harbor', [A, B])
      dock.scans('TD-PACK', A, B)
      const lost = { as: 'lost', second: 'ben', reason: 'fell behind the belt' } as const
      dock.tell('drive-released', { serial: A, ...lost })
      expect(box(dock)).toMatchObject({ state: 'packing', drives: [B] })
      dock.scan('TD-PRINT').says('label-printed', 'label-printed')
      dock.scan(box(dock).number)
      expect(dock.refusal('return-voided', { return: box(dock).id })).toMatch(/Take the drives out/)
      dock.tell('drive-released', { serial: B, ...lost })
      dock.tell('return-voided', { return: box(dock).id })
      expect(dock.jobOf('harbor').state).toBe('Closed')
      dock.scan(box(dock).number).says('refused', 'label-void', 'scan-pack-first')
      dock.scan('TD-NEXT')
      dock.scan(A).says('look-up', 'found-not-here')
    },
}
