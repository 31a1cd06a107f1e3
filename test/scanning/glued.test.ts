import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitGlued } from '../../src/scanning/glued.ts'

const known = ['ZR5A1N7K', 'QZ71M0042', 'wd-wcc4n0123456']

describe('glued scans', () => {
  it.each([
    ['two serials', 'ZR5A1N7KQZ71M0042', ['ZR5A1N7K', 'QZ71M0042']],
    ['the same serial twice', 'ZR5A1N7KZR5A1N7K', ['ZR5A1N7K', 'ZR5A1N7K']],
    [
      'three, in any case, with a blank',
      'qz71m0042 WD-WCC4N0123456zr5a1n7k',
      ['QZ71M0042', 'wd-wcc4n0123456', 'ZR5A1N7K'],
    ],
  ])('come apart: %s', (_, text, pieces) => {
    expect(splitGlued(text, known)).toEqual(pieces)
  })

  it.each([
    ['one serial', 'ZR5A1N7K', known],
    ['something left over', 'ZR5A1N7KQZ71M0042X', known],
    ['something in between', 'ZR5A1N7K-QZ71M0042', known],
    ['nothing known', 'ZR5A1N7KQZ71M0042', []],
    ['an empty text', '', known],
    ['two ways to take it apart', 'ABABAB', ['AB', 'ABAB']],
    ['a text that is known itself', 'ABCD', ['AB', 'CD', 'ABCD']],
    ['only empty strings known', 'AB', ['', ' ']],
  ])('stay whole: %s', (_, text, list) => {
    expect(splitGlued(text, list)).toBeUndefined()
  })

  it('come apart into what was put together, for any serials of one length', () => {
    const serial = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 8, maxLength: 8 })
    fc.assert(
      fc.property(fc.array(serial, { minLength: 2, maxLength: 10 }), (serials) => {
        expect(splitGlued(serials.join(''), serials)).toEqual(serials)
      }),
    )
  })

  it('cost no more than text times list, even for text made to be taken apart in endless ways', () => {
    const started = performance.now()
    expect(splitGlued('A'.repeat(10_000), ['A', 'AA', 'AAA', 'AAAA'])).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(500)
  })
})
