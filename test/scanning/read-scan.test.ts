import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScan } from '../../src/scanning/read-scan.ts'

describe('reading a scan', () => {
  it('gives a serial its keys, in upper case whatever caps lock did', () => {
    expect(readScan('qz71m0042\r\n')).toEqual({
      text: 'qz71m0042',
      kind: 'text',
      serialKeys: ['QZ71M0042'],
      trackingKeys: ['QZ71M0042'],
    })
  })

  it('gives a Western Digital serial both its forms, the scanned one first', () => {
    expect(readScan('WD-WCC4N0123456').serialKeys).toEqual(['WD-WCC4N0123456', 'WCC4N0123456'])
    expect(readScan('WCC4N0123456').serialKeys).toEqual(['WCC4N0123456', 'WD-WCC4N0123456'])
    expect(readScan('SWCC4N0123456').serialKeys).toEqual(['SWCC4N0123456', 'WCC4N0123456', 'WD-WCC4N0123456'])
  })

  it.each([']C1', ']E0', ']d2', ']Q3', ']A0', ']e0'])(
    'strips and keeps the symbology identifier %s',
    (symbology) => {
      expect(readScan(`${symbology}ZR5A1N7K\r`)).toMatchObject({ text: 'ZR5A1N7K', symbology, kind: 'text' })
    },
  )

  it('keeps a bracket that is no symbology identifier', () => {
    expect(readScan(']ZR5A1N7K')).toMatchObject({ symbology: ']ZR' })
    expect(readScan('ZR]C1A1N7K').symbology).toBeUndefined()
  })

  it.each(['', ' ', '\r\n', '\t', ']C1', ']C1\r', '\u001d', ' \u001d \u001d', '\ufeff'])(
    'calls %j empty',
    (raw) => {
      expect(readScan(raw)).toMatchObject({
        text: '',
        kind: 'unreadable',
        unreadable: 'empty',
        serialKeys: [],
      })
    },
  )

  it.each([
    ['NUL', 'ZR5A\u00001N7K', 'ZR5A�1N7K'],
    ['a tab inside', 'ZR5A1N7K\tQZ71M0042', 'ZR5A1N7K�QZ71M0042'],
    ['a line end inside', 'ZR5A1N7K\rQZ71M0042', 'ZR5A1N7K�QZ71M0042'],
    ['escape', '\u001b[2JZR5A1N7K', '�[2JZR5A1N7K'],
    ['delete', 'ZR5A1N7K\u007f', 'ZR5A1N7K�'],
    ['a direction mark', 'ZR5A\u202e1N7K', 'ZR5A�1N7K'],
    ['a zero-width space', 'ZR5A\u200b1N7K', 'ZR5A�1N7K'],
    ['half a character', 'ZR5A\ud8001N7K', 'ZR5A�1N7K'],
  ])('refuses %s and shows where it was', (_, raw, text) => {
    expect(readScan(raw)).toEqual({
      text,
      kind: 'unreadable',
      serialKeys: [],
      trackingKeys: [],
      unreadable: 'control-characters',
    })
  })

  it('refuses more than 200 characters and keeps the first 200', () => {
    expect(readScan('A'.repeat(200)).unreadable).toBeUndefined()
    const reading = readScan(`${'A'.repeat(201)}\r`)
    expect(reading).toMatchObject({ kind: 'unreadable', unreadable: 'too-long', trackingKeys: [] })
    expect(reading.text).toBe('A'.repeat(200))
  })

  it('shows separators inside a scan as blanks', () => {
    expect(readScan(']d210LOT7\u001d21ZR5A1N7K').text).toBe('10LOT7 21ZR5A1N7K')
  })

  it.each(['7', 'abc', 'serial €uro', 'é'.repeat(9), '\ufffd'.repeat(8)])('offers no key for %j', (raw) => {
    expect(readScan(raw)).toMatchObject({ kind: 'text', serialKeys: [], trackingKeys: [] })
  })
})

describe('any text at all', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 10_000, size: 'max' }),
    fc.string({
      unit: fc.constantFrom(...'TDR-BAYFINSH0123456789]C1\u001d():/ \t\r'),
      maxLength: 300,
      size: 'max',
    }),
  )

  it('is read without throwing, into something safe to show with keys in their normal form', () => {
    fc.assert(
      fc.property(anyText, (raw) => {
        const reading = readScan(raw)
        expect(reading.text.length).toBeLessThanOrEqual(200)
        expect(reading.text).toBe(reading.text.trim())
        expect(reading.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
        for (const key of [...reading.serialKeys, ...reading.trackingKeys])
          expect(key).toMatch(/^[!-`{-~]{4,64}$/)
        expect(new Set(reading.serialKeys).size).toBe(reading.serialKeys.length)
        expect(new Set(reading.trackingKeys).size).toBe(reading.trackingKeys.length)
        expect(reading.unreadable !== undefined).toBe(reading.kind === 'unreadable')
      }),
      { numRuns: 500 },
    )
  })

  it('reads the same with end keys and blanks around it', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom('\r', '\n', '\r\n', '\t', ' '), (raw, end) => {
        expect(readScan(` ${raw}${end}`)).toEqual(readScan(raw))
      }),
    )
  })

  it.each([
    ['one letter', 'A'.repeat(10_000)],
    ['digits', '0'.repeat(10_000)],
    ['blanks', `A${' '.repeat(10_000)}A`],
    ['separators', `${'\u001d'.repeat(10_000)}A`],
    ['our prefix', 'TD-'.repeat(3_333)],
    ['our commands', 'TD-BAY-A'.repeat(1_250)],
    ['brackets', '(21)'.repeat(2_500)],
    ['names', 'S/N: '.repeat(2_000)],
    ['200 of our prefix', 'TD-BAY-'.repeat(28)],
    ['200 brackets', '(21)'.repeat(50)],
    ['200 names', 'S/N: '.repeat(40)],
  ])('takes no noticeable time for %s', (_, raw) => {
    const started = performance.now()
    for (let i = 0; i < 100; i++) readScan(raw)
    expect((performance.now() - started) / 100).toBeLessThan(5)
  })
})
