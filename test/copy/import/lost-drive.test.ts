/** A drive that goes away is waited for; it never looks like missing files. */
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { CopyControl } from '../../../src/copy/import/copy-control.ts'
import type { FakeBlobStore } from '../../fakes/blob-store.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { type PreparedDrive, prepareDrive } from '../../fixtures/drive-folder.ts'
import { type Ran, runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const FILES = 40
const bytesOf = (n: number) => Buffer.from(`file ${n} `.repeat(n + 1))

async function drive(count = FILES): Promise<PreparedDrive> {
  const files = Array.from({ length: count }, (_, n) => ({
    blobPath: `bay/${n}`,
    bytes: bytesOf(n),
    blockBytes: 64,
  }))
  return prepareDrive(join(temporaryFolder(), 'drive'), files)
}

interface Story {
  readonly control: CopyControl
  readonly lost: Promise<string>
  readonly ended: Promise<Ran>
  readonly events: string[]
}

/** Starts a copy of a drive whose `lastRead`-th read is the last before `pull` is called. */
function copying(prepared: PreparedDrive, source: FaultyDrive, lastRead: number, pull: () => void): Story {
  let reads = 0
  source.onRead = () => {
    if (++reads === lastRead) pull()
  }
  const control = new CopyControl()
  const events: string[] = []
  const { promise: lost, resolve } = Promise.withResolvers<string>()
  const listeners = {
    onLost: (sentence: string) => {
      events.push('lost')
      resolve(sentence)
    },
    onFound: () => void events.push('found'),
  }
  return { control, lost, events, ended: runImport(prepared, { source, control, listeners }) }
}

function expectWhole({ result, store }: Ran): void {
  expect(result.summary).toMatchObject({ status: 'Completed', blobs: { total: FILES, completed: FILES } })
  for (let n = 0; n < FILES; n++) expect((store as FakeBlobStore).bytesOf(`bay/${n}`)).toEqual(bytesOf(n))
}

describe('a drive that goes away while it is copied', () => {
  test.each([1, 2, 3, 10, 25, 40])(
    'is waited for, and the copy ends whole (after read %i)',
    async (lastRead) => {
      const prepared = await drive()
      const away = `${prepared.root}-away`
      const story = copying(prepared, new FaultyDrive(), lastRead, () => fs.renameSync(prepared.root, away))
      expect(await story.lost).toContain('plug it in again')
      expect(story.control.isLost).toBe(true)
      // It comes back at another place.
      expect(await story.control.driveBack(away)).toEqual({ ok: true, value: undefined })
      expectWhole(await story.ended)
      expect(story.events).toEqual(['lost', 'found'])
    },
  )

  test('is told from the empty folder it was mounted on', async () => {
    const prepared = await drive()
    const away = `${prepared.root}-away`
    const story = copying(prepared, new FaultyDrive(), 12, () => {
      fs.renameSync(prepared.root, away)
      fs.mkdirSync(prepared.root)
    })
    await story.lost
    expect(await story.control.driveBack(prepared.root)).toMatchObject({
      ok: false,
      failure: { code: 'other-drive' },
    })
    fs.rmdirSync(prepared.root)
    fs.renameSync(away, prepared.root)
    expect(await story.control.driveBack(prepared.root)).toMatchObject({ ok: true })
    expectWhole(await story.ended)
  })

  test.each(['EIO', 'ENODEV', 'ENXIO', 'ENOTCONN', 'ESTALE'])(
    'is noticed by reads that fail with %s although its folder is still answered from memory',
    async (errno) => {
      const prepared = await drive()
      const source = new FaultyDrive()
      const story = copying(prepared, source, 9, () => {
        source.breakBytes('', { from: 0, to: Number.MAX_SAFE_INTEGER }, { errno, times: 60 })
      })
      await story.lost
      // The next looks fail as well; when reading works again, so does the drive.
      while (!(await story.control.driveBack(prepared.root)).ok);
      expectWhole(await story.ended)
    },
  )

  test('is not exchanged for another drive', async () => {
    const prepared = await drive()
    const other = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/0', bytes: Buffer.from('other') }])
    const away = `${prepared.root}-away`
    const story = copying(prepared, new FaultyDrive(), 12, () => fs.renameSync(prepared.root, away))
    await story.lost
    const refused = await story.control.driveBack(other.root)
    expect(refused).toMatchObject({ ok: false, failure: { code: 'other-drive' } })
    expect(story.control.isLost).toBe(true)
    expect(story.events).toEqual(['lost'])
    await story.control.driveBack(away)
    expectWhole(await story.ended)
  })

  test('can be lost again', async () => {
    const prepared = await drive()
    const [one, two] = [`${prepared.root}-1`, `${prepared.root}-2`]
    const source = new FaultyDrive()
    const control = new CopyControl()
    let reads = 0
    source.onRead = () => {
      reads++
      if (reads === 10) fs.renameSync(prepared.root, one)
      if (reads === 40) fs.renameSync(one, two)
    }
    const ended = runImport(prepared, {
      source,
      control,
      listeners: {
        onLost: () => queueMicrotask(() => void control.driveBack(fs.existsSync(two) ? two : one)),
      },
    })
    expectWhole(await ended)
  })

  test('can be given up by cancelling: what was copied is kept and counted, the rest is told as undone', async () => {
    const prepared = await drive()
    const away = `${prepared.root}-away`
    const story = copying(prepared, new FaultyDrive(), 30, () => fs.renameSync(prepared.root, away))
    await story.lost
    story.control.cancel()
    const { result, store } = await story.ended
    const { blobs, status, driveStatus } = result.summary
    expect({ status, driveStatus }).toEqual({
      status: 'CompletedMoreInfo',
      driveStatus: 'CompletedWithErrors',
    })
    expect(result.cancelled).toBe(true)
    expect(blobs.completed + blobs.withErrors + blobs.failed).toBe(FILES)
    expect(blobs.completed).toBeGreaterThan(0)
    // And it can be gone on with under the same id.
    const again = await runImport({ ...prepared, root: away }, { store })
    expectWhole(again)
  })

  test('while its manifest is still being read, is no fault of the manifest', async () => {
    const prepared = await drive(600)
    const away = `${prepared.root}-away`
    const source = new FaultyDrive()
    const story = copying(prepared, source, 30, () => {
      fs.renameSync(prepared.root, away)
      source.breakBytes('DriveManifest.xml', { from: 0, to: Number.MAX_SAFE_INTEGER }, { errno: 'ENODEV' })
    })
    await story.lost
    story.control.cancel()
    const { result, store } = await story.ended
    expect(result.summary).toMatchObject({ driveStatus: 'CompletedWithErrors', blobs: { total: 600 } })
    expect(result.remarks.join()).toContain('not named in the logs')
    const { completed, withErrors, failed } = result.summary.blobs
    expect(completed + withErrors + failed).toBe(600)
    const again = await runImport({ ...prepared, root: away }, { store })
    expect(again.result.summary).toMatchObject({ status: 'Completed', blobs: { completed: 600, failed: 0 } })
  })

  test('a file that is missing on a drive that is there is no reason to wait', async () => {
    const prepared = await prepareDrive(temporaryFolder(), [
      { blobPath: 'bay/a', bytes: Buffer.from('a'), isMissing: true },
      { blobPath: 'bay/b', bytes: Buffer.from('b') },
    ])
    const lost: string[] = []
    const { result } = await runImport(prepared, {
      listeners: { onLost: (sentence) => void lost.push(sentence) },
    })
    expect(result.summary.blobs).toMatchObject({ completed: 1, failed: 1 })
    expect(lost).toEqual([])
  })

  test('with real threads reading, it comes back as well', async () => {
    const bytes = Buffer.alloc(24 * 1024 * 1024, 'large ')
    const prepared = await prepareDrive(join(temporaryFolder(), 'drive'), [
      { blobPath: 'bay/one', bytes },
      ...Array.from({ length: 300 }, (_, n) => ({ blobPath: `bay/${n}`, bytes: bytesOf(n % FILES) })),
    ])
    const away = `${prepared.root}-away`
    const control = new CopyControl()
    let isPulled = false
    const lost: string[] = []
    const { result, store } = await runImport(prepared, {
      source: 'threads',
      control,
      listeners: {
        onStarted: () => {
          fs.renameSync(prepared.root, away)
          isPulled = true
        },
        onLost: (sentence) => {
          lost.push(sentence)
          void control.driveBack(away)
        },
      },
    })
    expect(isPulled).toBe(true)
    expect(lost).toHaveLength(1)
    expect(result.summary).toMatchObject({ status: 'Completed', blobs: { completed: 301 } })
    expect((store as FakeBlobStore).bytesOf('bay/one')?.equals(bytes)).toBe(true)
  })
})

test('nothing has to come back to a copy that has its drive', async () => {
  expect(await new CopyControl().driveBack('/anywhere')).toMatchObject({
    ok: false,
    failure: { code: 'not-lost' },
  })
})
