import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Device } from '../../../src/ports/devices.ts'
import { type ImageFileSystem, makeImage, run, temporaryFolder } from '../../fixtures/drives/disk-image.ts'
import { type LoopDock, loopDock } from '../../fixtures/drives/loop-dock.ts'
import { need } from '../../fixtures/need.ts'

/** Real volumes on loop devices, opened to be written by the Linux adapter. */
const NEEDS = {
  ext4: ['ext4'],
  ntfs: ['ntfs-3g', 'fuse'],
  exfat: ['exfat-fuse', 'fuse'],
} as const

let dock: LoopDock
let tree: string
beforeAll(async () => {
  dock = await loopDock()
  tree = await temporaryFolder()
  await writeFile(join(tree, 'theirs.txt'), 'theirs')
})
afterAll(async () => {
  await dock.end()
  run('rm', '-r', tree)
})

async function plugged(fileSystem: ImageFileSystem, serial: string): Promise<Device> {
  return dock.plug(await makeImage(join(dock.base, `${serial}.img`), fileSystem, tree), serial)
}

const approved = (device: Device, serial: string) => ({
  target: { attachment: device.attachment, serial },
  encryption: 'none' as const,
})

describe('a drive that may be written to', () => {
  test.each(['ext4', 'ntfs', 'exfat'] as const)(
    'is written to on %s, and holds it after it was closed',
    async (fileSystem) => {
      need({ skip: (why) => expect.unreachable(why) }, 'root', 'loop', ...NEEDS[fileSystem])
      const serial = `TARGET${fileSystem.toUpperCase()}`
      const device = await plugged(fileSystem, serial)
      // Read first, as an import would: that leaves the block device write-protected.
      const read = await dock.devices.open(device, {})
      expect(read.ok && (await read.value.close()).ok).toBe(true)

      const opened = await dock.devices.prepareTarget(device, approved(device, serial))
      if (!opened.ok) throw new Error(`${opened.failure.code} ${opened.failure.detail}`)
      expect(opened.value.fileSystem).toBe(fileSystem)
      await writeFile(join(opened.value.root, 'ours.txt'), 'ours', { flush: true })
      expect((await opened.value.close()).ok).toBe(true)

      const again = await dock.devices.open(device, {})
      if (!again.ok) throw new Error(again.failure.detail)
      expect(await readFile(join(again.value.root, 'ours.txt'), 'utf8')).toBe('ours')
      expect(await readFile(join(again.value.root, 'theirs.txt'), 'utf8')).toBe('theirs')
      expect((await again.value.close()).ok).toBe(true)
    },
  )

  test('is refused on FAT where only a dangerous driver could write to it', async (ctx) => {
    need(ctx, 'root', 'loop', 'vfat')
    const device = await plugged('vfat', 'FAT')
    const opened = await dock.devices.prepareTarget(device, approved(device, 'FAT'))
    const byKernel = /\bvfat\b/.test(await readFile('/proc/filesystems', 'utf8'))
    expect(opened.ok ? 'opened' : opened.failure.code).toBe(byKernel ? 'opened' : 'DiskOperationFailed')
    if (opened.ok) expect((await opened.value.close()).ok).toBe(true)
  })

  test('is refused in plain unless the job says so', async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    const device = await plugged('ext4', 'PLAIN')
    const opened = await dock.devices.prepareTarget(device, {
      ...approved(device, 'PLAIN'),
      encryption: 'bitlocker',
    })
    expect(opened.ok ? 'opened' : opened.failure.code).toBe('BitLockerNotActivated')
  })

  test('is refused when something else has it open, whatever was decided before', async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    const device = await plugged('ext4', 'TAKEN')
    const elsewhere = await temporaryFolder()
    run('mount', device.node, elsewhere)
    try {
      const opened = await dock.devices.prepareTarget(device, approved(device, 'TAKEN'))
      expect(opened.ok ? 'opened' : opened.failure.code).toBe('DiskOperationFailed')
    } finally {
      run('umount', elsewhere)
      run('rmdir', elsewhere)
    }
  })

  test('is refused when the decision was about another one', async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    const device = await plugged('ext4', 'OTHER')
    const opened = await dock.devices.prepareTarget(device, {
      target: { attachment: 'somebody-else', serial: 'OTHER' },
      encryption: 'none',
    })
    expect(opened.ok ? 'opened' : opened.failure.code).toBe('DiskOperationFailed')
    const right = await dock.devices.prepareTarget(device, approved(device, 'OTHER'))
    expect(right.ok && (await right.value.close()).ok).toBe(true)
  })

  test('is closed at the next start when its program died', async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    const device = await plugged('ext4', 'DIED')
    const opened = await dock.devices.prepareTarget(device, approved(device, 'DIED'))
    expect(opened.ok).toBe(true)
    const restarted = await dock.restart()
    const closed = await restarted.closeLeftovers()
    expect(closed.ok && closed.value.length).toBeGreaterThan(0)
    const again = await restarted.prepareTarget(device, approved(device, 'DIED'))
    expect(again.ok && (await again.value.close()).ok).toBe(true)
  })
})
