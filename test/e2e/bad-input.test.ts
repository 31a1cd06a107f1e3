import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { run } from '../fixtures/drives/disk-image.ts'
import { need } from '../fixtures/need.ts'
import { type TestDock, testDock } from './dock.ts'
import { result, ScanSession, tallydock } from './tallydock.ts'

const SERIAL = 'WX32DA0K4T7N'
const TRACKING = '1Z84W5E70341829916'

function open(dock: TestDock): ScanSession {
  const session = new ScanSession(['--data', dock.data])
  onTestFinished(() => void session.kill())
  return session
}

/** A drive that holds one file and whatever manifest a test thinks of. */
function oddDrive(
  dock: TestDock,
  manifest: string | undefined,
): { readonly root: string; readonly hash: string } {
  const root = join(dock.folder, 'drive')
  mkdirSync(root)
  writeFileSync(join(root, 'notes.txt'), 'quayside station sample\n')
  if (manifest !== undefined) writeFileSync(join(root, 'DriveManifest.xml'), manifest)
  return {
    root,
    hash: createHash('md5')
      .update(manifest ?? '')
      .digest('hex'),
  }
}

const NOTES_MD5 = '41788A89D816950067FE87DC0A7BA365'

function manifest(file: string, length = 24, md5 = NOTES_MD5): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<DriveManifest Version="2014-11-01"><Drive><DriveId>${SERIAL}</DriveId><BlobList><Blob>
<BlobPath>surveys/notes.txt</BlobPath><FilePath>${file}</FilePath><Length>${length}</Length>
<BlockList><Block Offset="0" Length="${length}" Hash="${md5}"/></BlockList>
</Blob></BlobList></Drive></DriveManifest>
`
}

const BOMB = `<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<DriveManifest Version="2014-11-01"><Drive><DriveId>&b;</DriveId></Drive></DriveManifest>`

describe('a manifest that cannot be followed', () => {
  const import_ = (dock: TestDock, root: string, hash: string) =>
    tallydock([
      ...['copy', 'import', '--drive', root, '--drive-id', SERIAL, '--manifest', '\\DriveManifest.xml'],
      ...['--manifest-hash', hash, '--job', 'odd', '--storage', `folder:${join(dock.folder, 'storage')}`],
    ])

  test.each([
    ['is missing', undefined, 'ManifestNotFound'],
    ['is malformed', '<DriveManifest><Drive>', 'ManifestFormatInvalid'],
    ['is an entity bomb', BOMB, 'ManifestFormatInvalid'],
    ['is of another drive', manifest('\\notes.txt').replace(SERIAL, 'ANOTHER99'), 'ManifestDriveIdMismatch'],
  ])('%s: nothing is stored, and the drive status says why', async (_, text, driveStatus) => {
    const dock = testDock()
    const { root, hash } = oddDrive(dock, text)
    const done = await import_(dock, root, hash)
    expect(done.code).toBe(3)
    expect(JSON.parse(done.out)).toMatchObject({
      status: 'CompletedMoreInfo',
      driveStatus,
      bytesSucceeded: 0,
    })
  })

  test('has another hash than the job says', async () => {
    const dock = testDock()
    const { root } = oddDrive(dock, manifest('\\notes.txt'))
    const done = await import_(dock, root, 'D914C50ACC4F55EDB021E970F29DEDC3')
    expect(JSON.parse(done.out)).toMatchObject({ driveStatus: 'ManifestCorrupted', bytesSucceeded: 0 })
  })

  test.each([
    ['climbs out of the drive', manifest('\\..\\outside.txt'), /Status="FileNameInvalid"/],
    [
      'goes through a link',
      manifest('\\link\\outside.txt'),
      /Status="File(NotFound|AccessDenied|NameInvalid)"/,
    ],
    ['reaches beyond the file', manifest('\\notes.txt', 48), /Status="FileUnexpectedEnd"/],
    ['names another MD5', manifest('\\notes.txt', 24, '0'.repeat(32)), /Status="Corrupted"/],
  ])('a file that %s fails alone, by name, in the error log', async (_, text, inLog) => {
    const dock = testDock()
    const { root, hash } = oddDrive(dock, text)
    writeFileSync(join(dock.folder, 'outside.txt'), 'quayside station sample\n')
    symlinkSync(dock.folder, join(root, 'link'))
    const done = await import_(dock, root, hash)
    expect(done.code).toBe(3)
    const summary = JSON.parse(done.out) as { driveStatus: string; errorLog: string }
    expect(summary).toMatchObject({ driveStatus: 'CompletedWithErrors', bytesSucceeded: 0 })
    const log = readFileSync(join(dock.folder, 'storage', summary.errorLog), 'utf8')
    expect(log).toMatch(inLog)
    expect(log).toContain('surveys/notes.txt')
  })
})

test('a full storage ends the copy with the file named, and nothing half-written is shown', async (ctx) => {
  need(ctx, 'root')
  const dock = testDock()
  const small = join(dock.folder, 'small')
  mkdirSync(small)
  run('mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', small)
  onTestFinished(() => void run('umount', '-l', small))
  const source = join(dock.folder, 'source')
  const drive = join(dock.folder, 'drive')
  mkdirSync(source)
  mkdirSync(drive)
  writeFileSync(join(source, 'large.bin'), Buffer.alloc(8 * 1024 * 1024, 'x'))
  const listed = await result<{ manifestHash: string }>([
    ...['prepare', source, '--drive', drive, '--drive-id', SERIAL, '--container', 'surveys'],
  ])
  const done = await tallydock([
    ...['copy', 'import', '--drive', drive, '--drive-id', SERIAL, '--manifest', '\\DriveManifest.xml'],
    ...['--manifest-hash', listed.manifestHash, '--job', 'full', '--storage', `folder:${small}`],
  ])
  expect(done.code).not.toBe(0)
  expect(done.out + done.notes).toMatch(/full|space/i)
  expect(() => readFileSync(join(small, 'surveys', 'large.bin'))).toThrow()
})

describe('a station that cannot work says so', () => {
  test('a second one on the same data folder', async () => {
    const dock = testDock()
    mkdirSync(dock.data)
    dock.configure({})
    const first = open(dock)
    await first.scan('TD-NEXT')
    const second = await tallydock(['scan', '--data', dock.data])
    expect(second.code).toBe(1)
    expect(JSON.parse(second.out).error).toMatchObject({ code: 'data-folder-in-use' })
    expect((await first.scan('TD-NEXT')).verdict).toBe('command')
  })

  test('its port is taken', async () => {
    const dock = testDock()
    mkdirSync(dock.data)
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    onTestFinished(() => void taken.close())
    const address = taken.address()
    dock.configure({ servicePort: typeof address === 'object' && address !== null ? address.port : 0 })
    const done = await tallydock(['scan', '--data', dock.data])
    expect(done.code).toBe(1)
    expect(JSON.parse(done.out).error).toMatchObject({ code: 'port-taken' })
  })

  test('a wrong setting is named', async () => {
    const dock = testDock()
    mkdirSync(dock.data)
    writeFileSync(join(dock.data, 'config.json'), JSON.stringify({ station: 'dock-1', sight: 'homedock' }))
    const done = await tallydock(['scan', '--data', dock.data])
    expect(done.code).toBe(1)
    expect(JSON.parse(done.out).error.message).toMatch(/sight/)
  })

  test('its ledger is locked by another program: the scan is refused and comes through later', async () => {
    const dock = testDock()
    mkdirSync(dock.data)
    dock.configure({})
    await dock.order({ name: 'locked', drives: [{ driveId: SERIAL }] })
    const dockside = open(dock)
    expect((await dockside.scan(TRACKING)).verdict).toBe('arrival-opened')
    const other = new Database(join(dock.data, 'ledger.sqlite'))
    other.exec('BEGIN IMMEDIATE')
    expect(await dockside.scan(SERIAL)).toMatchObject({ verdict: 'refused' })
    other.exec('ROLLBACK')
    other.close()
    expect(await dockside.scan(SERIAL)).toMatchObject({
      verdict: 'received',
      count: { received: 1, expected: 1 },
    })
    expect(await dockside.end()).toBe(0)
  })

  test('its ledger cannot be written', async (ctx) => {
    need(ctx, 'root')
    const dock = testDock()
    mkdirSync(dock.data)
    dock.configure({})
    await open(dock).end()
    run('mount', '--bind', dock.data, dock.data)
    run('mount', '-o', 'remount,ro,bind', dock.data)
    onTestFinished(() => void run('umount', '-l', dock.data))
    const done = await tallydock(['scan', '--data', dock.data], { input: 'TD-NEXT\n' })
    expect(done.code).toBe(1)
    expect(JSON.parse(done.out).error.message).toMatch(/\.$/)
    expect(done.out + done.notes).not.toMatch(/\n\s+at /)
  })
})

test('a job whose storage nobody configured waits with a case, and goes on once it is', async () => {
  const dock = testDock()
  mkdirSync(dock.data)
  const source = join(dock.folder, 'source')
  const drive = join(dock.folder, 'drive')
  mkdirSync(source)
  mkdirSync(drive)
  writeFileSync(join(source, 'notes.txt'), 'quayside station sample\n')
  const listed = await result<{ driveId: string }>([
    ...['prepare', source, '--drive', drive, '--drive-id', SERIAL, '--container', 'surveys'],
  ])
  const drives = join(dock.folder, 'drives.json')
  writeFileSync(drives, JSON.stringify([{ slot: '1', folder: drive, serial: SERIAL }]))
  dock.configure({ virtualDrives: drives, defaultStorage: undefined })
  await dock.order({ name: 'nowhere', drives: [listed] })

  const before = open(dock)
  for (const scan of [TRACKING, SERIAL, 'TD-BAY-1', SERIAL]) await before.scan(scan)
  await before.heard(/No storage is configured/)
  expect(await before.end()).toBe(0)
  expect((await dock.job('nowhere')).properties.state).toBe('Received')
  const { out } = await tallydock(['ledger', 'export', '--data', dock.data])
  expect(out).toContain('storage-not-configured')

  dock.configure({ storageAccounts: { larkfield: `folder:${join(dock.folder, 'storage')}` } })
  const after = open(dock)
  await after.scan('TD-NEXT')
  await after.until(SERIAL, /Completed/)
  expect(await after.end()).toBe(0)
  expect(readFileSync(join(dock.folder, 'storage', 'surveys', 'notes.txt'), 'utf8')).toBe(
    'quayside station sample\n',
  )
})
