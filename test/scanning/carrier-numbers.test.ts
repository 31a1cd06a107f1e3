import { describe, expect, it } from 'vitest'
import { readScan } from '../../src/scanning/read-scan.ts'

/** Published and sample numbers: [scan, carrier, further keys in order]. */
const valid: readonly (readonly [string, string, readonly string[]])[] = [
  ['1Z 999 AA1 01 2345 6784', 'UPS', []],
  ['1z5r89390357567127', 'UPS', []],
  ['9865 7878 8855', 'FedEx', []],
  ['0414 4176 0228 964', 'FedEx', []],
  ['9611020987654312345672', 'FedEx', ['987654312345672']],
  ['9622001560001234567100794808390594', 'FedEx', ['794808390594']],
  ['1001921334250001000300779017972697', 'FedEx', ['779017972697']],
  ['61299998820821171811', 'FedEx', ['9261299998820821171811']],
  ['7112 3456 7891 2345 6787', 'USPS', []],
  ['71969010756003077385', 'USPS', []],
  ['9400 1112 0108 0805 4830 16', 'USPS', []],
  ['92748931507708513018050063', 'USPS', []],
  ['420221539101026837331000039521', 'USPS', ['9101026837331000039521']],
  ['4201002334249200190132607600833457', 'USPS', ['9200190132607600833457']],
  ['376104250021234569', 'SSCC', ['00376104250021234569']],
  ['00376104250021234569', 'SSCC', ['376104250021234569']],
  ['3318810025', 'DHL', []],
  ['RB123456785GB', 'UPU', []],
  ['EE473124829US', 'UPU', []],
]

describe('carrier numbers', () => {
  it.each(valid)('reads %s as a number of %s', (scan, name, further) => {
    const reading = readScan(scan)
    expect(reading.kind).toBe('text')
    expect(reading.carrier).toEqual({ name, checkDigit: 'valid' })
    expect(reading.trackingKeys).toEqual([scan.replaceAll(' ', '').toUpperCase(), ...further])
    expect(reading.notSerial).toBe('tracking-number')
  })

  it('knows the DHL licence plate with and without its data identifier', () => {
    expect(readScan('JJD014600012794402457')).toMatchObject({
      carrier: { name: 'DHL', checkDigit: 'none' },
      trackingKeys: ['JJD014600012794402457', 'JD014600012794402457'],
      notSerial: 'tracking-number',
    })
    expect(readScan('JD014600012794402457').trackingKeys).toContain('JJD014600012794402457')
  })

  it('finds the number of twelve digits in the old FedEx barcode of 32', () => {
    expect(readScan('30000000000000009865787888550201')).toMatchObject({
      carrier: { name: 'FedEx', checkDigit: 'valid' },
      trackingKeys: ['30000000000000009865787888550201', '986578788855'],
    })
  })

  it('keeps a FedEx number of 14 digits whole', () => {
    expect(readScan('9622001560001234567100123456789012').trackingKeys.slice(0, 3)).toEqual([
      '9622001560001234567100123456789012',
      '123456789012',
    ])
    expect(readScan('9622001560001234567110123456789012').trackingKeys).toEqual([
      '9622001560001234567110123456789012',
      '10123456789012',
      '123456789012',
    ])
  })

  it.each([
    ['1Z5R89390357567128', 'UPS'],
    ['996578788855', 'FedEx'],
    ['9622001560001234567100794808390595', 'FedEx'],
    ['420221539101026837331000039522', 'USPS'],
    ['3318810010', 'DHL'],
    ['RB123456786US', 'UPU'],
  ])('still guesses the carrier of %s with a wrong check digit, and says that it is wrong', (scan, name) => {
    expect(readScan(scan).carrier).toEqual({ name, checkDigit: 'invalid' })
  })

  it('does not call a text a tracking number only because its length fits', () => {
    for (const scan of ['996578788855', '3318810010', 'RB123456786US', '041441760228965']) {
      expect(readScan(scan).notSerial).toBeUndefined()
    }
  })

  it('reads an SSCC with its identifier, symbology and separators', () => {
    const expected = ['00376104250021234569', '376104250021234569']
    for (const scan of [
      ']C100376104250021234569',
      '\u001d00376104250021234569\r',
      '(00)376104250021234569',
    ]) {
      expect(readScan(scan).trackingKeys).toEqual(expect.arrayContaining(expected))
      expect(readScan(scan).notSerial).toBe('tracking-number')
    }
  })

  it('reads a USPS number whose postal code is set apart by FNC1', () => {
    expect(readScan(']C142022153\u001d9101026837331000039521')).toMatchObject({
      symbology: ']C1',
      carrier: { name: 'USPS', checkDigit: 'valid' },
      trackingKeys: ['420221539101026837331000039521', '9101026837331000039521'],
      notSerial: 'tracking-number',
    })
  })

  it('leaves the suffix of a shared number to the base', () => {
    expect(readScan('794808390594-2').trackingKeys).toEqual(['794808390594-2'])
  })
})
