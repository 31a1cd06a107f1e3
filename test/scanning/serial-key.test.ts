import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serialForms, serialKey } from '../../src/scanning/serial-key.ts'
import { trackingBase, trackingKey } from '../../src/scanning/tracking-key.ts'

describe('serial keys', () => {
  it('ignore case and blanks and keep hyphens', () => {
    expect(serialKey(' wd-wcc4n 0123456\t')).toBe('WD-WCC4N0123456')
    expect(serialKey('           544TC4OZT')).toBe('544TC4OZT')
  })

  it('are stable: the key of a key is the key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(serialKey(serialKey(text))).toBe(serialKey(text))
        expect(trackingKey(trackingKey(text))).toBe(trackingKey(text))
      }),
    )
  })

  it('raise no letter into another one', () => {
    expect(serialKey('ıßé')).toBe('ıßé')
  })

  it('know both forms of a Western Digital serial, and only of that', () => {
    expect(serialForms('WD-WCC4N0123456')).toEqual(['WD-WCC4N0123456', 'WCC4N0123456'])
    expect(serialForms('wcc4n0123456')).toEqual(['WCC4N0123456', 'WD-WCC4N0123456'])
    for (const other of ['ZR5A1N7K', 'WFK0ABCD', 'S3Z8NB0K123456A', 'Y1P0A04GFDVG', 'WD-']) {
      expect(serialForms(other)).toEqual([other])
    }
  })

  it('forms are the same set from either side', () => {
    const serial = fc.string({
      unit: fc.constantFrom(...'0123456789ABCDEFGHJKLMNPRSTUVWXYZ'),
      minLength: 11,
      maxLength: 11,
    })
    fc.assert(
      fc.property(serial, (rest) => {
        expect([...serialForms(`W${rest}`)].sort()).toEqual([...serialForms(`WD-W${rest}`)].sort())
      }),
    )
  })
})

describe('tracking keys', () => {
  it('ignore case and blanks', () => {
    expect(trackingKey('1z 999 aa1 01 2345 6784')).toBe('1Z999AA10123456784')
  })

  it.each([
    ['794808390594-1', '794808390594'],
    ['794808390594 -12', '794808390594'],
    ['1z999aa10123456784-2', '1Z999AA10123456784'],
    ['794808390594', '794808390594'],
    ['794808390594-0', '794808390594-0'],
    ['794808390594-100', '794808390594-100'],
    ['123-45-67', '123-45-67'],
    ['A-1', 'A-1'],
    ['-1', '-1'],
  ])('have as base of %s the number %s', (text, base) => {
    expect(trackingBase(text)).toBe(base)
  })

  it('have a stable base', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0129AZ- ') })
    fc.assert(
      fc.property(text, (number) => {
        expect(trackingBase(trackingBase(number))).toBe(trackingBase(number))
      }),
    )
  })
})
