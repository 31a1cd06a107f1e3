import { describe, expect, test } from 'vitest'
import type { CopyProgress } from '../../../src/contract/copy-messages.ts'
import { CopyControl } from '../../../src/copy/import/copy-control.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { type PreparedDrive, prepareDrive } from '../../fixtures/drive-folder.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const FILES = 400
const bytesOf = (n: number) => Buffer.from(`file ${n}`)

async function drive(): Promise<PreparedDrive> {
  const files = Array.from({ length: FILES }, (_, n) => ({
    blobPath: `bay/${n}`,
    bytes: bytesOf(n),
    blockBytes: 3,
  }))
  return prepareDrive(temporaryFolder(), files)
}

describe('cancelling', () => {
  test.each([1, 2, 50, 200])(
    'stops at the next block (after read %i); the same id goes on',
    async (reads) => {
      const prepared = await drive()
      const control = new CopyControl()
      const source = new FaultyDrive()
      let seen = 0
      source.onRead = () => {
        if (++seen === reads + 2) control.cancel()
      }
      const { result, store, verboseLog } = await runImport(prepared, { control, source })
      const { blobs, driveStatus, status } = result.summary
      expect({ status, driveStatus }).toEqual({
        status: 'CompletedMoreInfo',
        driveStatus: 'CompletedWithErrors',
      })
      expect(result.cancelled).toBe(true)
      expect(blobs).toMatchObject({ total: FILES, withErrors: 0 })
      expect(blobs.completed + blobs.failed).toBe(FILES)
      // Every file is in the log, those that were not begun as well.
      expect(verboseLog?.match(/<Blob Status="(Completed|Failed)">/g)).toHaveLength(FILES)
      expect(verboseLog).toContain('<Blob Status="Failed">')
      const names = (store as FakeBlobStore).names.filter((name) => name.startsWith('bay/'))
      expect(names).toHaveLength(blobs.completed)
      const again = await runImport(prepared, { store })
      expect(again.result.summary).toMatchObject({
        status: 'Completed',
        blobs: { completed: FILES, failed: 0 },
      })
      for (let n = 0; n < FILES; n++) expect((store as FakeBlobStore).bytesOf(`bay/${n}`)).toEqual(bytesOf(n))
      expect((store as FakeBlobStore).names.some((name) => name.includes('(2)'))).toBe(false)
    },
  )

  test('before the first block copies nothing', async () => {
    const control = new CopyControl()
    control.cancel()
    const { result } = await runImport(await drive(), { control })
    expect(result.summary).toMatchObject({ bytesSucceeded: 0, blobs: { completed: 0, failed: FILES } })
  })

  test('that comes too late changes nothing: a finished copy is a finished copy', async () => {
    const control = new CopyControl()
    const store = new FakeBlobStore()
    const prepared = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/a', bytes: Buffer.from('a') }])
    const { result } = await runImport(prepared, {
      store,
      control,
      listeners: { onProgress: ({ phase }) => phase === 'finishing' && control.cancel() },
    })
    expect(result.cancelled).toBe(false)
    expect(result.summary.status).toBe('Completed')
  })

  test('a storage that is full stops the copy in the same way, and says why', async () => {
    const prepared = await drive()
    const store = new FakeBlobStore()
    store.fail('stage', 'storage-full', { times: 1, name: 'bay/30' })
    const { result } = await runImport(prepared, { store })
    expect(result.cancelled).toBe(true)
    expect(result.summary.blobs.completed).toBeGreaterThanOrEqual(30)
    expect(result.summary.blobs.failed).toBeGreaterThan(0)
    expect(result.remarks.join()).toContain('stopped')
    const again = await runImport(prepared, { store })
    expect(again.result.summary).toMatchObject({ status: 'Completed', blobs: { completed: FILES } })
  })
})

test('what breaks unexpectedly takes its own files with it, never the others', async () => {
  const prepared = await drive()
  let reads = 0
  const { result, log } = await runImport(prepared, {
    wrapSource: (reader) => ({
      ...reader,
      read: (request) => (++reads % 10 === 0 ? Promise.reject(new Error('a defect')) : reader.read(request)),
      probe: (request) => reader.probe(request),
      moveTo: (root) => reader.moveTo(root),
      close: () => reader.close(),
    }),
  })
  const { completed, failed, withErrors } = result.summary.blobs
  expect(completed + failed).toBe(FILES)
  expect(failed).toBeGreaterThan(30)
  expect(withErrors).toBe(0)
  expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(failed)
  expect(result.summary.driveStatus).toBe('CompletedWithErrors')
})

describe('pausing', () => {
  test('reads nothing until it is resumed', async () => {
    const control = new CopyControl()
    const source = new FaultyDrive()
    let reads = 0
    const { promise: paused, resolve } = Promise.withResolvers<void>()
    source.onRead = () => {
      if (++reads !== 20) return
      control.pause()
      resolve()
    }
    const ended = runImport(await drive(), { control, source })
    await paused
    // Whatever was under way comes to its end; then all is still.
    let seen = -1
    while (seen !== reads) {
      seen = reads
      await new Promise((done) => setImmediate(done))
      await new Promise((done) => setImmediate(done))
    }
    expect(reads).toBeLessThan(FILES)
    control.resume()
    expect((await ended).result.summary).toMatchObject({ status: 'Completed', blobs: { completed: FILES } })
  })

  test('a paused copy can be cancelled', async () => {
    const control = new CopyControl()
    control.pause()
    const ended = runImport(await drive(), { control })
    control.cancel()
    expect((await ended).result.cancelled).toBe(true)
  })
})

describe('progress', () => {
  test('never goes back, never beyond the totals, and ends at them', async () => {
    const told: CopyProgress[] = []
    const prepared = await prepareDrive(temporaryFolder(), [
      ...Array.from({ length: 50 }, (_, n) => ({
        blobPath: `bay/${n}`,
        bytes: bytesOf(n),
        isMissing: n % 7 === 0,
      })),
      { blobPath: 'bay/disk', bytes: Buffer.alloc(512 * 20), kind: 'page' as const, blockBytes: 512 },
    ])
    const { result } = await runImport(prepared, {
      listeners: { onProgress: (progress) => void told.push(progress) },
    })
    expect(result.summary.blobs.total).toBe(51)
    for (const [index, { bytesDone, bytesTotal, filesDone, filesTotal }] of told.entries()) {
      expect(bytesDone).toBeLessThanOrEqual(bytesTotal)
      expect(filesDone).toBeLessThanOrEqual(filesTotal)
      expect(bytesDone).toBeGreaterThanOrEqual(told[index - 1]?.bytesDone ?? 0)
      expect(filesDone).toBeGreaterThanOrEqual(told[index - 1]?.filesDone ?? 0)
    }
    const last = told.at(-1)
    expect(last).toMatchObject({ phase: 'finishing', filesDone: 51, filesTotal: 51 })
    expect(last?.bytesDone).toBe(last?.bytesTotal)
  })
})
