/** A copy whose process died goes on: nothing is lost, nothing is doubled, nothing half-written is ever visible. */
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { dyingStore } from '../../fakes/dying-store.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { attach, type DriveFile, md5, type PreparedDrive, prepareDrive } from '../../fixtures/drive-folder.ts'
import { folderStore, type Ran, runImport, STARTED_AT } from '../../fixtures/import-rig.ts'
import { parsedXml } from '../../fixtures/parsed-xml.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put, value } from '../../suites/blob-store.ts'

const text = (name: string) => Buffer.from(`the bytes of ${name}`)

const SICK = Buffer.alloc(6000, 'sick ')

/** Every disposition, two files for one name, an incomplete one, one on a bad sector, a page blob, properties. */
async function variedDrive(): Promise<PreparedDrive> {
  const root = temporaryFolder()
  const properties = attach(
    root,
    '\\p.xml',
    '<Properties><Content-Type>text/plain</Content-Type></Properties>',
  )
  const files: DriveFile[] = [
    { blobPath: 'bay/new', bytes: text('new'), blockBytes: 5 },
    { blobPath: 'bay/taken', bytes: text('taken') },
    { blobPath: 'bay/sick', bytes: SICK },
    { blobPath: 'bay/same', filePath: '\\same-1', bytes: text('same 1') },
    { blobPath: 'bay/same', filePath: '\\same-2', bytes: text('same 2') },
    { blobPath: 'bay/kept', bytes: text('never stored'), disposition: 'no-overwrite' },
    { blobPath: 'bay/own', filePath: '\\own-1', bytes: text('own 1'), disposition: 'no-overwrite' },
    { blobPath: 'bay/own', filePath: '\\own-2', bytes: text('own 2'), disposition: 'no-overwrite' },
    { blobPath: 'bay/replaced', bytes: text('replaced'), disposition: 'overwrite' },
    { blobPath: 'bay/missing', bytes: text('missing'), isMissing: true },
    { blobPath: 'bay/disk', bytes: Buffer.alloc(1024, 7), kind: 'page', properties },
    { blobPath: 'bay/empty', bytes: Buffer.alloc(0) },
  ]
  return prepareDrive(root, files)
}

async function storageBefore(): Promise<FakeBlobStore> {
  const store = new FakeBlobStore()
  for (const name of ['bay/taken', 'bay/kept', 'bay/replaced']) await put(store, name, `old ${name}`)
  return store
}

const AFTER: Record<string, string> = {
  'bay/new': md5(text('new')),
  'bay/taken': md5('old bay/taken'),
  'bay/taken (2)': md5(text('taken')),
  'bay/sick': md5(SICK),
  'bay/same': md5(text('same 1')),
  'bay/same (2)': md5(text('same 2')),
  'bay/kept': md5('old bay/kept'),
  'bay/own': md5(text('own 1')),
  'bay/replaced': md5(text('replaced')),
  'bay/disk': md5(Buffer.alloc(1024, 7)),
  'bay/empty': md5(''),
}
const DISPOSITIONS: Record<string, string> = {
  '\\bay\\new': 'Created',
  '\\bay\\taken': 'Renamed',
  '\\bay\\sick': 'Created',
  '\\same-1': 'Created',
  '\\same-2': 'Renamed',
  '\\bay\\kept': 'Skipped',
  '\\own-1': 'Created',
  '\\own-2': 'Skipped',
  '\\bay\\replaced': 'Overwritten',
  '\\bay\\missing': 'Cancelled',
  '\\bay\\disk': 'Created',
  '\\bay\\empty': 'Created',
}

/** Large reads of one file fail, so that it is put off to the end; small ones succeed. */
function sickSource(): FaultyDrive {
  const source = new FaultyDrive()
  source.breakBytes('bay/sick', { from: 0, to: 6000 }, { longestBytes: 4096 })
  return source
}

/** Time enough between any two steps for a checkpoint. */
function hurriedClock() {
  let now = STARTED_AT
  return { now: () => (now += 2_001) }
}

function blobs(store: FakeBlobStore): Record<string, string> {
  const names = store.names.filter((name) => name.startsWith('bay/'))
  return Object.fromEntries(names.map((name) => [name, md5(store.bytesOf(name) ?? '')]))
}

function expectWhole(ran: Ran, hadEnded = false): void {
  expect(blobs(ran.store as FakeBlobStore)).toEqual(AFTER)
  expect(ran.result.summary).toMatchObject({
    driveStatus: 'CompletedWithErrors',
    blobs: { total: 12, completed: 11, withErrors: 0, failed: 1 },
  })
  // Asked for after its end, a copy tries the missing file again, and its logs speak of that file alone.
  if (hadEnded) return
  const log = ran.verboseLog ?? ''
  const statuses = [...log.matchAll(/ImportDisposition Status="(\w+)"/g)].map((match) => match[1])
  const paths = parsedXml(log).textsOf('FilePath')
  // Each file once; those put off to the end may stand at the end.
  expect(paths).toHaveLength(12)
  expect(Object.fromEntries(paths.map((path, index) => [path, statuses[index]]))).toEqual(DISPOSITIONS)
  expect(parsedXml(ran.errorLog ?? '').textsOf('BlobPath')).toHaveLength(6)
}

/** How many calls to the storage a whole copy makes. */
async function callsOfWholeCopy(drive: PreparedDrive): Promise<number> {
  for (let calls = 1; ; calls *= 2) {
    const { store, died } = dyingStore(await storageBefore(), calls, false)
    const run = runImport(drive, { store, clock: hurriedClock(), source: sickSource() }).then(() => 'ended')
    if ((await Promise.race([run, died.then(() => 'died')])) === 'ended') return calls
  }
}

describe('a copy whose process dies', () => {
  test('without dying it stores everything once', async () => {
    expectWhole(
      await runImport(await variedDrive(), {
        store: await storageBefore(),
        clock: hurriedClock(),
        source: sickSource(),
      }),
    )
  })

  test.each([
    ['before', false],
    ['after', true],
  ])(
    'goes on as if nothing had happened, whichever call it died %s',
    async (_, isDone) => {
      const drive = await variedDrive()
      const calls = await callsOfWholeCopy(drive)
      expect(calls).toBeGreaterThan(64)
      for (let call = 0; call < calls; call++) {
        const storage = await storageBefore()
        const dying = dyingStore(storage, call, isDone)
        const run = runImport(drive, {
          store: dying.store,
          clock: hurriedClock(),
          source: sickSource(),
        }).then(() => 'ended')
        const end = await Promise.race([run, dying.died.then(() => 'died')])
        // What is visible at that moment is whole.
        for (const [name, hash] of Object.entries(blobs(storage)))
          expect([AFTER[name], md5(`old ${name}`)]).toContain(hash)
        const hadEnded = value(await storage.notes.read('copy-1/notes'))?.includes('"k":"end"') === true
        const again = await runImport(drive, {
          store: storage.another(),
          clock: hurriedClock(),
          source: sickSource(),
        })
        try {
          expectWhole(again, hadEnded)
        } catch (error) {
          throw new Error(`it died ${isDone ? 'after' : 'before'} call ${call}`, { cause: error })
        }
        if (end === 'ended') return
      }
    },
    60_000,
  )

  test('and dies again and again still ends whole', async () => {
    const drive = await variedDrive()
    const storage = await storageBefore()
    for (let call = 3; ; call += 7) {
      const dying = dyingStore(storage.another(), call, call % 2 === 0)
      const run = runImport(drive, { store: dying.store, clock: hurriedClock(), source: sickSource() })
      const ended = await Promise.race([run, dying.died])
      if (ended === undefined) continue
      expectWhole({ ...ended, store: storage })
      return
    }
  })
})

const MEBIBYTE = 1024 * 1024

describe('going on with a large file', () => {
  async function half(): Promise<{ drive: PreparedDrive; bytes: Buffer; root: string }> {
    const base = temporaryFolder()
    const bytes = Buffer.alloc(40 * MEBIBYTE)
    for (let at = 0; at < bytes.length; at += 4096) bytes.writeUInt32LE(at, at)
    const drive = await prepareDrive(join(base, 'drive'), [{ blobPath: 'disks/large', bytes }])
    const root = join(base, 'storage')
    const { store, died } = dyingStore(folderStore(root), 12, true)
    void runImport(drive, { store })
    await died
    // The call that died is still on its way to the disk.
    await folderStore(root).notes.append('other/notes', '')
    return { drive, bytes, root }
  }

  function partialOf(root: string): string {
    return join(root, '.tallydock/partial/copy-1/0')
  }

  test('reads from the drive only what the storage does not hold', async () => {
    const { drive, bytes, root } = await half()
    const heldBytes = fs.statSync(partialOf(root)).size
    expect(heldBytes).toBeGreaterThan(8 * MEBIBYTE)
    const source = new FaultyDrive()
    const { result } = await runImport(drive, { store: folderStore(root), source })
    expect(result.summary.driveStatus).toBe('Completed')
    expect(fs.readFileSync(join(root, 'disks/large')).equals(bytes)).toBe(true)
    const manifestBytes = 2 * fs.statSync(join(drive.root, 'DriveManifest.xml')).size
    expect(source.bytesRead).toBeLessThanOrEqual(bytes.length - heldBytes + manifestBytes + 4 * MEBIBYTE)
  })

  test('never believes what lies there: a changed byte is copied again', async () => {
    const { drive, bytes, root } = await half()
    const fd = fs.openSync(partialOf(root), 'r+')
    fs.writeSync(fd, Buffer.from('rotten'), 0, 6, 5 * MEBIBYTE)
    fs.closeSync(fd)
    const { result } = await runImport(drive, { store: folderStore(root) })
    expect(result.summary.driveStatus).toBe('Completed')
    expect(fs.readFileSync(join(root, 'disks/large')).equals(bytes)).toBe(true)
  })
})

describe('asking for a copy that ended', () => {
  const files = (...bad: string[]): DriveFile[] =>
    ['a', 'b', 'c', 'd'].map((name) => ({
      blobPath: `bay/${name}`,
      bytes: text(name),
      isMissing: bad.includes(name),
    }))

  test('answers the same again when nothing was left undone, and touches nothing', async () => {
    const drive = await prepareDrive(temporaryFolder(), files())
    const first = await runImport(drive)
    fs.rmSync(drive.root, { recursive: true })
    const again = await runImport(drive, { store: first.store })
    expect(again.result).toEqual(first.result)
  })

  test('tries only the files that failed, and counts the others as they were', async () => {
    const root = temporaryFolder()
    const drive = await prepareDrive(root, files('b', 'd'))
    const first = await runImport(drive)
    expect(first.result.summary.blobs).toEqual({ total: 4, completed: 2, withErrors: 0, failed: 2 })
    fs.writeFileSync(join(root, 'bay/b'), text('b'))
    const source = new FaultyDrive()
    const second = await runImport(drive, {
      store: first.store,
      source,
      clock: { now: () => STARTED_AT + 60_000 },
    })
    expect(second.result.summary).toMatchObject({
      driveStatus: 'CompletedWithErrors',
      bytesSucceeded: 3 * text('a').length,
      blobs: { total: 4, completed: 3, withErrors: 0, failed: 1 },
    })
    expect(parsedXml(second.verboseLog ?? '').textsOf('BlobPath')).toEqual(['bay/b', 'bay/d'])
    expect(second.result.summary.errorLog).not.toBe(first.result.summary.errorLog)
    fs.writeFileSync(join(root, 'bay/d'), text('d'))
    const third = await runImport(drive, { store: first.store, clock: { now: () => STARTED_AT + 120_000 } })
    expect(third.result.summary).toMatchObject({
      status: 'Completed',
      driveStatus: 'Completed',
      blobs: { total: 4, completed: 4, withErrors: 0, failed: 0 },
    })
    expect(Object.keys(blobs(first.store as FakeBlobStore))).toEqual(['bay/a', 'bay/b', 'bay/c', 'bay/d'])
  })
})

test('a blob that may be its own is not stored twice because the storage would not say whose it is', async () => {
  const drive = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/a', bytes: text('a') }])
  const store = new FakeBlobStore()
  const dying = dyingStore(store, 8, true)
  void runImport(drive, { store: dying.store })
  await dying.died
  expect(blobs(store)).toEqual({ 'bay/a': md5(text('a')) })
  const later = store.another()
  later.fail('find', 'BlobRequestForbidden', { name: 'bay/a' })
  const { result } = await runImport(drive, { store: later })
  expect(result.summary.blobs).toMatchObject({ completed: 0, failed: 1 })
  expect(blobs(store)).toEqual({ 'bay/a': md5(text('a')) })
})

test('what was staged of a file that failed is kept, and is gone when all is well', async () => {
  const base = temporaryFolder()
  const root = join(base, 'drive')
  const drive = await prepareDrive(root, [{ blobPath: 'bay/a', bytes: text('a'), blockBytes: 8 }])
  const right = fs.readFileSync(join(root, 'bay/a'))
  fs.writeFileSync(join(root, 'bay/a'), right.subarray(0, 12))
  const store: BlobStore = folderStore(join(base, 'storage'))
  const partials = () => fs.readdirSync(join(base, 'storage/.tallydock/partial/copy-1')).sort()
  await runImport(drive, { store })
  expect(partials()).toEqual(['0', 'notes'])
  fs.writeFileSync(join(root, 'bay/a'), right)
  await runImport(drive, { store })
  expect(partials()).toEqual(['notes'])
  await store.close()
})
