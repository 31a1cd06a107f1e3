import { beforeEach, expect, test } from 'vitest'
import type { BlobStore } from '../../src/ports/blob-store.ts'
import { put, type StorePlace, type StoreTraits, textOf, value } from './blob-store.ts'

/** Is this name refused, with nothing done? */
async function isRefused(store: BlobStore, name: string): Promise<boolean> {
  const begun = await store.begin({ key: 'refused/1', name, kind: 'block', continues: false })
  if (begun.ok) {
    await begun.value.leave()
    return false
  }
  expect(begun).toMatchObject({ failure: { code: 'BlobRequestFailed', permanent: true } })
  expect(value(await store.list('', { limit: 10 })).names).toEqual([])
  return true
}

/** Part of the suite of `BlobStore`: what names may be, and listing them. */
export function blobNameTests(prepared: () => StorePlace, traits: StoreTraits): void {
  let place: StorePlace
  let store: BlobStore
  beforeEach(() => {
    place = prepared()
    store = place.store
  })

  test('lists names in order, by prefix and by page', async () => {
    const names = [
      'aaa/z',
      'photos/a',
      'photos/a.txt',
      'photos/a/b',
      'photos/a/c',
      'photos/b',
      'photosb/x',
      'zzz/a',
    ]
    for (const one of [...names].reverse()) await put(store, one, one)
    const listed: string[] = []
    let after: string | undefined
    do {
      const page = value(await store.list('photos', { limit: 3, ...(after === undefined ? {} : { after }) }))
      expect(page.names.length).toBeLessThanOrEqual(3)
      listed.push(...page.names)
      after = page.next
    } while (after !== undefined)
    expect(listed).toEqual(names.filter((one) => one.startsWith('photos')))
    expect(value(await store.list('photos/a/', { limit: 9 })).names).toEqual(['photos/a/b', 'photos/a/c'])
  })

  test.each([
    'ccc/../../etc/passwd',
    'ccc/./x',
    'ccc//x',
    'ccc/x/',
    'ccc/x.',
    'ccc/x ',
    'ccc/CON',
    'ccc/nul.txt',
    'ccc/a:b',
    'ccc/a*?<>|"b',
    'ccc/a\nb',
    `ccc/${'n'.repeat(300)}`,
    `ccc/${'é'.repeat(200)}`,
    `ccc/${'d/'.repeat(200)}x`,
    `ccc/${'long-name-'.repeat(24)}`,
    'ccc/.tallydock',
    'ccc/%2e%2e',
    '$root/index.html',
  ])('a name that is hard to hold is held all the same: %s', async (hard) => {
    if (!traits.holdsEveryName && (await isRefused(store, hard))) return
    await put(store, hard, `bytes of ${hard}`, { condition: 'if-absent', metadata: { Name: 'yes' } })
    await put(store, 'ccc/other', 'other')
    expect(await textOf(store, hard)).toBe(`bytes of ${hard}`)
    const other = await place.reopen()
    expect(await textOf(other, hard)).toBe(`bytes of ${hard}`)
    expect(value(await other.head(hard))?.metadata).toEqual({ Name: 'yes' })
    const listed = value(await other.list('', { limit: 10 })).names
    expect(listed).toEqual([hard, 'ccc/other'].sort())
    await put(other, hard, 'again')
    expect(await textOf(other, hard)).toBe('again')
    await other.close()
  })

  test.each([
    [['ccc/a', 'ccc/a/b', 'ccc/a/b/c']],
    [['ccc/a/b/c', 'ccc/a/b', 'ccc/a']],
    [['ccc/A', 'ccc/a', 'CCC/a', 'ccc/\u00e9', 'ccc/e\u0301']],
    [['ccc/a', 'ccc/a.json', 'ccc/a.json/b', 'ccc/a.json.json']],
  ])('names that get in each other’s way all keep their own blob: %j', async (all) => {
    const names: string[] = []
    for (const one of all) if (traits.holdsEveryName || !(await isRefused(store, one))) names.push(one)
    expect(names.length).toBeGreaterThan(1)
    for (const one of names)
      await put(store, one, one, { condition: 'if-absent', metadata: { Name: encodeURIComponent(one) } })
    for (const again of [store, await place.reopen()]) {
      for (const one of names) {
        expect(await textOf(again, one)).toBe(one)
        expect(value(await again.head(one))?.metadata).toEqual({ Name: encodeURIComponent(one) })
      }
      expect(value(await again.list('', { limit: 10 })).names).toEqual([...names].sort())
    }
  })

  test.each(['plain', '/a', 'c/', '', 'ccc/\ud800'])('what is no blob name is refused: %j', async (bad) => {
    const refused = { ok: false, failure: { code: 'BlobRequestFailed', permanent: true } }
    expect(await store.find(bad)).toMatchObject(refused)
    expect(await store.begin({ key: 'c/1', name: bad, kind: 'block', continues: false })).toMatchObject(
      refused,
    )
  })
}
