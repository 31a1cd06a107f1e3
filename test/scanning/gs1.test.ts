import { describe, expect, it } from 'vitest'
import { readGs1 } from '../../src/scanning/gs1.ts'

const gs = '\u001d'

describe('GS1 element strings', () => {
  it.each([
    ['an SSCC', '00376104250021234569', ']C1', { sscc: '376104250021234569' }],
    ['item and serial', '010952123454321321ZR5A1N7K', ']d2', { gtin: '09521234543213', serial: 'ZR5A1N7K' }],
    [
      'the published example with dates, batch and serial',
      `01095212345432131710010110123ABC${gs}211234567890`,
      ']Q3',
      { gtin: '09521234543213', serial: '1234567890' },
    ],
    ['a postal code and a number', `42022153${gs}9101026837331000039521`, ']C1', { route: '22153' }],
    [
      'identifiers in brackets',
      '(01)09521234543213(21)ZR5A1N7K',
      undefined,
      { gtin: '09521234543213', serial: 'ZR5A1N7K' },
    ],
    [
      'a checked item number in front',
      '010952123454321321ZR5A1N7K',
      undefined,
      { gtin: '09521234543213', serial: 'ZR5A1N7K' },
    ],
    ['a separator', `10LOT7${gs}21ZR5A1N7K`, undefined, { serial: 'ZR5A1N7K' }],
    ['weights and counts', `3102001750${gs}3710`, ']e0', {}],
  ])('hold %s', (_, payload, symbology, elements) => {
    expect(readGs1(payload, symbology)).toEqual(elements)
  })

  it.each([
    ['a plain serial', '21ZR5A1N7K', undefined],
    ['a plain serial in Code 128', '21ZR5A1N7K', ']C0'],
    ['an item number with a wrong check digit', '010952123454321421ZR5A1N7K', undefined],
    ['an SSCC that is cut short', '0037610425002123456', ']C1'],
    ['letters where digits belong', '00A76104250021234569', ']C1'],
    ['no identifier', 'ZR5A1N7K', ']C1'],
    ['an identifier without a value', '21', ']C1'],
  ])('are not seen in %s', (_, payload, symbology) => {
    expect(readGs1(payload, symbology)).toBeUndefined()
  })
})
