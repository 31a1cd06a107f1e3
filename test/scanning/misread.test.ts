import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { misreadOf } from '../../src/scanning/misread.ts'

const expected = ['ZR5A1N7K', 'QZ71M0042', 'WD-WCC4N0123456']

describe('a misread serial', () => {
  it.each([
    ['one character replaced', 'ZR5A1M7K', { expected: 'ZR5A1N7K', positions: [5] }],
    ['the last one replaced', 'ZR5A1N7X', { expected: 'ZR5A1N7K', positions: [7] }],
    ['one missing', 'ZR51N7K', { expected: 'ZR5A1N7K', positions: [3] }],
    ['one of a run missing', 'QZ71M042', { expected: 'QZ71M0042', positions: [5, 6] }],
    ['the last one missing', 'ZR5A1N7', { expected: 'ZR5A1N7K', positions: [7] }],
    ['one added', 'ZR5AX1N7K', { expected: 'ZR5A1N7K', positions: [4] }],
    ['one added at the end', 'ZR5A1N7KK', { expected: 'ZR5A1N7K', positions: [7] }],
    ['case and blanks', ' zr5a 1m7k', { expected: 'ZR5A1N7K', positions: [5] }],
    ['the label form of a WD serial', 'WCC4N0123457', { expected: 'WD-WCC4N0123456', positions: [14] }],
    ['a WD label with one missing', 'WCC4N012345', { expected: 'WD-WCC4N0123456', positions: [14] }],
  ])('is found with %s', (_, scanned, misread) => {
    expect(misreadOf(scanned, expected)).toEqual(misread)
  })

  it.each([
    ['it is exactly an expected serial', 'ZR5A1N7K', expected],
    ['it is the other form of an expected serial', 'WCC4N0123456', ['WD-WCC4N0123456', 'WCC4N0123457']],
    ['two characters differ', 'ZR5B1M7K', expected],
    ['two neighbours are swapped', 'ZR5A17NK', expected],
    ['several expected serials are one character away', 'ZR5A1N7X', ['ZR5A1N7K', 'ZR5A1N7M']],
    ['it is too short', 'ABCDX', ['ABCDE', 'ABCDEF']],
    ['nothing is expected', 'ZR5A1N7X', []],
    ['it is empty', '', expected],
  ])('is not named when %s', (_, scanned, list) => {
    expect(misreadOf(scanned, list)).toBeUndefined()
  })

  it('counts the blanks of the expected text', () => {
    expect(misreadOf('QZ71M0043', ['QZ71 M0042'])).toEqual({ expected: 'QZ71 M0042', positions: [9] })
  })

  it('names a drive once when it is listed in two forms', () => {
    expect(misreadOf('WCC4N0123457', ['WCC4N0123456', 'WD-WCC4N0123456'])?.expected).toBe('WCC4N0123456')
  })

  it('is found for any single edit of any serial, and its positions lie in the expected text', () => {
    const character = fc.constantFrom(...'0123456789ABCDEFGHJKLMNPRSTUVXYZ')
    const serial = fc.string({ unit: character, minLength: 7, maxLength: 20 })
    fc.assert(
      fc.property(
        serial,
        character,
        fc.nat(),
        fc.constantFrom('replace', 'drop', 'add'),
        (text, other, n, edit) => {
          const at = n % text.length
          const rest = text.slice(edit === 'add' ? at : at + 1)
          const scanned = text.slice(0, at) + (edit === 'drop' ? '' : other) + rest
          if (scanned === text) return
          const misread = misreadOf(scanned, [text])
          expect(misread?.expected).toBe(text)
          for (const position of misread?.positions ?? [-1]) {
            expect(position).toBeGreaterThanOrEqual(0)
            expect(position).toBeLessThan(text.length)
          }
          if (edit === 'replace') expect(misread?.positions).toEqual([at])
          if (edit === 'drop') expect(misread?.positions).toContain(at)
        },
      ),
    )
  })
})
