/** Every drive status an import can end in, and that nothing is copied from a drive that is refused. */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ImportOrder } from '../../../src/contract/copy-messages.ts'
import { importDrive } from '../../../src/copy/import/import-drive.ts'
import { reportRefused } from '../../../src/copy/import/refused-drive.ts'
import { systemTimers } from '../../../src/system/clock.ts'
import { FakeBlobStore } from '../../fakes/blob-store.ts'
import { FakeLog } from '../../fakes/log.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { MANIFEST, type PreparedDrive, prepareDrive, putFile } from '../../fixtures/drive-folder.ts'
import { ERROR_LOG, orderOf, runImport, STARTED_AT, VERBOSE_LOG } from '../../fixtures/import-rig.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { textOf } from '../../suites/blob-store.ts'

const FILES = [{ blobPath: 'photos/a.txt', bytes: Buffer.from('hello') }]

/** A drive whose manifest is this text. */
function driveWith(text: string | Uint8Array): PreparedDrive {
  const root = temporaryFolder()
  putFile(root, MANIFEST, Buffer.from(text))
  return { root, manifestHash: createHash('md5').update(text).digest('hex') }
}

interface Refused {
  readonly status: string
  readonly when: string
  readonly drive: () => PreparedDrive | Promise<PreparedDrive>
  readonly order?: Partial<ImportOrder>
  readonly faulty?: FaultyDrive
}

const prepared = () => prepareDrive(temporaryFolder(), FILES)

const REFUSED: readonly Refused[] = [
  {
    status: 'DiskNotFound',
    when: 'there is no drive',
    drive: () => ({ root: '/nowhere/at/all', manifestHash: 'a'.repeat(32) }),
  },
  {
    status: 'ManifestNameInvalid',
    when: 'the path climbs',
    drive: prepared,
    order: { manifestPath: '\\..\\DriveManifest.xml' },
  },
  {
    status: 'ManifestNameInvalid',
    when: 'the path names a volume',
    drive: prepared,
    order: { manifestPath: 'C:\\DriveManifest.xml' },
  },
  {
    status: 'ManifestNameInvalid',
    when: 'NTFS has no such name',
    drive: prepared,
    order: { manifestPath: '\\Drive*.xml' },
  },
  {
    status: 'ManifestNameTooLong',
    when: 'a name is too long',
    drive: prepared,
    order: { manifestPath: `\\${'m'.repeat(256)}` },
  },
  {
    status: 'ManifestNameTooLong',
    when: 'the path is too long',
    drive: prepared,
    order: { manifestPath: '\\ab'.repeat(11_000) },
  },
  {
    status: 'ManifestNotFound',
    when: 'it is not there',
    drive: prepared,
    order: { manifestPath: '\\other.xml' },
  },
  {
    status: 'ManifestAccessDenied',
    when: 'it is a link',
    drive: async () => {
      const drive = await prepared()
      fs.renameSync(join(drive.root, 'DriveManifest.xml'), join(drive.root, 'real.xml'))
      fs.symlinkSync('real.xml', join(drive.root, 'DriveManifest.xml'))
      return drive
    },
  },
  {
    status: 'ManifestAccessDenied',
    when: 'it is a folder',
    drive: () => {
      const root = temporaryFolder()
      fs.mkdirSync(join(root, 'DriveManifest.xml'))
      return { root, manifestHash: 'a'.repeat(32) }
    },
  },
  {
    status: 'ManifestAccessDenied',
    when: 'nobody may read it',
    drive: prepared,
    faulty: (() => {
      const drive = new FaultyDrive()
      drive.breakFile('DriveManifest.xml', 'EACCES')
      return drive
    })(),
  },
  {
    status: 'ManifestCorrupted',
    when: 'its hash differs',
    drive: async () => ({ ...(await prepared()), manifestHash: 'a'.repeat(32) }),
  },
  {
    status: 'ManifestCorrupted',
    when: 'its SHA-256 differs',
    drive: async () => ({ ...(await prepared()), manifestHash: 'a'.repeat(64) }),
  },
  {
    status: 'ManifestCorrupted',
    when: 'it is malformed and its hash differs, too',
    drive: () => ({ ...driveWith('<DriveManifest>'), manifestHash: 'a'.repeat(32) }),
  },
  { status: 'ManifestFormatInvalid', when: 'it is no XML', drive: () => driveWith('not XML at all') },
  { status: 'ManifestFormatInvalid', when: 'it is empty', drive: () => driveWith('') },
  {
    status: 'ManifestDriveIdMismatch',
    when: 'it was made for another drive',
    drive: () => prepareDrive(temporaryFolder(), FILES, { driveId: 'QZ71M0043' }),
  },
]

describe('a drive is refused as', () => {
  test.each(REFUSED)('$status when $when', async ({ status, drive, order, faulty }) => {
    const store = new FakeBlobStore()
    const { result, errorLog } = await runImport(await drive(), {
      store,
      ...(order === undefined ? {} : { order }),
      ...(faulty === undefined ? {} : { source: faulty }),
    })
    expect(result.summary).toEqual({
      status: 'CompletedMoreInfo',
      driveStatus: status,
      bytesSucceeded: 0,
      blobs: { total: 0, completed: 0, withErrors: 0, failed: 0 },
      errorLog: ERROR_LOG,
      verboseLog: VERBOSE_LOG,
    })
    expect(errorLog).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<DriveLog Version="2014-11-01">\n' +
        `  <DriveId>QZ71M0042</DriveId>\n  <Status>${status}</Status>\n</DriveLog>\n`,
    )
    expect(store.names).toEqual([ERROR_LOG, VERBOSE_LOG])
    expect(result.remarks.join()).not.toBe('')
  })

  test('ReadManifestFailed when its sector is bad while the rest of the drive is well', async () => {
    const faulty = new FaultyDrive()
    // The beginning can be read, so the drive is there; what follows cannot.
    faulty.breakBytes('DriveManifest.xml', { from: 4096, to: 4097 })
    const many = Array.from({ length: 30 }, (_, n) => ({
      blobPath: `photos/${n}`,
      bytes: Buffer.from('hello'),
    }))
    const drive = await prepareDrive(temporaryFolder(), many)
    const { result } = await runImport(drive, { source: faulty })
    expect(result.summary.driveStatus).toBe('ReadManifestFailed')
  })

  test('BlobRequestForbidden when storage refuses all access', async () => {
    const store = new FakeBlobStore()
    store.fail('check', 'BlobRequestForbidden')
    const { result } = await runImport(await prepared(), { store })
    expect(result.summary).toMatchObject({
      driveStatus: 'BlobRequestForbidden',
      errorLog: null,
      verboseLog: null,
    })
    expect(store.names).toEqual([])
  })

  test.each(['VolumeNotNtfs', 'BitLockerKeyInvalid', 'DiskOperationFailed'] as const)(
    '%s by whoever could not open it, with the same kind of log',
    async (status) => {
      const store = new FakeBlobStore()
      const order = orderOf({ root: '', manifestHash: '' }, { logLevel: 'Error' })
      const clock = { now: () => STARTED_AT }
      const result = await reportRefused(order, { store, clock }, status, 'Ask for the key.')
      expect(result.summary).toMatchObject({
        status: 'CompletedMoreInfo',
        driveStatus: status,
        errorLog: ERROR_LOG,
      })
      expect(await textOf(store, ERROR_LOG)).toContain(`<Status>${status}</Status>`)
      expect(result.remarks).toEqual(['Ask for the key.'])
    },
  )
})

describe('an import that cannot begin', () => {
  async function begun(store: FakeBlobStore, drive: PreparedDrive, copyId = 'copy-1') {
    const deps = { store, log: new FakeLog(), clock: { now: () => STARTED_AT }, timers: systemTimers }
    return importDrive(orderOf(drive, { copyId }), deps)
  }

  test('says that the storage is out of reach, and decides nothing about the drive', async () => {
    const store = new FakeBlobStore()
    store.fail('check', 'BlobRequestFailed')
    expect(await begun(store, await prepared())).toMatchObject({
      ok: false,
      failure: { code: 'storage-unreachable' },
    })
  })

  test('says so too when the notes of an earlier run cannot be understood', async () => {
    const store = new FakeBlobStore()
    await store.notes.replace('copy-1/notes', '{"k":"from the future"}\n')
    expect(await begun(store, await prepared())).toMatchObject({
      ok: false,
      failure: { code: 'storage-unreachable' },
    })
  })

  test('never goes on with the notes of another drive', async () => {
    const store = new FakeBlobStore()
    await runImport(await prepared(), { store })
    const other = await prepareDrive(temporaryFolder(), [
      { blobPath: 'photos/b', bytes: Buffer.from('other') },
    ])
    expect(await begun(store, other)).toMatchObject({ ok: false, failure: { code: 'copy-id-in-use' } })
    expect(await begun(store, other, 'copy-2')).toMatchObject({ ok: true })
  })

  test('a log that cannot be written is said, and the status of the drive is told all the same', async () => {
    const store = new FakeBlobStore()
    store.fail('commit', 'BlobRequestFailed', { name: ERROR_LOG })
    const { result } = await runImport(await prepared(), { store, order: { manifestPath: '\\other.xml' } })
    expect(result.summary).toMatchObject({
      driveStatus: 'ManifestNotFound',
      errorLog: null,
      verboseLog: VERBOSE_LOG,
    })
    expect(result.remarks.join()).toContain('error log')
  })
})
