import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalSerial, sameSerial, serialReadings } from '../../src/drives/serials.ts'

const serial = fc
  .stringMatching(/^[A-Z1-9][A-Z0-9]{5,17}$/)
  .filter((text) => !/^(?:[0-9A-F]{2})+$/.test(text))

function swapped(text: string): string {
  return text.replace(/(.)(.)/gs, '$2$1')
}

describe('two ways to write one serial number', () => {
  test.each([
    ['the prefix that is on the wire and not on the label', 'WD-WCC4N0123456', 'WCC4N0123456'],
    ['blanks around and inside', '  S1XW J90C 804 ', 'S1XWJ90C804'],
    ['lower case from a tool', 'wd-wcc4n0123456', 'WD-WCC4N0123456'],
    ['udev’s underscores for blanks', '____Z1D2E3F4', 'Z1D2E3F4'],
    ['zeros a USB adapter put in front', '00000000Z1D2E3F4', 'Z1D2E3F4'],
    ['the full stop Windows puts behind an NVMe serial', 'S4EVNF0M123456.', 'S4EVNF0M123456'],
    ['an ATA string read byte by byte', '    W -DCW4C0N214365', 'WD-WCC4N0123456'],
    ['the ASCII bytes in hex, as some adapters give them', '575835314438314E4B3245', 'WX51D81NK2E'],
  ])('%s', (_why, one, other) => {
    expect(sameSerial(one, other)).toBe(true)
    expect(sameSerial(other, one)).toBe(true)
  })

  test('one wrong character is another number', () => {
    expect(sameSerial('WD-WCC4N0123456', 'WD-WCC4N0123457')).toBe(false)
    expect(sameSerial('Z1D2E3F4', 'Z1D2E3F40')).toBe(false)
  })

  test('nothing equals nothing: blanks and zeros are no serial', () => {
    expect(sameSerial('', '')).toBe(false)
    expect(sameSerial('0000', '000000')).toBe(false)
    expect(serialReadings(' _ ')).toEqual([])
  })

  test('padding, case and prefix never matter', () => {
    fc.assert(
      fc.property(serial, fc.nat(5), fc.nat(5), fc.boolean(), (text, left, right, prefix) => {
        const told = `${' '.repeat(left)}${prefix ? 'wd-' : ''}${text.toLowerCase()}${' '.repeat(right)}`
        expect(canonicalSerial(told)).toBe(canonicalSerial(text))
        expect(sameSerial(told, text)).toBe(true)
      }),
    )
  })

  test('a byte-swapped ATA string of any even padding is read back, trimmed or not', () => {
    fc.assert(
      fc.property(serial, fc.nat(6), fc.boolean(), (text, left, trimmed) => {
        const field = `${' '.repeat(left)}${text}`
        const wire = swapped(field.length % 2 === 0 ? field : `${field} `)
        expect(sameSerial(trimmed ? wire.trim() : wire, text)).toBe(true)
      }),
    )
  })

  test('sameness is symmetric, and canonical forms are stable', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (one, other) => {
        expect(sameSerial(one, other)).toBe(sameSerial(other, one))
        expect(canonicalSerial(one.toLowerCase().toUpperCase())).toBe(canonicalSerial(one))
      }),
    )
  })

  test('two serials that differ in one place are told apart', () => {
    fc.assert(
      fc.property(serial, fc.nat(30), fc.constantFrom('Q', '7'), (text, at, other) => {
        const place = at % text.length
        fc.pre(text[place] !== other)
        expect(sameSerial(text, text.slice(0, place) + other + text.slice(place + 1))).toBe(false)
      }),
    )
  })
})
