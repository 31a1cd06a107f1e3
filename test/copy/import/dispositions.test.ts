import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidateName } from '../../../src/copy/import/disposition.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { prepareDrive } from '../../fixtures/drive-folder.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put, textOf } from '../../suites/blob-store.ts'

describe('the rename rule', () => {
  test.each([
    ['c/tide', 2, 'c/tide (2)'],
    ['c/bay.tar.gz', 2, 'c/bay.tar (2).gz'],
    ['c/bay.tar.gz', 11, 'c/bay.tar (11).gz'],
    ['c/2024.photos/tide', 2, 'c/2024.photos/tide (2)'],
    ['c/2024.photos/tide.jpg', 3, 'c/2024.photos/tide (3).jpg'],
    ['c/.hidden', 2, 'c/ (2).hidden'],
    ['c/ends.', 2, 'c/ends (2).'],
    ['c/tide (2).jpg', 2, 'c/tide (2) (2).jpg'],
    ['c/tide', 1, 'c/tide'],
  ])('%s, try %i, is %s', (name, attempt, renamed) => {
    expect(candidateName(name, attempt)).toBe(renamed)
  })

  test('never gives two tries the same name, and never changes the folder', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 1, max: 50 }), (name, attempt) => {
        const path = `c/${name}`
        const renamed = candidateName(path, attempt)
        expect(candidateName(path, attempt + 1)).not.toBe(renamed)
        expect(renamed.slice(0, renamed.lastIndexOf('/'))).toBe(path.slice(0, path.lastIndexOf('/')))
      }),
    )
  })
})

const drive = (
  ...files: { blobPath: string; text: string; disposition?: 'rename' | 'no-overwrite' | 'overwrite' }[]
) =>
  prepareDrive(
    temporaryFolder(),
    files.map(({ blobPath, text, ...rest }, index) => ({
      blobPath,
      filePath: `\\files\\${index}`,
      bytes: Buffer.from(text),
      ...rest,
    })),
  )

async function contents(store: FakeBlobStore): Promise<Record<string, string | undefined>> {
  const names = store.names.filter((name) => !name.startsWith('waimportexport/'))
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await textOf(store, name)])))
}

describe('an import', () => {
  test('renames past everything that is there, and the log holds the new name', async () => {
    const store = new FakeBlobStore()
    await put(store, 'bay/a.txt', 'old')
    await put(store, 'bay/a (2).txt', 'older')
    const ran = await runImport(await drive({ blobPath: 'bay/a.txt', text: 'new' }), { store })
    expect(await contents(store)).toEqual({
      'bay/a (2).txt': 'older',
      'bay/a (3).txt': 'new',
      'bay/a.txt': 'old',
    })
    expect(ran.errorLog).toContain('<BlobPath>bay/a (3).txt</BlobPath>')
    expect(ran.errorLog).toContain('<ImportDisposition Status="Renamed">rename</ImportDisposition>')
    expect(ran.result.summary).toMatchObject({
      status: 'CompletedMoreInfo',
      driveStatus: 'CompletedWithWarnings',
    })
  })

  test('lets the manifest’s order decide between files for one name', async () => {
    const store = new FakeBlobStore()
    await runImport(
      await drive(
        ...[1, 2, 3].map((n) => ({ blobPath: 'bay/a', text: String(n) })),
        ...[4, 5].map((n) => ({ blobPath: 'bay/b', text: String(n), disposition: 'no-overwrite' as const })),
        ...[6, 7].map((n) => ({ blobPath: 'bay/c', text: String(n), disposition: 'overwrite' as const })),
      ),
      { store },
    )
    expect(await contents(store)).toEqual({
      'bay/a': '1',
      'bay/a (2)': '2',
      'bay/a (3)': '3',
      'bay/b': '4',
      'bay/c': '7',
    })
  })

  test('imported again, every file meets itself', async () => {
    const store = new FakeBlobStore()
    const prepared = await drive(
      { blobPath: 'bay/a', text: 'a' },
      { blobPath: 'bay/b', text: 'b', disposition: 'no-overwrite' },
      { blobPath: 'bay/c', text: 'c', disposition: 'overwrite' },
    )
    await runImport(prepared, { store })
    const again = await runImport(prepared, { store, order: { copyId: 'copy-2' } })
    expect(await contents(store)).toEqual({ 'bay/a': 'a', 'bay/a (2)': 'a', 'bay/b': 'b', 'bay/c': 'c' })
    const statuses = [...(again.verboseLog ?? '').matchAll(/ImportDisposition Status="(\w+)"/g)].map(
      (m) => m[1],
    )
    expect(statuses).toEqual(['Renamed', 'Skipped', 'Overwritten'])
    expect(again.result.summary).toMatchObject({ bytesSucceeded: 2, blobs: { completed: 3 } })
  })

  test('an incomplete file never replaces a blob that is there', async () => {
    const store = new FakeBlobStore()
    await put(store, 'bay/a', 'old and whole')
    const prepared = await prepareDrive(temporaryFolder(), [
      { blobPath: 'bay/a', bytes: Buffer.from('new'), disposition: 'overwrite', isMissing: true },
    ])
    await runImport(prepared, { store })
    expect(await contents(store)).toEqual({ 'bay/a': 'old and whole' })
  })
})
