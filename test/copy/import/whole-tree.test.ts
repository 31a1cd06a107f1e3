/** Any tree of files arrives as it was; any flipped bit is found. */
import fs from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candidateName } from '../../../src/copy/import/disposition.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { attach, type DriveFile, md5, prepareDrive } from '../../fixtures/drive-folder.ts'
import { folderStore, runImport } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { textOf, value } from '../../suites/blob-store.ts'

const METADATA = '<Metadata><Surveyor>Ines Varga</Surveyor></Metadata>'

const segments = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }), {
  minLength: 1,
  maxLength: 3,
})
/** Names a manifest can write: no control characters, no lone surrogates, no backslash, nothing that is trimmed away. */
const names = fc
  .oneof(
    segments.map((parts) => parts.join('/')),
    fc.constantFrom('a', 'a/b', 'a/b/c', 'A', '..', 'x/.', 'con'),
  )
  .filter((name) => name.isWellFormed() && !/[\\\p{C}]/u.test(name) && name.length > 0)

const files = fc.array(
  fc.record({
    name: names,
    bytes: fc.uint8Array({ maxLength: 5000 }),
    kind: fc.constantFrom('block', 'page'),
    blockBytes: fc.integer({ min: 1, max: 4 }).map((n) => n * 512),
    hasMetadata: fc.boolean(),
  }),
  { minLength: 1, maxLength: 20 },
)

describe('a whole tree', () => {
  test('of any names and sizes is stored byte for byte, in a real folder', async () => {
    await fc.assert(
      fc.asyncProperty(files, async (tree) => {
        const base = fs.mkdtempSync(join(process.env.TMPDIR ?? '/tmp', 'tallydock-tree-'))
        try {
          const root = join(base, 'drive')
          const metadata = attach(root, '\\m.xml', METADATA)
          const prepared: DriveFile[] = tree.map(({ name, bytes, kind, blockBytes, hasMetadata }, index) => ({
            blobPath: `bay/${name}`,
            filePath: `\\files\\${index}`,
            bytes: kind === 'page' ? bytes.subarray(0, bytes.length - (bytes.length % 512)) : bytes,
            kind,
            blockBytes,
            ...(hasMetadata ? { metadata } : {}),
          }))
          const drive = await prepareDrive(root, prepared)
          const { result, store, log } = await runImport(drive, { store: folderStore(join(base, 'storage')) })
          expect(log.lines).toEqual([])
          expect(result.summary.blobs).toEqual({
            total: tree.length,
            completed: tree.length,
            withErrors: 0,
            failed: 0,
          })
          const taken = new Set<string>()
          for (const file of prepared) {
            let attempt = 1
            while (taken.has(candidateName(file.blobPath, attempt))) attempt++
            const name = candidateName(file.blobPath, attempt)
            taken.add(name)
            const found = value(await store.head(name))
            expect(found).toMatchObject({ kind: file.kind, sizeBytes: file.bytes.length })
            expect(found?.metadata).toEqual(file.metadata === undefined ? {} : { Surveyor: 'Ines Varga' })
            const into = new Uint8Array(file.bytes.length)
            value(await store.read(name, 0, into))
            expect(md5(into)).toBe(md5(file.bytes))
          }
          await store.close()
        } finally {
          fs.rmSync(base, { recursive: true })
        }
      }),
      { numRuns: 40 },
    )
  }, 60_000)
})

describe('a flipped bit', () => {
  test('anywhere is found, named, and never stored', async () => {
    const root = temporaryFolder()
    const sizes = [1, 511, 512, 5000, 70_000, 300_000]
    const tree = sizes.map((size, index) => ({
      blobPath: `bay/${index}`,
      bytes: Buffer.alloc(size, `content of ${index} `),
      blockBytes: 4096,
    }))
    const drive = await prepareDrive(root, tree)
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: sizes.length - 1 }),
        fc.nat(),
        fc.nat({ max: 7 }),
        async (index, at, bit) => {
          const file = tree[index] as (typeof tree)[number]
          const path = join(root, 'bay', String(index))
          const offset = at % file.bytes.length
          const flipped = Buffer.from(file.bytes)
          flipped[offset] = (flipped[offset] ?? 0) ^ (1 << bit)
          fs.writeFileSync(path, flipped)
          const { result, errorLog, store } = await runImport(drive)
          fs.writeFileSync(path, file.bytes)
          expect(result.summary).toMatchObject({
            status: 'CompletedMoreInfo',
            blobs: { completed: 5, withErrors: 1 },
          })
          const block = Math.floor(offset / 4096) * 4096
          expect(errorLog?.match(/<Block [^>]*>/g)).toEqual([expect.stringContaining(`Offset="${block}"`)])
          expect(errorLog).toContain('Status="Corrupted"')
          expect((store as FakeBlobStore).bytesOf(file.blobPath)).toBeUndefined()
        },
      ),
      { numRuns: 150 },
    )
  }, 60_000)

  test('in the manifest is found as well, and nothing is copied', async () => {
    const drive = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/a', bytes: Buffer.from('a') }])
    const path = join(drive.root, 'DriveManifest.xml')
    const right = fs.readFileSync(path)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: right.length * 8 - 1 }), async (bit) => {
        const flipped = Buffer.from(right)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        fs.writeFileSync(path, flipped)
        const { result, store } = await runImport(drive)
        expect(result.summary.driveStatus).toBe('ManifestCorrupted')
        expect((store as FakeBlobStore).names.some((name) => name.startsWith('bay/'))).toBe(false)
      }),
      { numRuns: 60 },
    )
  })
})

describe('the proof', () => {
  const bytes = Buffer.alloc(9 * 1024 * 1024, 'proof ')

  test('of what is stored reads it back from the disk, around its cache', async () => {
    const base = temporaryFolder()
    const drive = await prepareDrive(join(base, 'drive'), [
      { blobPath: 'bay/large', bytes },
      { blobPath: 'bay/small', bytes: Buffer.from('small') },
      { blobPath: 'bay/empty', bytes: Buffer.alloc(0) },
    ])
    const store = folderStore(join(base, 'storage'))
    const { result } = await runImport(drive, { store, order: { proof: 'read-back' } })
    expect(result.summary.status).toBe('Completed')
    expect(result.proof).toMatchObject({ level: 'read-back', bytesReadBack: bytes.length + 5 })
    expect(['medium', 'cache']).toContain(result.proof.readBackFrom)
    expect(await textOf(store, 'bay/small')).toBe('small')
    await store.close()
  })

  test('finds a storage that gives back other bytes than it was given, before the blob is visible', async () => {
    const store = new FakeBlobStore()
    store.rotten.add('bay/b')
    const drive = await prepareDrive(temporaryFolder(), [
      { blobPath: 'bay/a', bytes: Buffer.from('a') },
      { blobPath: 'bay/b', bytes: Buffer.from('b') },
    ])
    const { result, errorLog } = await runImport(drive, { store, order: { proof: 'read-back' } })
    expect(result.summary).toMatchObject({
      driveStatus: 'CompletedWithErrors',
      blobs: { completed: 1, withErrors: 1 },
    })
    expect(errorLog).toContain('Status="Corrupted"')
    expect(result.remarks.join()).toContain('bay/b')
    expect(store.bytesOf('bay/b')).toBeUndefined()
    expect(result.proof).toEqual({ level: 'read-back', bytesReadBack: 3, readBackFrom: 'cache' })
  })

  test('of the manifest alone reads nothing back, and says so', async () => {
    const drive = await prepareDrive(temporaryFolder(), [{ blobPath: 'bay/a', bytes: Buffer.from('a') }])
    const { result } = await runImport(drive)
    expect(result.proof).toEqual({ level: 'manifest', bytesReadBack: 0, readBackFrom: 'none' })
  })
})
