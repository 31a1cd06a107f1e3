import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ReadAnswer } from '../../../src/copy/source/source.ts'
import { type FileRead, SourceFiles } from '../../../src/copy/source/source-files.ts'
import { FaultyDrive } from '../../fakes/source.ts'
import { md5, putFile } from '../../fixtures/drive-folder.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

function read(files: SourceFiles, path: string, change: Partial<FileRead> = {}): ReadAnswer {
  const into = new Uint8Array(10)
  const parts = [{ at: 0, lengthBytes: 10 }]
  return files.read({
    path: path.split('/'),
    offsetBytes: 0,
    into,
    parts,
    pieceBytes: 1 << 20,
    keepOpen: false,
    ...change,
  })
}

const TEN = '0123456789'

function driveWith(...paths: readonly string[]): { root: string; files: SourceFiles } {
  const root = temporaryFolder()
  for (const path of paths) putFile(root, path.replaceAll('/', '\\'), Buffer.from(TEN))
  return { root, files: new SourceFiles(root) }
}

describe('reading a file of a drive', () => {
  test('answers its bytes and the hash of each part', () => {
    const { files } = driveWith('a')
    const into = new Uint8Array(6)
    const parts = [
      { at: 0, lengthBytes: 4 },
      { at: 4, lengthBytes: 2 },
    ]
    expect(read(files, 'a', { offsetBytes: 2, into, parts })).toEqual({
      kind: 'read',
      bytesRead: 6,
      md5s: [md5('2345'), md5('67')],
    })
    expect(Buffer.from(into).toString()).toBe('234567')
  })

  test('hashes only the parts that are there when the file ends', () => {
    const { files } = driveWith('a')
    const parts = [
      { at: 0, lengthBytes: 10 },
      { at: 10, lengthBytes: 1 },
    ]
    expect(read(files, 'a', { into: new Uint8Array(11), parts })).toEqual({
      kind: 'read',
      bytesRead: 10,
      md5s: [md5(TEN), undefined],
    })
  })

  test('finds names in another case, as NTFS does, and the exact one first', () => {
    const { root, files } = driveWith('Photos/Größe.TXT', 'photos2/a', 'photos2/A')
    fs.writeFileSync(join(root, 'photos2/A'), 'ABCDEFGHIJ')
    expect(read(files, 'pHOTOS/grÖße.txt')).toMatchObject({ md5s: [md5(TEN)] })
    expect(read(files, 'photos2/A')).toMatchObject({ md5s: [md5('ABCDEFGHIJ')] })
    expect(read(files, 'PHOTOS2/a')).toMatchObject({ md5s: [md5(TEN)] })
  })

  test('guesses nothing when two names would do', () => {
    const { files } = driveWith('a.txt', 'A.txt')
    expect(read(files, 'a.TXT')).toEqual({ kind: 'refused', status: 'FileNotFound' })
  })

  test.each([
    ['a file that is missing', 'b', 'FileNotFound'],
    ['a folder that is missing', 'x/y', 'FileNotFound'],
    ['a file taken for a folder', 'a/b', 'FileNotFound'],
    ['a folder taken for a file', 'folder', 'FileAccessDenied'],
    ['a name longer than this file system allows', 'é'.repeat(200), 'FileNameTooLong'],
    ['a name Windows never had', 'what?', 'FileNameInvalid'],
  ])('refuses %s', (_, path, status) => {
    const { files } = driveWith('a', 'folder/b')
    expect(read(files, path)).toEqual({ kind: 'refused', status })
  })

  test('a name Windows never had is read where the drive has it', () => {
    const { files } = driveWith('what?')
    expect(read(files, 'what?')).toMatchObject({ kind: 'read', md5s: [md5(TEN)] })
  })

  test.each(['link', 'folder-link/secret', 'deep/link/secret', 'LINK'])(
    'never follows a link: %s',
    (path) => {
      const outside = driveWith('secret').root
      const { root, files } = driveWith('deep/a')
      fs.symlinkSync(join(outside, 'secret'), join(root, 'link'))
      fs.symlinkSync(outside, join(root, 'folder-link'))
      fs.symlinkSync(outside, join(root, 'deep/link'))
      expect(read(files, path)).toEqual({ kind: 'refused', status: 'FileAccessDenied' })
    },
  )

  test('a link inside the drive is not followed either', () => {
    const { root, files } = driveWith('a')
    fs.symlinkSync('a', join(root, 'link'))
    expect(read(files, 'link')).toEqual({ kind: 'refused', status: 'FileAccessDenied' })
  })

  test('never waits for a pipe and never opens a device or a socket', async () => {
    const { root, files } = driveWith('a')
    execFileSync('mkfifo', [join(root, 'pipe')])
    const server = net.createServer().listen(join(root, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    for (const special of ['pipe', 'socket'])
      expect(read(files, special)).toEqual({ kind: 'refused', status: 'FileAccessDenied' })
    server.close()
  })

  test('a file exchanged for a link between looking and opening is refused', () => {
    const { root } = driveWith('a')
    const drive = new FaultyDrive()
    const files = new SourceFiles(root, {
      ...drive.calls,
      openSync: (path, flags) => {
        fs.rmSync(path)
        fs.symlinkSync('/etc/hostname', path)
        return drive.calls.openSync(path, flags)
      },
    })
    expect(read(files, 'a')).toEqual({ kind: 'refused', status: 'FileAccessDenied' })
  })
})

describe('a drive that cannot be read', () => {
  test('answers what came before the bad place, and why it ended', () => {
    const { root } = driveWith('a')
    const drive = new FaultyDrive()
    drive.breakBytes('a', { from: 5, to: 6 })
    const parts = [
      { at: 0, lengthBytes: 5 },
      { at: 5, lengthBytes: 5 },
    ]
    expect(read(new SourceFiles(root, drive.calls), 'a', { parts })).toEqual({
      kind: 'read',
      bytesRead: 5,
      md5s: [md5('01234'), undefined],
      errno: 'EIO',
    })
  })

  test('gives more in small pieces when only large ones fail', () => {
    const { root } = driveWith('a')
    const drive = new FaultyDrive()
    drive.breakBytes('a', { from: 5, to: 6 }, { longestBytes: 2 })
    const files = new SourceFiles(root, drive.calls)
    expect(read(files, 'a')).toMatchObject({ errno: 'EIO' })
    expect(read(files, 'a', { pieceBytes: 2 })).toEqual({ kind: 'read', bytesRead: 10, md5s: [md5(TEN)] })
  })

  test('is told from a file that is at fault', () => {
    const { root } = driveWith('a')
    const drive = new FaultyDrive()
    drive.breakFile('a', 'EIO')
    expect(read(new SourceFiles(root, drive.calls), 'a')).toEqual({ kind: 'failed', errno: 'EIO' })
  })
})

describe('open files', () => {
  test('stay open while a file is read in pieces, a few at most, and are all closed in the end', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f']
    const { root } = driveWith(...names)
    const drive = new FaultyDrive()
    const files = new SourceFiles(root, drive.calls)
    for (const name of names) read(files, name, { keepOpen: true })
    expect(drive.openFiles).toBe(4)
    for (const name of names) read(files, name, { keepOpen: true, offsetBytes: 5 })
    expect(drive.openFiles).toBe(4)
    files.close()
    expect(drive.openFiles).toBe(0)
  })

  test('are closed at once otherwise', () => {
    const { root } = driveWith('a')
    const drive = new FaultyDrive()
    read(new SourceFiles(root, drive.calls), 'a')
    expect(drive.openFiles).toBe(0)
  })
})

describe('looking whether the drive is there', () => {
  test('tells a drive from the empty folder it was mounted on', () => {
    const { root, files } = driveWith('a')
    const first = files.probe(['a'], undefined, true)
    if (!first.isThere) throw new Error('it is there')
    expect(files.probe(['a'], first.identity, true)).toEqual(first)
    fs.renameSync(root, `${root}-away`)
    expect(files.probe(['a'], first.identity, false)).toEqual({ isThere: false })
    fs.mkdirSync(root)
    expect(files.probe(['a'], first.identity, false)).toEqual({ isThere: false })
    fs.rmSync(`${root}-away`, { recursive: true })
  })

  test('reads from it, because the folder of a pulled drive may still be answered from memory', () => {
    const { root } = driveWith('a')
    const drive = new FaultyDrive()
    drive.breakBytes('a', { from: 0, to: 1 }, { errno: 'ENODEV' })
    const files = new SourceFiles(root, drive.calls)
    expect(files.probe(['a'], undefined, false)).toMatchObject({ isThere: true })
    expect(files.probe(['a'], undefined, true)).toEqual({ isThere: false })
  })
})
