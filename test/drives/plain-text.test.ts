import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from '../../src/drives/plain-text.ts'

test.each([
  ['an escape sequence', '\u001b[2J\u001b[31mWD40', '\uFFFD[2J\uFFFD[31mWD40'],
  ['a line break', 'WD\r\n40', 'WD\uFFFD\uFFFD40'],
  ['marks that turn the writing round', 'WD\u202Egnp.exe', 'WD\uFFFDgnp.exe'],
  ['a zero-width blank', 'W\u200BD', 'W\uFFFDD'],
  ['a command', ';$(reboot)`x`', ';$(reboot)`x`'],
])('%s is shown and does nothing', (_what, raw, shown) => {
  expect(plainText(raw)).toBe(shown)
})

test('whatever a drive says, what is shown is short and printable', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (raw) => {
      const shown = plainText(raw)
      expect([...shown].length).toBeLessThanOrEqual(128)
      expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
    }),
  )
})
