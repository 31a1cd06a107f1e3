/** An export from the list of blobs to the manifest on the drive and the logs in the storage. */
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import type { FakeBlobStore } from '../../fakes/blob-store.ts'
import { md5 } from '../../fixtures/drive-folder.ts'
import { run } from '../../fixtures/drives/disk-image.ts'
import { EXPORT_SERIAL, filesOn, filled, patterned, runExport, texts } from '../../fixtures/export-rig.ts'
import { runImport } from '../../fixtures/import-rig.ts'
import { need } from '../../fixtures/need.ts'
import { parsedXml } from '../../fixtures/parsed-xml.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { put, textOf, value } from '../../suites/blob-store.ts'

const MEBIBYTE = 1024 * 1024
/** Room for about nine MiB beside what is kept for the manifest. */
const SMALL_MIB = 17

const BIG = patterned(9 * MEBIBYTE + 5)

describe('an export', () => {
  test('brings what is selected onto the drive, with a manifest an import takes', async () => {
    const store = await filled({
      'bay/big': BIG,
      'bay/empty': '',
      'bay/a:b?.txt': 'odd name',
      'bay/Case': 'one',
      'bay/case': 'other',
      'elsewhere/x': 'not asked for',
    })
    await put(store, 'bay/disk.vhd', Buffer.alloc(1024, 7), { kind: 'page' })
    await put(store, 'bay/told', 'told', {
      properties: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache' },
      metadata: { Surveyor: 'Ines & co' },
    })
    const root = temporaryFolder()
    const { result, planned, progress } = await runExport(root, store)
    expect(result).toMatchObject({
      summary: {
        status: 'Completed',
        driveStatus: 'Completed',
        blobs: { total: 7, completed: 7, withErrors: 0, failed: 0 },
        errorLog: null,
      },
      exported: { isNeeded: true, manifestFile: `\\${EXPORT_SERIAL}.manifest`, incompleteBlobList: null },
      proof: { level: 'read-back' },
    })
    expect(planned).toMatchObject([{ share: { files: 7 }, left: { files: 0 } }])
    expect(Object.keys(filesOn(root))).toEqual([
      'bay/Case',
      'bay/a%3Ab%3F.txt',
      'bay/big',
      'bay/case (2)',
      'bay/disk.vhd',
      'bay/empty',
      'bay/told',
    ])
    expect(fs.existsSync(join(root, '.tallydock'))).toBe(false)
    for (const [at, one] of progress.entries()) {
      expect(one.bytesDone).toBeLessThanOrEqual(one.bytesTotal)
      expect(one.bytesDone).toBeGreaterThanOrEqual(progress[at - 1]?.bytesDone ?? 0)
      expect(one.filesDone).toBeGreaterThanOrEqual(progress[at - 1]?.filesDone ?? 0)
    }
    expect(progress.at(-1)).toMatchObject({ phase: 'finishing', filesDone: 7, filesTotal: 7 })

    // The customer's way back: everything is as it was.
    const back = await runImport(
      { root, manifestHash: result.exported?.manifestHash ?? '' },
      { order: { driveId: EXPORT_SERIAL, manifestPath: `\\${EXPORT_SERIAL}.manifest` } },
    )
    expect(back.result.summary).toMatchObject({ driveStatus: 'Completed', blobs: { total: 7, completed: 7 } })
    const again = back.store as FakeBlobStore
    for (const name of store.names.filter((one) => one.startsWith('bay/')))
      expect(md5(again.bytesOf(name) ?? ''), name).toBe(md5(store.bytesOf(name) ?? ''))
    expect(value(await again.head('bay/told'))).toMatchObject({
      properties: { 'Content-Type': 'text/plain', 'Cache-Control': 'no-cache' },
      metadata: { Surveyor: 'Ines & co' },
    })
    expect(value(await again.head('bay/disk.vhd'))).toMatchObject({ kind: 'page' })
  })

  test('takes the list from a blob, and a list that is none is a status of the drive', async () => {
    const store = await filled({ 'bay/a': 'a', 'bay/b': 'b' })
    await put(store, 'lists/good.xml', '<BlobList><BlobPath>bay/b</BlobPath></BlobList>')
    await put(store, 'lists/bad.xml', '<BlobList><File>bay/b</File></BlobList>')
    const run = async (blobListBlobPath: string, plan: string) => {
      const root = temporaryFolder()
      const selection = { blobPath: [], blobPathPrefix: [], blobListBlobPath }
      const ran = await runExport(root, store, { order: { selection, plan, copyId: plan } })
      return { ...ran, files: texts(root) }
    }
    expect((await run('lists/good.xml', 'p1')).files).toEqual({ 'bay/b': 'b' })
    for (const [name, plan] of [
      ['lists/bad.xml', 'p2'],
      ['lists/none.xml', 'p3'],
    ] as const) {
      const { result, files, errorLog } = await run(name, plan)
      expect(result.summary).toMatchObject({
        status: 'CompletedMoreInfo',
        driveStatus: 'BlobListFormatInvalid',
      })
      expect(parsedXml(errorLog ?? '').textsOf('Status')).toEqual(['BlobListFormatInvalid'])
      expect(files).toEqual({})
    }
  })

  test('names paths that name nothing and malformed prefixes in the log', async () => {
    const store = await filled({ 'bay/a': 'a', 'bay/b c': 'b c' })
    const selection = { blobPath: ['bay/none', '/bay/b%20c'], blobPathPrefix: ['bay/'] }
    const root = temporaryFolder()
    const { result, errorLog } = await runExport(root, store, { order: { selection } })
    expect(texts(root)).toEqual({ 'bay/b c': 'b c' })
    expect(result.summary).toMatchObject({
      status: 'CompletedMoreInfo',
      driveStatus: 'CompletedWithErrors',
      blobs: { total: 3, completed: 1, failed: 2 },
    })
    expect(
      parsedXml(errorLog ?? '')
        .textsOf('BlobPath')
        .sort(),
    ).toEqual(['bay/', 'bay/none'])
    expect(errorLog).toContain('<Blob Status="BlobRequestFailed">')
  })

  test('a blob with a name no manifest can hold is named in the log, and nothing else suffers', async () => {
    const store = await filled({ 'bay/a\u0001b': 'x', 'bay/fine': 'fine' })
    const root = temporaryFolder()
    const { result, errorLog } = await runExport(root, store)
    expect(texts(root)).toEqual({ 'bay/fine': 'fine' })
    expect(result.summary.driveStatus).toBe('CompletedWithErrors')
    expect(errorLog).toContain('<Blob Status="FileNameInvalid">')
  })

  test('metadata XML cannot hold is an error of that file, whose bytes are there', async () => {
    const store = await filled({})
    await put(store, 'bay/a', 'a', { metadata: { tide: 'a\u0000b' } })
    const root = temporaryFolder()
    const { result, errorLog } = await runExport(root, store)
    expect(texts(root)).toEqual({ 'bay/a': 'a' })
    expect(result.summary).toMatchObject({
      driveStatus: 'CompletedWithErrors',
      blobs: { withErrors: 1, failed: 0 },
    })
    expect(errorLog).toContain('<Metadata Status="XmlWriteFailed">')
    expect(errorLog).toContain('<BlockList />')
  })
})

describe('several drives of one job', () => {
  const sizes = { 'bay/l': 6, 'bay/m': 5, 'bay/s': 2 }
  const store = () =>
    filled(Object.fromEntries(Object.entries(sizes).map(([name, mib]) => [name, patterned(mib * MEBIBYTE)])))

  test('share what there is, biggest first, and one that is not needed is not touched', async (ctx) => {
    need(ctx, 'root')
    const storage = await store()
    const carried: string[][] = []
    for (const at of [0, 1, 2]) {
      const root = smallDrive(SMALL_MIB)
      const { result, planned } = await runExport(root, storage, {
        order: { copyId: `copy-${at}`, driveId: `DRIVE${at}` },
      })
      carried.push(Object.keys(filesOn(root)))
      if (at === 1) expect(planned).toMatchObject([{ left: { files: 0 } }])
      if (at === 2) {
        expect(result).toMatchObject({
          summary: { status: 'Completed', driveStatus: 'Completed' },
          exported: { isNeeded: false, incompleteBlobList: null },
        })
        expect(fs.readdirSync(root)).toEqual([])
      }
    }
    expect(carried).toEqual([['bay/l', 'bay/s'], ['bay/m'], []])
  })

  test('what fits nowhere is listed in the form another job takes', async (ctx) => {
    need(ctx, 'root')
    const storage = await store()
    const root = smallDrive(SMALL_MIB)
    const { result } = await runExport(root, storage)
    expect(result.summary.status).toBe('Completed')
    const list = result.exported?.incompleteBlobList ?? ''
    expect(await textOf(storage, list)).toBe(
      '<?xml version="1.0" encoding="utf-8"?>\n<BlobList>\n  <BlobPath>bay/m</BlobPath>\n</BlobList>\n',
    )
    const second = temporaryFolder()
    await runExport(second, storage, {
      order: {
        copyId: 'copy-2',
        plan: 'plan-2',
        driveId: 'OTHER',
        selection: { blobPath: [], blobPathPrefix: [], blobListBlobPath: list },
      },
    })
    expect(Object.keys(filesOn(second))).toEqual(['bay/m'])
  })
})

describe('a drive that has less room than it said', () => {
  test('gives back what does not fit, which is then listed', async (ctx) => {
    need(ctx, 'root')
    const base = await filled({ 'bay/big': patterned(6 * MEBIBYTE), 'bay/tiny': 'tiny' })
    const root = smallDrive(SMALL_MIB)
    const store = new Proxy(base, {
      get(target, member) {
        const found = Reflect.get(target, member, target) as unknown
        if (member === 'head' && !fs.existsSync(join(root, 'filler')))
          fs.writeFileSync(join(root, 'filler'), Buffer.alloc(14 * MEBIBYTE))
        return typeof found === 'function' ? found.bind(target) : found
      },
    })
    const { result } = await runExport(root, store)
    expect(result.summary).toMatchObject({ driveStatus: 'Completed', blobs: { total: 1, completed: 1 } })
    expect(Object.keys(filesOn(root))).toEqual(['bay/tiny', 'filler'])
    expect(await textOf(base, result.exported?.incompleteBlobList ?? '')).toContain(
      '<BlobPath>bay/big</BlobPath>',
    )
  })
})

describe('a storage that changes meanwhile', () => {
  /** Does something before each read of this blob. */
  function reading(store: FakeBlobStore, name: string, before: (turn: number) => Promise<void>): BlobStore {
    let turn = 0
    return new Proxy(store, {
      get(target, member) {
        if (member === 'read')
          return async (blob: string, offset: number, into: Uint8Array) => {
            if (blob === name) await before(++turn)
            return target.read(blob, offset, into)
          }
        const found = Reflect.get(target, member, target) as unknown
        return typeof found === 'function' ? found.bind(target) : found
      },
    })
  }

  test('a blob that changed once is exported as it is now', async () => {
    const store = await filled({ 'bay/a': 'before', 'bay/b': 'b' })
    const root = temporaryFolder()
    const changing = reading(store, 'bay/a', async (turn) => {
      if (turn === 1) await put(store, 'bay/a', 'after, and longer')
    })
    const { result } = await runExport(root, changing)
    expect(result.summary.driveStatus).toBe('Completed')
    expect(texts(root)).toEqual({ 'bay/a': 'after, and longer', 'bay/b': 'b' })
  })

  test('a blob that changes all the time is BlobUnexpectedChange, and not on the drive', async () => {
    const store = await filled({ 'bay/a': 'before', 'bay/b': 'b' })
    const root = temporaryFolder()
    const changing = reading(store, 'bay/a', async (turn) => void (await put(store, 'bay/a', `turn ${turn}`)))
    const { result, errorLog } = await runExport(root, changing)
    expect(result.summary).toMatchObject({
      status: 'CompletedMoreInfo',
      driveStatus: 'CompletedWithErrors',
      blobs: { completed: 1, failed: 1 },
    })
    expect(errorLog).toContain('<Blob Status="BlobUnexpectedChange">')
    expect(texts(root)).toEqual({ 'bay/b': 'b' })
  })

  test('a blob deleted after it was selected is named', async () => {
    const store = await filled({ 'bay/a': 'a', 'bay/b': 'b' })
    const root = temporaryFolder()
    store.fail('find', 'BlobRequestForbidden', { name: 'bay/b', times: 100 })
    const { result } = await runExport(root, store)
    expect(result.summary.blobs).toMatchObject({ completed: 1, failed: 1 })
    expect(texts(root)).toEqual({ 'bay/a': 'a' })
  })
})

describe('a drive that already holds something', () => {
  test('nothing of the customer’s is overwritten', async () => {
    const store = await filled({ 'bay/a.txt': 'ours' })
    const root = temporaryFolder()
    fs.mkdirSync(join(root, 'bay'))
    fs.writeFileSync(join(root, 'bay/a.txt'), 'theirs, longer')
    fs.writeFileSync(join(root, 'bay/a (2).txt'), 'too!')
    const { result } = await runExport(root, store)
    expect(result.summary.driveStatus).toBe('Completed')
    expect(texts(root)).toEqual({
      'bay/a.txt': 'theirs, longer',
      'bay/a (2).txt': 'too!',
      'bay/a (3).txt': 'ours',
    })
  })

  test('the same bytes under the right name are kept', async () => {
    const store = await filled({ 'bay/big': BIG })
    const root = temporaryFolder()
    fs.mkdirSync(join(root, 'bay'))
    fs.writeFileSync(join(root, 'bay/big'), BIG)
    const { ino } = fs.statSync(join(root, 'bay/big'))
    const { result } = await runExport(root, store)
    expect(result.summary).toMatchObject({ driveStatus: 'Completed', bytesSucceeded: BIG.length })
    expect(fs.statSync(join(root, 'bay/big')).ino).toBe(ino)
    expect(Object.keys(filesOn(root))).toEqual(['bay/big'])
  })

  test('a link on it leads nothing off it', async () => {
    const store = await filled({ 'bay/a': 'a', 'open/b': 'b' })
    const root = temporaryFolder()
    const outside = temporaryFolder()
    fs.symlinkSync(outside, join(root, 'bay'))
    const selection = { blobPath: [], blobPathPrefix: ['/'] }
    const { result, errorLog } = await runExport(root, store, { order: { selection } })
    expect(fs.readdirSync(outside)).toEqual([])
    expect(result.summary).toMatchObject({
      driveStatus: 'CompletedWithErrors',
      blobs: { completed: 1, failed: 1 },
    })
    expect(errorLog).toContain('<Blob Status="RenameFailed">')
  })

  test('a link in place of our own folder refuses the drive', async () => {
    const root = temporaryFolder()
    const outside = temporaryFolder()
    fs.symlinkSync(outside, join(root, '.tallydock'))
    const { result } = await runExport(root, await filled({ 'bay/a': 'a' }))
    expect(result.summary.driveStatus).toBe('DiskOperationFailed')
    expect(fs.readdirSync(outside)).toEqual([])
  })
})

/** A drive of this size, really: a file system in memory. */
function smallDrive(sizeMiB: number): string {
  const root = temporaryFolder()
  run('mount', '-t', 'tmpfs', '-o', `size=${sizeMiB}M`, 'tmpfs', root)
  onTestFinished(() => void run('umount', '-l', root))
  return root
}
