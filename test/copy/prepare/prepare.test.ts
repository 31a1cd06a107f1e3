import { createHash } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type PreparedDrive, type PrepareRequest, prepareDrive } from '../../../src/copy/prepare/prepare.ts'
import type { Problem } from '../../../src/copy/prepare/survey.ts'

let base: string
let source: string
let drive: string
let problems: Problem[]
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'tallydock-prepare-'))
  source = join(base, 'source')
  drive = join(base, 'drive')
  problems = []
  await mkdir(source)
  await mkdir(drive)
})
afterEach(async () => {
  await rm(base, { recursive: true })
})

async function put(path: string, content: string | Buffer): Promise<void> {
  const file = join(source, path)
  await mkdir(join(file, '..'), { recursive: true })
  await writeFile(file, content)
}

function prepare(change: Partial<PrepareRequest> = {}) {
  const request = {
    source,
    driveRoot: drive,
    driveId: 'QZ71M0042',
    container: 'photos',
    disposition: 'rename' as const,
  }
  return prepareDrive({ ...request, ...change }, { report: (problem) => void problems.push(problem) })
}

async function prepared(change: Partial<PrepareRequest> = {}): Promise<PreparedDrive> {
  const outcome = await prepare(change)
  if (!outcome.ok) throw new Error(`${outcome.failure.sentence} ${outcome.failure.detail ?? ''}`)
  return outcome.value
}

interface ReadBlob {
  blobPath: string
  filePath: string
  length: number
  parts: { element: string; offset: number; length: number; id: string | undefined; hash: string }[]
}

/** The manifest as an independent reader sees it. */
async function manifestBlobs(): Promise<ReadBlob[]> {
  const blobs: ReadBlob[] = []
  let text = ''
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    text = ''
    if (name === 'Blob') blobs.push({ blobPath: '', filePath: '', length: -1, parts: [] })
    if (name === 'Block' || name === 'PageRange') {
      const { Offset, Length, Id, Hash = '' } = attributes as Record<string, string>
      const part = { element: name, offset: Number(Offset), length: Number(Length), id: Id, hash: Hash }
      blobs.at(-1)?.parts.push(part)
    }
  })
  parser.on('text', (part) => {
    text += part
  })
  parser.on('closetag', ({ name }) => {
    const blob = blobs.at(-1)
    if (blob === undefined) return
    if (name === 'BlobPath') blob.blobPath = text
    if (name === 'FilePath') blob.filePath = text
    if (name === 'Length') blob.length = Number(text)
  })
  parser.write(await readFile(join(drive, 'DriveManifest.xml'), 'utf8')).close()
  return blobs
}

const md5 = (bytes: Buffer | string) => createHash('md5').update(bytes).digest('hex').toUpperCase()

async function onDrive(filePath: string): Promise<Buffer> {
  return readFile(join(drive, ...filePath.split('\\').filter((part) => part !== '')))
}

async function treeOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
}

describe('preparing a drive', () => {
  test('puts files and manifest on it and answers the job’s entry', async () => {
    await put('notes.txt', 'quayside station sample\n')
    await put('2026/pier.jpg', Buffer.alloc(9 * 1024 * 1024 + 5, 'pier'))
    await put('disk.vhd', Buffer.alloc(1024, 1))
    await put('empty', '')
    const result = await prepared({ prefix: '/spring/' })

    const manifest = await readFile(join(drive, 'DriveManifest.xml'))
    expect(result).toEqual({
      driveListEntry: {
        driveId: 'QZ71M0042',
        manifestFile: '\\DriveManifest.xml',
        manifestHash: md5(manifest),
      },
      files: 4,
      bytes: 24 + 9 * 1024 * 1024 + 5 + 1024,
      filesKept: 0,
      leftOut: 0,
      manifestSizeBytes: manifest.length,
    })
    expect(await manifestBlobs()).toMatchObject([
      {
        blobPath: 'photos/spring/2026/pier.jpg',
        filePath: '\\photos\\spring\\2026\\pier.jpg',
        parts: [
          { element: 'Block', offset: 0, length: 4194304, id: 'AAAAAA==' },
          { element: 'Block', offset: 4194304, length: 4194304, id: 'AQAAAA==' },
          { element: 'Block', offset: 8388608, length: 1048581, id: 'AgAAAA==' },
        ],
      },
      {
        blobPath: 'photos/spring/disk.vhd',
        parts: [{ element: 'PageRange', offset: 0, length: 1024, id: undefined }],
      },
      { blobPath: 'photos/spring/empty', length: 0, parts: [] },
      { blobPath: 'photos/spring/notes.txt', parts: [{ hash: '41788A89D816950067FE87DC0A7BA365' }] },
    ])
    expect(await readdir(drive)).toEqual(['DriveManifest.xml', 'photos'])
  })

  test('whatever the tree, each blob’s parts cover its file without a gap and hash what is on the drive', async () => {
    const name = fc.stringMatching(/^[a-zA-Z0-9 ?äß%_-]{0,6}[a-z0-9]$/)
    const file = fc.record({
      folders: fc.array(name, { maxLength: 2 }),
      name: name.map((text) => `${text}.f`),
      content: fc.oneof(
        { weight: 5, arbitrary: fc.string({ maxLength: 40 }) },
        fc.constant('x'.repeat(5_000_000)),
      ),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 8 }), async (files) => {
        await rm(source, { recursive: true })
        await rm(drive, { recursive: true })
        await mkdir(source)
        await mkdir(drive)
        for (const { folders, name: own, content } of files) await put([...folders, own].join('/'), content)
        const result = await prepared()
        const blobs = await manifestBlobs()
        expect(blobs).toHaveLength(result.files)
        for (const blob of blobs) {
          const bytes = await onDrive(blob.filePath)
          expect(blob.length).toBe(bytes.length)
          const original = await readFile(join(source, blob.blobPath.slice('photos/'.length)))
          expect(bytes.equals(original)).toBe(true)
          let end = 0
          for (const part of blob.parts) {
            expect(part.offset).toBe(end)
            expect(part.hash).toBe(md5(bytes.subarray(end, end + part.length)))
            end += part.length
          }
          expect(end).toBe(bytes.length)
        }
      }),
      { numRuns: 25 },
    )
  })

  test('takes one file under its own name', async () => {
    await put('notes.txt', 'x')
    await prepared({ source: join(source, 'notes.txt') })
    expect((await manifestBlobs()).map(({ blobPath }) => blobPath)).toEqual(['photos/notes.txt'])
  })

  test('the same source gives the same manifest, byte for byte, in the order of names', async () => {
    for (const name of ['b/1', 'a.b', 'a/9', 'a/10', 'B']) await put(name, name)
    const first = await prepared()
    const order = (await manifestBlobs()).map(({ blobPath }) => blobPath)
    expect(order).toEqual(['photos/B', 'photos/a/10', 'photos/a/9', 'photos/a.b', 'photos/b/1'])
    await rm(drive, { recursive: true })
    await mkdir(drive)
    expect((await prepared()).driveListEntry.manifestHash).toBe(first.driveListEntry.manifestHash)
  })

  test('links and pipes are reported and never followed', async () => {
    await put('real.txt', 'x')
    await symlink('/etc/passwd', join(source, 'leak'))
    await symlink('/etc', join(source, 'folder-leak'))
    const result = await prepared()
    expect(result).toMatchObject({ files: 1, leftOut: 2 })
    expect(problems).toEqual([
      { path: 'folder-leak', kind: 'left-out', reason: 'it is a link, not a file' },
      { path: 'leak', kind: 'left-out', reason: 'it is a link, not a file' },
    ])
  })

  test('every file that cannot be imported is named, and then nothing is written', async () => {
    await put('fine.txt', 'x')
    await put('dot.', 'x')
    await put('back\\slash', 'x')
    await put('odd.vhd', Buffer.alloc(513))
    await put('big.bin', '')
    await truncate(join(source, 'big.bin'), 50_000 * 4 * 1024 * 1024 + 1)
    const outcome = await prepare()
    expect(outcome).toMatchObject({
      failure: { code: 'files-refused', sentence: expect.stringContaining('4 files') },
    })
    expect(problems.map(({ path }) => path)).toEqual(['back\\slash', 'big.bin', 'dot.', 'odd.vhd'])
    expect(problems.find(({ path }) => path === 'odd.vhd')?.reason).toContain('512')
    expect(await readdir(drive)).toEqual([])
  })

  test.each<[string, Partial<PrepareRequest>, string]>([
    ['a container nobody can have', { container: 'Photos' }, 'destination-refused'],
    ['a drive id with a blank', { driveId: 'QZ71 M0042' }, 'destination-refused'],
    ['a source that is not there', { source: '/no/such/source' }, 'source-missing'],
    ['a drive that is not there', { driveRoot: '/no/such/drive' }, 'drive-missing'],
  ])('%s is refused', async (_what, change, code) => {
    expect(await prepare(change)).toMatchObject({ failure: { code } })
  })

  test('a drive inside the source would copy itself and is refused', async () => {
    await mkdir(join(source, 'drive'))
    expect(await prepare({ driveRoot: join(source, 'drive') })).toMatchObject({
      failure: { code: 'source-on-drive' },
    })
  })

  test('progress only grows and ends at the whole', async () => {
    for (let count = 0; count < 40; count++) await put(`f${count}`, 'x'.repeat(count))
    const seen: number[] = []
    let total = 0
    await prepareDrive(
      { source, driveRoot: drive, driveId: 'QZ71M0042', container: 'photos', disposition: 'overwrite' },
      {
        report: () => undefined,
        progress: ({ bytesDone, bytesTotal }) => {
          seen.push(bytesDone)
          total = bytesTotal
        },
      },
    )
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    expect(seen.at(-1)).toBe(total)
  })
})

describe('preparing again', () => {
  test('goes on where an interrupted run stopped: whole files are kept, a partial one is written anew', async () => {
    await put('a.txt', 'first')
    await put('b.bin', Buffer.alloc(5_000_000, 'b'))
    const whole = await prepared()
    // As a kill leaves it: no manifest yet, one file not there, its partial beside.
    await rm(join(drive, 'DriveManifest.xml'))
    await rm(join(drive, 'photos/b.bin'))
    await writeFile(join(drive, '.tallydock-part-0'), Buffer.alloc(3_000_000, 'b'))
    const again = await prepared()
    expect(again).toMatchObject({ filesKept: 1, files: 2 })
    expect(again.driveListEntry).toEqual(whole.driveListEntry)
    expect(await readdir(drive)).toEqual(['DriveManifest.xml', 'photos'])
  })

  test('a drive that is done is left alone, and the sentence says what to do', async () => {
    await put('a.txt', 'first')
    await prepared()
    const before = await treeOf(drive)
    expect(await prepare()).toMatchObject({
      failure: { code: 'drive-prepared-already', sentence: expect.stringContaining('delete that file') },
    })
    expect(await treeOf(drive)).toEqual(before)
  })

  test.each([
    ['of another length', 'something else'],
    ['of the same length', 'FIRST'],
  ])('another file %s under the same name is never overwritten', async (_how, content) => {
    await put('a.txt', 'first')
    await mkdir(join(drive, 'photos'))
    await writeFile(join(drive, 'photos/a.txt'), content)
    expect(await prepare()).toMatchObject({
      failure: { code: 'name-taken', sentence: expect.stringContaining('a.txt') },
    })
    expect(await readFile(join(drive, 'photos/a.txt'), 'utf8')).toBe(content)
    expect(await readdir(drive)).not.toContain('DriveManifest.xml')
  })

  test('a link on the drive does not lead files off it', async () => {
    await put('a.txt', 'first')
    await mkdir(join(base, 'elsewhere'))
    await symlink(join(base, 'elsewhere'), join(drive, 'photos'))
    expect(await prepare()).toMatchObject({ failure: { code: 'drive-unwritable' } })
    expect(await readdir(join(base, 'elsewhere'))).toEqual([])
  })

  test('a source that changes while it is copied is no prepared drive', async () => {
    await put('a.bin', Buffer.alloc(5_000_000))
    await put('b.txt', 'second')
    const outcome = await prepareDrive(
      { source, driveRoot: drive, driveId: 'QZ71M0042', container: 'photos', disposition: 'rename' },
      { report: () => undefined, progress: () => appendFileSync(join(source, 'b.txt'), ' and more') },
    )
    expect(outcome).toMatchObject({ failure: { code: 'source-changed' } })
    expect(await readdir(drive)).not.toContain('DriveManifest.xml')
  })
})
