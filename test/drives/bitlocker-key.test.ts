import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkBitLockerKey } from '../../src/drives/bitlocker-key.ts'

const group = fc.integer({ min: 0, max: 65_535 }).map((word) => String(word * 11).padStart(6, '0'))
const key = fc.array(group, { minLength: 8, maxLength: 8 })

describe('the form of a BitLocker key', () => {
  test('any eight right groups pass, joined by hyphens or blanks', () => {
    fc.assert(
      fc.property(key, fc.constantFrom('-', ' ', ' - '), (groups, joint) => {
        expect(checkBitLockerKey(` ${groups.join(joint)} `)).toEqual({ ok: true, value: groups.join('-') })
      }),
    )
  })

  test('one wrong digit is found, and the sentence names the group and not the key', () => {
    fc.assert(
      fc.property(key, fc.nat(7), fc.nat(5), fc.integer({ min: 1, max: 9 }), (groups, at, place, by) => {
        const wrong = [...(groups[at] ?? '')]
        wrong[place] = String((Number(wrong[place]) + by) % 10)
        const mistyped = groups.with(at, wrong.join(''))
        const checked = checkBitLockerKey(mistyped.join('-'))
        expect(checked).toMatchObject({ failure: { code: 'BitLockerKeyInvalid' } })
        expect(JSON.stringify(checked)).toContain(`Group ${at + 1} `)
        expect(JSON.stringify(checked)).not.toContain(groups.join('-').slice(0, 7))
      }),
    )
  })

  test.each([
    ['nothing', ''],
    ['seven groups', '135795-597531-109989-345565-299002-177980-662431'],
    ['letters', '135795-597531-109989-345565-299002-177980-662431-44444A'],
    ['a group too large for a 16-bit word', '720896-597531-109989-345565-299002-177980-662431-444444'],
    ['an external key in Base64', 'MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI='],
  ])('%s is refused', (_what, text) => {
    expect(checkBitLockerKey(text)).toMatchObject({ failure: { code: 'BitLockerKeyInvalid' } })
  })
})
