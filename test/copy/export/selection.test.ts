import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodedPath, type SelectionLists, wantedOf } from '../../../src/copy/export/selection.ts'

/** What a selection means, said in the plainest way. */
function selects({ blobPath, blobPathPrefix }: SelectionLists, name: string): boolean {
  const byPath = blobPath.some((path) => path === name || path === `/${name}`)
  return byPath || blobPathPrefix.some((prefix) => prefix.startsWith('/') && `/${name}`.startsWith(prefix))
}

function walked(lists: SelectionLists, names: readonly string[]): string[] {
  return wantedOf(lists).items.flatMap(({ kind, text }) =>
    names.filter((name) => (kind === 'path' ? name === text : name.startsWith(text))),
  )
}

describe('what an export job selects', () => {
  test.each([
    ['/', ['books/a', 'music/love', 'music/war', '$root/index']],
    ['/$root/', ['$root/index']],
    ['/book', ['books/a']],
    ['/music/', ['music/love', 'music/war']],
    ['/music/love', ['music/love']],
  ])('the published prefix %s', (prefix, expected) => {
    const names = ['$root/index', 'books/a', 'music/love', 'music/war']
    expect(walked({ blobPath: [], blobPathPrefix: [prefix] }, names).sort()).toEqual(expected.sort())
  })

  test('a prefix without a slash is malformed and selects nothing', () => {
    expect(wantedOf({ blobPath: [], blobPathPrefix: ['music/', '/charts/'] })).toEqual({
      items: [{ kind: 'prefix', text: 'charts/' }],
      malformed: ['music/'],
    })
  })

  test('a path may begin with a slash, and without another one it is of the root container', () => {
    const { items } = wantedOf({ blobPath: ['/charts/north.pdf', 'index.txt'], blobPathPrefix: [] })
    expect(items.map(({ text }) => text)).toEqual(['$root/index.txt', 'charts/north.pdf'])
  })

  test('a path that is a URI with percent signs has another reading', () => {
    expect(decodedPath('charts/north%20sea.pdf')).toBe('charts/north sea.pdf')
    expect(decodedPath('charts/100%.pdf')).toBeUndefined()
    expect(decodedPath('charts/north.pdf')).toBeUndefined()
  })

  test('each selected blob comes once, in the order of names, whatever overlaps', () => {
    const name = fc.stringMatching(/^[ab]{1,3}\/[ab/]{1,4}$/)
    const lists = fc.record({
      blobPath: fc.array(
        fc.oneof(
          name,
          name.map((one) => `/${one}`),
        ),
        { maxLength: 6 },
      ),
      blobPathPrefix: fc.array(fc.stringMatching(/^\/?[ab/]{0,4}$/), { maxLength: 6 }),
    })
    fc.assert(
      fc.property(lists, fc.uniqueArray(name, { maxLength: 20 }), (asked, names) => {
        const sorted = [...names].sort((a, b) => (a < b ? -1 : 1))
        expect(walked(asked, sorted)).toEqual(sorted.filter((one) => selects(asked, one)))
      }),
      { numRuns: 500 },
    )
  })
})
