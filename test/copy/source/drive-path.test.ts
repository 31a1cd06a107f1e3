import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drivePath } from '../../../src/copy/source/drive-path.ts'

describe('a path on a drive', () => {
  test.each([
    ['\\a', ['a']],
    ['\\photos\\notes.txt', ['photos', 'notes.txt']],
    ['\\$Recycle.Bin\\x', ['$Recycle.Bin', 'x']],
    ['\\...\\..a', ['...', '..a']],
    ['\\ leading and trailing. ', [' leading and trailing. ']],
  ])('%s has these segments', (text, segments) => {
    expect(drivePath(text)).toEqual({ ok: true, value: segments })
  })

  test.each([
    '',
    '\\',
    'a',
    'photos\\a',
    '\\\\server\\share',
    '\\a\\',
    '\\a\\\\b',
    '\\..\\a',
    '\\a\\..\\..\\b',
    '\\.',
    'C:\\a',
    '\\C:\\a',
    '\\a:stream',
    '/etc/passwd',
    '\\a/b',
    '\\a\u0000b',
    '\\a\nb',
  ])('%j is refused', (text) => {
    expect(drivePath(text)).toMatchObject({ ok: false, failure: { code: 'FileNameInvalid' } })
  })

  test.each([`\\${'x'.repeat(256)}`, '\\x'.repeat(20_000)])('is refused when too long', (text) => {
    expect(drivePath(text)).toMatchObject({ ok: false, failure: { code: 'FileNameTooLong' } })
  })

  test('never answers segments that could leave the root', () => {
    const texts = fc.array(fc.constantFrom('\\', '.', '..', '/', ':', 'a', 'C', '\u0000'), { maxLength: 12 })
    fc.assert(
      fc.property(texts, (pieces) => {
        const path = drivePath(pieces.join(''))
        if (!path.ok) return
        for (const segment of path.value) expect(segment).toMatch(/^(?!\.{1,2}$)[^/\\:\0]+$/)
      }),
    )
  })
})
