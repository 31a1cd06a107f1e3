import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { emptyImage, run, whileMounted } from '../fixtures/drives/disk-image.ts'
import { need } from '../fixtures/need.ts'
import { testDock } from './dock.ts'
import { result, ScanSession } from './tallydock.ts'

const SERIAL = 'WX32DA0K4T7N'
const FILES = 60
const FILE_BYTES = 4 * 1024 * 1024

/** An image served by a program that can be killed under the copy, as a bus or a cable would fail. */
async function serve(image: string, mountPoint: string): Promise<ChildProcess> {
  const server = spawn('fuse2fs', ['-f', '-o', 'ro', image, mountPoint], { stdio: 'ignore' })
  for (let turn = 0; !readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${mountPoint} `); turn++) {
    if (turn === 100) throw new Error('The image was never mounted.')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return server
}

test('a drive that vanishes in the middle and comes back ends whole', { timeout: 120_000 }, async (ctx) => {
  need(ctx, 'root', 'fuse', 'ext4', 'fuse2fs')
  const dock = testDock()
  const source = join(dock.folder, 'source')
  await mkdir(source)
  for (let at = 0; at < FILES; at++)
    await writeFile(join(source, `part-${at}.bin`), Buffer.alloc(FILE_BYTES, at + 1))
  const image = join(dock.folder, 'drive.img')
  const mountPoint = join(dock.folder, 'drive')
  await mkdir(mountPoint)
  await emptyImage(image, 320)
  run('mkfs.ext4', '-q', '-F', image)
  const listed = await whileMounted(image, mountPoint, () =>
    result<{ driveId: string }>([
      ...['prepare', source, '--drive', mountPoint, '--drive-id', SERIAL, '--container', 'surveys'],
    ]),
  )

  let server = await serve(image, mountPoint)
  onTestFinished(() => {
    server.kill('SIGKILL')
    execFileSync('umount', ['-l', mountPoint])
  })
  await mkdir(dock.data)
  const drives = join(dock.folder, 'drives.json')
  const drive = { slot: 'A1', folder: mountPoint, serial: SERIAL }
  // Slow at first, so that it cannot be through before anybody pulls it.
  writeFileSync(drives, JSON.stringify([{ ...drive, readBytesPerS: 16 * 1024 * 1024 }]))
  dock.configure({ virtualDrives: drives })
  await dock.order({ name: 'vanishing', drives: [listed] })

  const dockside = new ScanSession(['--data', dock.data])
  onTestFinished(() => void dockside.kill())
  for (const scan of ['1Z84W5E70341829916', SERIAL, 'TD-BAY-A1', SERIAL]) await dockside.scan(scan)
  await dockside.until(SERIAL, /Transferring/)

  // The server dies under the copy, and with it every open file of the drive.
  server.kill('SIGKILL')
  writeFileSync(drives, '[]')
  await dockside.heard(/lost|gone|no longer|stopped answering/i)
  execFileSync('umount', ['-l', mountPoint])
  expect((await dockside.scan(SERIAL)).sentence).toMatch(/Transferring/)

  // It comes back.
  server = await serve(image, mountPoint)
  writeFileSync(drives, JSON.stringify([drive]))
  await dockside.until(SERIAL, /Completed/)
  expect(await dockside.end()).toBe(0)

  for (let at = 0; at < FILES; at++) {
    const stored = readFileSync(join(dock.folder, 'storage', 'surveys', `part-${at}.bin`))
    expect(stored.equals(Buffer.alloc(FILE_BYTES, at + 1)), `part-${at}.bin`).toBe(true)
  }
  const { properties } = await dock.job('vanishing')
  expect(properties).toMatchObject({
    state: 'Packaging',
    driveList: [{ state: 'Completed', bytesSucceeded: FILES * FILE_BYTES }],
  })
})
