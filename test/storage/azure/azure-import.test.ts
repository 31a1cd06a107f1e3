import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { openStorage } from '../../../src/storage/open.ts'
import { type Azurite, startAzurite } from '../../fixtures/azurite.ts'
import { attach, blockId, type DriveFile, md5, prepareDrive } from '../../fixtures/drive-folder.ts'
import { ERROR_LOG, runImport, VERBOSE_LOG } from '../../fixtures/import-rig.ts'
import { parsedXml } from '../../fixtures/parsed-xml.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { textOf, value } from '../../suites/blob-store.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.end())

function opened(url: string): BlobStore {
  const store = openStorage(url)
  if (!store.ok) throw new Error(store.failure.sentence)
  return store.value
}

function noise(lengthBytes: number, seed: string): Buffer {
  const bytes = Buffer.alloc(lengthBytes)
  for (let at = 0, block = 0; at < lengthBytes; at += 64, block++)
    createHash('sha512').update(`${seed} ${block}`).digest().copy(bytes, at)
  return bytes
}

const LARGE = noise(9 * 1024 * 1024 + 77, 'large')
const NAMED = noise(5 * 1024 * 1024, 'named')
const DISK = noise(1024 * 1024, 'disk')

function tree(root: string): DriveFile[] {
  const metadata = attach(root, '\\m.xml', '<Metadata><Season>2025-autumn</Season></Metadata>')
  const properties = attach(
    root,
    '\\p.xml',
    '<Properties><Content-Type>text/plain</Content-Type><Cache-Control>no-cache</Cache-Control></Properties>',
  )
  return [
    { blobPath: 'charts/large.bin', bytes: LARGE },
    {
      blobPath: 'charts/named.bin',
      bytes: NAMED,
      blockBytes: 1024 * 1024,
      hasIds: true,
      metadata,
      properties,
    },
    { blobPath: 'charts/many.bin', bytes: NAMED.subarray(0, 700_001), blockBytes: 65_536 },
    { blobPath: 'disks/d.vhd', bytes: DISK, kind: 'page', blockBytes: 131_072, metadata, properties },
    { blobPath: 'charts/empty.txt', bytes: Buffer.alloc(0), properties },
    { blobPath: '$root/index.txt', bytes: Buffer.from('root') },
    ...Array.from({ length: 40 }, (_, n) => ({
      blobPath: `small/${n % 7}/${n}.txt`,
      bytes: Buffer.from(`file ${n}`),
    })),
  ]
}

async function expectWhole(store: BlobStore, files: readonly DriveFile[]): Promise<void> {
  for (const { blobPath, bytes, kind = 'block' } of files) {
    const into = Buffer.alloc(bytes.length + 1)
    expect(value(await store.read(blobPath, 0, into)), blobPath).toBe(bytes.length)
    expect(md5(into.subarray(0, bytes.length)), blobPath).toBe(md5(bytes))
    expect(value(await store.head(blobPath)), blobPath).toMatchObject({ kind })
  }
}

describe.each(['manifest', 'read-back'] as const)(
  'a drive copied to Azure Blob storage, proof %s',
  (proof) => {
    test('arrives whole, with ids, kinds, properties, metadata and log', async () => {
      const url = azurite.account()
      const store = opened(url)
      const root = temporaryFolder()
      const files = tree(root)
      const drive = await prepareDrive(root, files)
      const { result, verboseLog } = await runImport(drive, { store, order: { proof } })
      expect(result.summary).toMatchObject({
        status: 'Completed',
        driveStatus: 'Completed',
        bytesSucceeded: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
        blobs: { total: files.length, completed: files.length, withErrors: 0, failed: 0 },
        errorLog: null,
        verboseLog: VERBOSE_LOG,
      })
      await expectWhole(store, files)
      for (const name of ['charts/named.bin', 'disks/d.vhd'])
        expect(value(await store.head(name))).toMatchObject({
          properties: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache' },
          metadata: { Season: '2025-autumn' },
        })
      const named = new BlobServiceClient(url).getContainerClient('charts').getBlockBlobClient('named.bin')
      const { committedBlocks = [] } = await named.getBlockList('committed')
      expect(committedBlocks.map(({ name }) => name)).toEqual([0, 1, 2, 3, 4].map(blockId))
      expect(parsedXml(verboseLog ?? '')).toBeDefined()
      const total = result.summary.bytesSucceeded
      expect(result.proof).toEqual(
        proof === 'manifest'
          ? { level: 'manifest', bytesReadBack: 0, readBackFrom: 'none' }
          : { level: 'read-back', bytesReadBack: total, readBackFrom: 'medium' },
      )
      const left = []
      const own = new BlobServiceClient(url).getContainerClient('tallydock-own')
      for await (const { name } of own.listBlobsFlat({ includeUncommitedBlobs: true })) left.push(name)
      expect(left).toEqual(['check', 'notes/copy-1/notes'])
    })
  },
)

test('dispositions do in Azure what they do in a folder', async () => {
  const store = opened(azurite.account())
  const drive = await prepareDrive(temporaryFolder(), [
    { blobPath: 'charts/a.tar.gz', bytes: Buffer.from('one') },
    { blobPath: 'charts/b', bytes: Buffer.from('two'), disposition: 'no-overwrite' },
    { blobPath: 'charts/c', bytes: Buffer.from('three'), disposition: 'overwrite' },
    { blobPath: 'charts/d', bytes: Buffer.alloc(512, 4), kind: 'page', disposition: 'overwrite' },
    { blobPath: 'charts/e', bytes: Buffer.from('five'), disposition: 'overwrite' },
  ])
  for (const name of ['charts/a.tar.gz', 'charts/b', 'charts/c', 'charts/d', 'charts/e']) {
    const kind = name === 'charts/e' ? 'page' : 'block'
    const upload = value(
      await store.begin({ key: `before/${name.at(-1)}`, name, kind, continues: false, sizeBytes: 512 }),
    )
    const bytes = Buffer.alloc(512, 1)
    value(
      await upload.stage({
        offsetBytes: 0,
        bytes,
        parts: [{ offsetBytes: 0, lengthBytes: 512, md5: md5(bytes) }],
      }),
    )
    value(await upload.flush(512))
    value(await upload.commit({ condition: 'if-absent', properties: {}, metadata: {} }))
  }
  const { result, errorLog } = await runImport(drive, { store })
  expect(result.summary).toMatchObject({ status: 'CompletedMoreInfo', driveStatus: 'CompletedWithWarnings' })
  expect(result.summary.errorLog).toBe(ERROR_LOG)
  for (const status of ['Renamed', 'Skipped', 'Overwritten']) expect(errorLog).toContain(`Status="${status}"`)
  expect(await textOf(store, 'charts/a.tar (2).gz')).toBe('one')
  expect(await textOf(store, 'charts/a.tar.gz')).toBe('\u0001'.repeat(512))
  expect(await textOf(store, 'charts/b')).toBe('\u0001'.repeat(512))
  expect(await textOf(store, 'charts/c')).toBe('three')
  expect(await textOf(store, 'charts/d')).toBe('\u0004'.repeat(512))
  expect(value(await store.head('charts/d'))?.kind).toBe('page')
  expect(await textOf(store, 'charts/e')).toBe('five')
  expect(value(await store.head('charts/e'))?.kind).toBe('block')
})

test('a blob somebody else holds a lease on is LeasePresent, and stays as it is', async () => {
  const url = azurite.account()
  const store = opened(url)
  const container = new BlobServiceClient(url).getContainerClient('charts')
  await container.create()
  for (const name of ['block', 'named']) {
    const blob = container.getBlockBlobClient(name)
    await blob.upload('held', 4)
    await blob.getBlobLeaseClient().acquireLease(-1)
  }
  const drive = await prepareDrive(temporaryFolder(), [
    { blobPath: 'charts/block', bytes: Buffer.from('new'), disposition: 'overwrite' },
    { blobPath: 'charts/named', bytes: Buffer.from('new'), disposition: 'overwrite', hasIds: true },
    { blobPath: 'charts/free', bytes: Buffer.from('new') },
  ])
  const { result, errorLog } = await runImport(drive, { store })
  expect(result.summary).toMatchObject({
    status: 'CompletedMoreInfo',
    driveStatus: 'CompletedWithErrors',
    blobs: { total: 3, completed: 1, withErrors: 0, failed: 2 },
  })
  expect(errorLog?.match(/<Blob Status="LeasePresent">/g)).toHaveLength(2)
  expect(await textOf(store, 'charts/block')).toBe('held')
  expect(await textOf(store, 'charts/named')).toBe('held')
})

test('the command makes a SAS from a connection string and never shows key or SAS', async () => {
  const root = temporaryFolder()
  const drive = await prepareDrive(root, [{ blobPath: 'charts/a.txt', bytes: Buffer.from('hello') }])
  const url = azurite.account()
  const child = spawn(
    process.execPath,
    [
      resolve(import.meta.dirname, '../../../src/cli/main.ts'),
      ...['copy', 'import', '--drive', root, '--drive-id', 'QZ71M0042', '--manifest', '\\DriveManifest.xml'],
      ...['--manifest-hash', drive.manifestHash, '--job', 'harborjob1'],
      ...['--storage', url.slice(0, url.indexOf('?'))],
    ],
    { env: { ...process.env, AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString(url) } },
  )
  const [out, log, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  expect(code, log).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ status: 'Completed', blobs: { total: 1, completed: 1 } })
  expect(await textOf(opened(url), 'charts/a.txt')).toBe('hello')
  expect(`${out}${log}`).not.toMatch(/sig=|AccountKey/)
})

test('a key that was revoked ends the drive as forbidden, and no sentence repeats it', async () => {
  const drive = await prepareDrive(temporaryFolder(), [
    { blobPath: 'charts/a.txt', bytes: Buffer.from('hello') },
  ])
  const store = opened(azurite.account().replace(/sig=[^&]{8}/, 'sig=AAAAAAAA'))
  const { result } = await runImport(drive, { store })
  expect(result.summary).toMatchObject({ status: 'CompletedMoreInfo', driveStatus: 'BlobRequestForbidden' })
  expect(JSON.stringify([result, store.place])).not.toMatch(/sig=|AAAAAAAA/)
})
