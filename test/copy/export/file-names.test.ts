import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FileNames } from '../../../src/copy/export/file-names.ts'

const place = (...names: string[]) => {
  const book = new FileNames(['.tallydock'])
  return names.map((name) => book.place(name).join('\\'))
}

describe('names of exported files', () => {
  test('are the blobs’ own wherever Windows can hold them', () => {
    expect(place('charts/a b/Ärger (1).tar.gz', '$root/index.txt')).toEqual([
      'charts\\a b\\Ärger (1).tar.gz',
      '$root\\index.txt',
    ])
  })

  test.each([
    ['c/a:b?', 'c\\a%3Ab%3F'],
    ['c/nul.txt', 'c\\%6Eul.txt'],
    ['c/ends.', 'c\\ends%2E'],
    ['c/..', 'c\\.%2E'],
    ['c/a//b', 'c\\a\\%\\b'],
    ['c/a\\b', 'c\\a%5Cb'],
    ['c/folder/', 'c\\folder\\%'],
  ])('%s stands under another name', (blob, file) => {
    expect(place(blob)).toEqual([file])
  })

  test('blobs that differ by case only get two names, and their folders one spelling', () => {
    expect(place('c/Tide.csv', 'c/tide.csv', 'C/tide.csv', 'c/Bay/a', 'c/bay/b')).toEqual([
      'c\\Tide.csv',
      'c\\tide (2).csv',
      'c\\tide (3).csv',
      'c\\Bay\\a',
      'c\\Bay\\b',
    ])
  })

  test('a blob that is named as another one’s folder gets another name, whichever comes first', () => {
    expect(place('c/a', 'c/a/b')).toEqual(['c\\a', 'c\\a (2)\\b'])
    expect(place('c/a/b', 'c/a')).toEqual(['c\\a\\b', 'c\\a (2)'])
  })

  test('what stands beside a file gives way to a blob of that name', () => {
    const book = new FileNames([])
    book.place('c/a.properties')
    const file = book.place('c/a')
    expect(book.beside(file, '.properties').join('\\')).toBe('c\\a (2).properties')
  })

  test('places of an earlier run stay taken', () => {
    const book = new FileNames([])
    book.keep(['c', 'Tide.csv'])
    expect(book.place('c/tide.csv')).toEqual(['c', 'tide (2).csv'])
  })

  test('every name can be held by Windows and Linux, and none is given twice', () => {
    const segment = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('/', '')),
      fc.constantFrom('a', 'A', 'aux', 'con.txt', 'x'.repeat(300), 'Ω'.repeat(200), '.', '..', 'a.', ' '),
    )
    const blob = fc
      .tuple(fc.constantFrom('charts', '$root', 'CHARTS'), fc.array(segment, { minLength: 1, maxLength: 5 }))
      .map(([container, path]) => [container, ...path].join('/'))
    fc.assert(
      fc.property(fc.uniqueArray(blob, { maxLength: 25 }), (blobs) => {
        const book = new FileNames(['.tallydock'])
        const files: string[] = []
        for (const name of blobs) {
          const segments = book.place(name)
          for (const one of segments) {
            expect([...one].every((sign) => sign >= ' ' && !'<>:"|?*\\/'.includes(sign)) && one !== '').toBe(
              true,
            )
            expect(one).not.toMatch(/[ .]$/)
            expect(one).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
            expect(Buffer.byteLength(one)).toBeLessThanOrEqual(255)
          }
          expect(Buffer.byteLength(segments.join('/'))).toBeLessThan(4_000)
          files.push(segments.join('\\').toUpperCase())
        }
        expect(new Set(files).size).toBe(files.length)
        // No file is another one's folder.
        for (const file of files)
          expect(
            files.some((other) => other.startsWith(`${file}\\`)),
            file,
          ).toBe(false)
      }),
      { numRuns: 25 },
    )
  })
})
