/** The rules may not import the scanner's reading, so both hold the normal form of a serial and a tracking number. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serialKey } from '../../src/lifecycle/serial-key.ts'
import { trackingBase, trackingKey } from '../../src/lifecycle/tracking-base.ts'
import * as scannedSerial from '../../src/scanning/serial-key.ts'
import * as scannedTracking from '../../src/scanning/tracking-key.ts'

/** Any text, and texts near the edges: suffixes, blanks of all kinds, letters that grow when raised. */
const nearNumbers = fc
  .array(
    fc.constantFrom(
      '-1',
      '-12',
      '-123',
      '-0',
      '-',
      'a',
      'Z',
      '9',
      ' ',
      '\u00a0',
      '\u2003',
      '\t',
      'ß',
      'ı',
      'ſ',
      'é',
    ),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''))
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
  nearNumbers,
)

describe('the rules and the scanner', () => {
  it('normalise serials alike, once and for all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(serialKey(text)).toBe(scannedSerial.serialKey(text))
        expect(serialKey(serialKey(text))).toBe(serialKey(text))
      }),
      { numRuns: 20_000 },
    )
  })

  it('normalise tracking numbers and find their base alike, once and for all', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(trackingKey(text)).toBe(scannedTracking.trackingKey(text))
        expect(trackingBase(text)).toBe(scannedTracking.trackingBase(text))
        expect(trackingBase(trackingBase(text))).toBe(trackingBase(text))
      }),
      { numRuns: 20_000 },
    )
  })

  it('several jobs of one package share a base, other numbers keep their own', () => {
    expect(['pkg 1001-1', 'PKG1001-2', 'PKG1001'].map(trackingBase)).toEqual([
      'PKG1001',
      'PKG1001',
      'PKG1001',
    ])
    expect(['123-45-67', 'AB-1', 'PKG1001-0', 'PKG1001-100'].map(trackingBase)).toEqual([
      '123-45-67',
      'AB-1',
      'PKG1001-0',
      'PKG1001-100',
    ])
  })
})
