import { expect } from 'vitest'
import { Dock } from '../dock.ts'
import { A, B, D } from '../serials.ts'
import type { Stories } from './stories.ts'

/** Scans that are no drive, or not quite: rules 5 and 12. */
export const misreads: Stories = {
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
