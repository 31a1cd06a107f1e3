import { describe, expect, it } from 'vitest'
import {
  passesDhlModulo7,
  passesFedExModulo11,
  passesModulo10,
  passesUps,
  passesUpuS10,
} from '../../src/scanning/check-digits.ts'

/** Published numbers of each scheme; the same with another last digit must fail. */
const schemes: readonly {
  readonly name: string
  readonly passes: (number: string) => boolean
  readonly published: readonly string[]
}[] = [
  {
    name: 'GS1 modulo 10 (GTIN and SSCC examples of GS1, IMpb and FedEx Ground numbers)',
    passes: passesModulo10,
    published: [
      '6291041500213',
      '8904000210037',
      '376104250021234569',
      '09521234543213',
      '9101026837331000039521',
      '9400111201080805483016',
      '041441760228964',
    ],
  },
  {
    name: 'FedEx modulo 11',
    passes: passesFedExModulo11,
    published: ['986578788855', '477179081230', '799531274483', '00794808390594'],
  },
  { name: 'DHL modulo 7', passes: passesDhlModulo7, published: ['3318810025', '8487135506', '1099255990'] },
  {
    name: 'UPS 1Z',
    passes: passesUps,
    published: ['1Z5R89390357567127', '1Z879E930346834440', '1Z410E7W0392751591', '1Z999AA10123456784'],
  },
  { name: 'UPU S10', passes: passesUpuS10, published: ['473124829', '123456785'] },
]

describe.each(schemes)('$name', ({ passes, published }) => {
  it.each(published)('accepts the published number %s', (number) => {
    expect(passes(number)).toBe(true)
  })

  it.each(published)('rejects %s with any other check digit', (number) => {
    const others = [...'0123456789'].filter((digit) => digit !== number.at(-1))
    expect(others.filter((digit) => passes(number.slice(0, -1) + digit))).toEqual([])
  })
})
