import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isReturnNumber, makeReturnNumber } from '../../src/scanning/return-number.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const randomCode = fc.string({ unit: fc.constantFrom(...alphabet), minLength: 4, maxLength: 16 })

describe('return numbers', () => {
  it('are the prefix, the random code and one check character', () => {
    fc.assert(
      fc.property(randomCode, (code) => {
        const number = makeReturnNumber(code)
        expect(number.startsWith(`TDR-${code}`)).toBe(true)
        expect(number).toHaveLength(4 + code.length + 1)
        expect(isReturnNumber(number)).toBe(true)
        expect(isReturnNumber(number.toLowerCase())).toBe(true)
      }),
    )
  })

  it('never validate with one character replaced by another, anywhere', () => {
    fc.assert(
      fc.property(randomCode, (code) => {
        const number = makeReturnNumber(code)
        for (let i = 0; i < number.length; i++) {
          for (const other of `${alphabet}ILOU-*`) {
            if (other === number[i]) continue
            expect(isReturnNumber(number.slice(0, i) + other + number.slice(i + 1))).toBe(false)
          }
        }
      }),
    )
  })

  it('never validate with two neighbours swapped', () => {
    fc.assert(
      fc.property(randomCode, (code) => {
        const number = makeReturnNumber(code)
        for (let i = 0; i + 1 < number.length; i++) {
          if (number[i] === number[i + 1]) continue
          const swapped = number.slice(0, i) + number[i + 1] + number[i] + number.slice(i + 2)
          expect(isReturnNumber(swapped)).toBe(false)
        }
      }),
    )
  })

  it.each(['', 'ABC', 'ABCDEFGHJKMNPQRST', 'ABCDEI', 'ABC-DE', 'ABCDE '])('cannot be made of %j', (code) => {
    expect(() => makeReturnNumber(code)).toThrow(RangeError)
  })

  it('are nothing but the whole text', () => {
    const number = makeReturnNumber('7K2M9Q')
    for (const text of [
      ` ${number}`,
      `${number}0`,
      number.replace('-', '-0'),
      `X${number}`,
      number.slice(0, -1),
      number.slice(4),
    ]) {
      expect(isReturnNumber(text)).toBe(false)
    }
  })
})
