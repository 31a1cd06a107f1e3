import { expect, test } from 'vitest'
import { copyIdFor } from '../../../src/copy/import/copy-id.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { prepareDrive } from '../../fixtures/drive-folder.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { value } from '../../suites/blob-store.ts'

const A = { blobPath: 'bay/a', bytes: Buffer.from('a') }
const B = { blobPath: 'bay/b', bytes: Buffer.from('b') }

test('a copy that is wholly done is done: asked for again it is a new one', async () => {
  const store = new FakeBlobStore()
  const drive = await prepareDrive(temporaryFolder(), [A])
  for (const expected of ['job-drive', 'job-drive-2', 'job-drive-3']) {
    const copyId = value(await copyIdFor(store, 'job-drive', drive.manifestHash))
    expect(copyId).toBe(expected)
    await runImport(drive, { store, order: { copyId } })
  }
})

test('a copy with something left undone is gone on with', async () => {
  const store = new FakeBlobStore()
  const drive = await prepareDrive(temporaryFolder(), [A, { ...B, isMissing: true }])
  await runImport(drive, { store, order: { copyId: 'job-drive' } })
  expect(value(await copyIdFor(store, 'job-drive', drive.manifestHash.toLowerCase()))).toBe('job-drive')
})

test('a copy of another manifest is left alone', async () => {
  const store = new FakeBlobStore()
  const drive = await prepareDrive(temporaryFolder(), [A, { ...B, isMissing: true }])
  await runImport(drive, { store, order: { copyId: 'job-drive' } })
  expect(value(await copyIdFor(store, 'job-drive', 'a'.repeat(32)))).toBe('job-drive-2')
})

test.each([
  ['job 1/drive:2', 'job_1_drive_2'],
  ['../..', 'copy'],
  ['x'.repeat(200), 'x'.repeat(100)],
])('%s becomes an id', async (base, id) => {
  expect(value(await copyIdFor(new FakeBlobStore(), base, 'a'.repeat(32)))).toBe(id)
})
