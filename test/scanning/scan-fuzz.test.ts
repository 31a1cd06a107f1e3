/** 20,000 scans of what customers, carriers and makers print: none may act as a code of ours. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readScan } from '../../src/scanning/read-scan.ts'
import { makeReturnNumber } from '../../src/scanning/return-number.ts'
import { plainSerials } from './plain-serials.ts'

const digits = (length: number) => text('0123456789', length)
const letters = (length: number) => text('ABCDEFGHIJKLMNOPQRSTUVWXYZ', length)
const mixed = (length: number) => text('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', length)
const hex = (length: number) => text('0123456789ABCDEF', length)
function text(characters: string, length: number) {
  return fc.string({ unit: fc.constantFrom(...characters), minLength: length, maxLength: length })
}
const joined = (...parts: readonly (string | fc.Arbitrary<string>)[]) =>
  fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((all) => all.join(''))

const foreign = fc.oneof(
  joined(mixed(6), '-', mixed(3)), // Seagate part number
  joined('5', hex(15)), // world wide name
  joined('ST', digits(4), letters(2), digits(4)),
  joined('WD', digits(2), letters(4), '-', mixed(7)),
  joined('MG', digits(2), letters(3), digits(2), 'TE'),
  joined('HUS', digits(2), mixed(4), letters(3), mixed(3)),
  joined('TDK-', mixed(8)),
  joined('TDR', mixed(7)),
  joined('1Z', mixed(16)),
  joined('96', digits(32)),
  joined('420', digits(5), '9', digits(21)),
  joined(letters(2), digits(9), letters(2)),
  joined('JJD', digits(18)),
  ...[8, 10, 12, 13, 15, 18, 20, 22].map(digits),
  ...[8, 9, 12, 14, 15, 32].map(mixed),
  fc.constantFrom(...plainSerials),
)

describe('20,000 foreign scans', () => {
  it('are never a command, a bay, a badge or a return label', () => {
    fc.assert(
      fc.property(
        foreign,
        fc.boolean(),
        fc.constantFrom('', ']C0', ']C1', ']d2'),
        (scan, lower, symbology) => {
          const reading = readScan(symbology + (lower ? scan.toLowerCase() : scan))
          expect(reading.kind).toBe('text')
          expect(reading.serialKeys).toContain(scan)
          expect(reading.trackingKeys[0]).toBe(scan)
        },
      ),
      { numRuns: 20_000 },
    )
  })

  it('are no return label even with our prefix and a wrong check character', () => {
    const code = text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 6)
    fc.assert(
      fc.property(code, code, (one, other) => {
        const right = makeReturnNumber(one)
        const mixedUp = `TDR-${other}${right.at(-1)}`
        expect(readScan(mixedUp).kind).toBe(mixedUp === makeReturnNumber(other) ? 'return-label' : 'text')
      }),
    )
  })
})
