/** An export onto a real NTFS volume, mounted by a program as on a kernel without its own driver. */
import fs from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Prover, ThreadProver } from '../../../src/copy/export/prover.ts'
import { attachLoop, detachLoop, emptyImage, run } from '../../fixtures/drives/disk-image.ts'
import { filesOn, filled, patterned, runExport, texts } from '../../fixtures/export-rig.ts'
import { need } from '../../fixtures/need.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'

const MEBIBYTE = 1024 * 1024
const BIG = patterned(9 * MEBIBYTE + 5)

async function ntfsDrive() {
  const base = temporaryFolder()
  const image = await emptyImage(join(base, 'drive.img'), 96)
  run('mkntfs', '-Q', '-F', '-q', image)
  const device = attachLoop(image)
  const root = join(base, 'volume')
  fs.mkdirSync(root)
  const mount = () => run('ntfs-3g', '-o', 'streams_interface=none', device, root)
  const unmount = () => {
    run('umount', root)
    // The program behind the mount writes until it ends.
    run('flock', device, 'true')
  }
  mount()
  onTestFinished(() => {
    run('umount', '-l', root)
    for (let turn = 0; turn < 100; turn++) {
      try {
        return detachLoop(device)
      } catch (error) {
        if (turn === 99) throw error
      }
    }
  })
  const remount = () => {
    unmount()
    mount()
  }
  return { image, device, root, remount }
}

test('is read back from the medium, and holds everything after it was mounted anew', async (ctx) => {
  need(ctx, 'root', 'loop', 'fuse', 'ntfs-3g')
  const { device, root, remount } = await ntfsDrive()
  const store = await filled({ 'bay/big': BIG, 'bay/a:b': 'odd', 'bay/CASE': 'x', 'bay/case': 'y' })
  const { result } = await runExport(root, store, { order: { device, fileSystem: 'ntfs' } })
  expect(result).toMatchObject({
    summary: { driveStatus: 'Completed', blobs: { completed: 4 } },
    proof: { readBackFrom: 'medium' },
  })
  remount()
  expect(filesOn(root)['bay/big']?.equals(BIG)).toBe(true)
  expect(texts(root)).toMatchObject({ 'bay/a%3Ab': 'odd', 'bay/CASE': 'x', 'bay/case (2)': 'y' })
})

test('a bit that flips on the medium itself is found, past every cache', async (ctx) => {
  need(ctx, 'root', 'loop', 'fuse', 'ntfs-3g')
  const { image, device, root, remount } = await ntfsDrive()
  const real = new ThreadProver(device)
  let flips = 0
  const flipping: Prover = {
    prove(request) {
      if (flips === 0 && request.path.endsWith('.part')) {
        // In the image behind the device: neither the mount nor the device's cache can know.
        const at = fs.readFileSync(image).indexOf(BIG.subarray(5 * MEBIBYTE, 5 * MEBIBYTE + 512))
        expect(at).toBeGreaterThan(0)
        const medium = fs.openSync(image, 'r+')
        fs.writeSync(medium, Buffer.from([(BIG[5 * MEBIBYTE] ?? 0) ^ 1]), 0, 1, at)
        fs.closeSync(medium)
        flips++
      }
      return real.prove(request)
    },
    close: () => real.close(),
  }
  const { result } = await runExport(root, await filled({ 'bay/big': BIG }), {
    order: { device, fileSystem: 'ntfs' },
    prover: flipping,
  })
  expect(flips).toBe(1)
  expect(result.summary.driveStatus).toBe('Completed')
  expect(result.bytesRead).toBeGreaterThan(BIG.length)
  remount()
  expect(filesOn(root)['bay/big']?.equals(BIG)).toBe(true)
})
