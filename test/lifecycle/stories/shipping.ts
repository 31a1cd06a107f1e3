import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, C } from '../serials.ts'
import { box, labelled, pack, packaging } from './packed-dock.ts'
import type { Stories } from './stories.ts'

/** Labels, and the carrier: rule 18. */
export const shipping: Stories = {
  'labels: unknown, closed and waiting, gone': () => {
    const dock = packaging('harbor', [A])
    dock.scan('TDR-0000012').says('not-a-drive-serial', 'not-serial-own-code')
    dock.scan(dock.mint().returnNumber()).says('refused', 'label-unknown', 'scan-again')
    dock.scan('TD-PRINT').says('refused', 'nothing-to-print', 'scan-pack-first')
    dock.scans('TD-PACK', A)
    const { number } = box(dock)
    dock.scans(number, 'TD-NEXT')
    dock.scan(number).says('look-up', 'return-waits', 'scan-carrier-number')
    dock.scan('TD-SHIP').says('command', 'shipping-box', 'scan-carrier-number')
    dock.scan('OUT1000015')
    dock
      .scan(number)
      .says('look-up', 'return-gone')
      .with({ facts: { number, tracking: 'OUT1000015' } })
  },

  'shipping: the label first, then a number that can only be the carrier’s': () => {
    const dock = packaging('harbor', [A])
    dock.job('island', { drives: [B], tracking: 'PKG400015' })
    dock.job('reef', { drives: [C], tracking: 'PKG400016' })
    dock.scan('PKG400016')
    dock.scans('TD-PACK', A, 'TD-NEXT')
    dock.scan('TD-SHIP').says('command', 'shipping', 'scan-return-label')
    dock.scan('OUT1000016').says('refused', 'shipping-needs-label', 'scan-return-label')
    dock.scan(box(dock).number).says('return-closed', 'return-closed')
    dock.scan('OUT').says('refused', 'carrier-number-odd', 'scan-carrier-number')
    for (const odd of ['1Z999AA10123456785', 'TDR-0000012', '(420)97001', 'P/N: 2KH103-001'])
      dock.scan(odd).says('refused', 'carrier-number-odd')
    dock.scan('PKG400015').says('refused', 'carrier-number-inbound')
    dock.scan('PKG400016').says('refused', 'carrier-number-inbound')
    dock.scan(B).says('refused', 'carrier-number-is-drive').with({ drive: B })
    dock.scan(A).says('refused', 'carrier-number-is-drive')
    dock.scan('OUT1000016').says('shipped', 'shipped-job-ended')
    const other = new Dock()
    other.job('harbor', { drives: [A], tracking: 'PKG400017' })
    other.job('island', { drives: [B], tracking: 'PKG400018' })
    other.scans('PKG400017', A, 'PKG400018', B)
    other.copy('harbor', A)
    other.copy('island', B)
    pack(other, [A], 'OUT1000017')
    other.scans('TD-PACK', B)
    other.scan(labelled(other).number)
    other.scan('OUT1000017').says('refused', 'carrier-number-used', 'scan-carrier-number')
  },

  'shipping: an inbound box opened by mistake and undone leaves its number free': () => {
    const dock = packaging('harbor', [A])
    dock.scans('TD-NEXT', 'OUT1000018', 'OUT1000018', 'TD-UNDO')
    pack(dock, [A], 'OUT1000018')
    expect(dock.jobOf('harbor').state).toBe('Completed')
  },

  'shipping: of a long carrier barcode the customer is told the number inside it': () => {
    const dock = packaging('harbor', [A])
    dock.scans('TD-PACK', A)
    dock.scan(box(dock).number)
    dock.scan('9632001960000000000400111111111114').says('shipped', 'shipped-job-ended')
    expect(box(dock).tracking).toBe('111111111114')
  },

  'a box that left from another station is in nobody’s hands here': () => {
    const dock = packaging('harbor', [A])
    dock.scan('TD-PACK', 'dock-2')
    dock.scan(A, 'dock-2').says('label-printed', 'label-printed')
    dock.scan(box(dock).number)
    dock.scan('OUT1000019').says('shipped', 'shipped-job-ended')
    dock.scan('TD-PRINT', 'dock-2').says('refused', 'print-box-gone', 'scan-pack-first')
    dock.scan(A, 'dock-2').says('refused', 'pack-not-here')
  },

  'a box given up at another station: the next drive opens a new one': () => {
    const dock = packaging('harbor', [A, B])
    dock.scans('TD-PACK', A)
    dock.scan('TD-PACK', 'dock-2')
    dock.scan(B, 'dock-2').says('label-printed', 'label-printed')
    dock.tell('label-voided', { return: box(dock).id })
    for (const serial of [A, B]) dock.tell('drive-unpacked', { return: box(dock).id, serial })
    dock.tell('return-voided', { return: box(dock).id })
    dock.scan(A).says('packed', 'packed')
    dock.scan(B, 'dock-2').says('label-printed', 'label-printed')
    expect(
      dock.store
        .hood()
        .all('return')
        .map(({ state }) => state)
        .sort(),
    ).toEqual(['labelled', 'void'])
  },
}
