import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { processesGiven } from '../../../src/drives/linux/mountinfo.ts'
import { KERNEL } from '../../../src/drives/linux/sysfs.ts'
import { makeDirtyNtfs } from '../../fixtures/drives/dirty-ntfs.ts'
import {
  attachLoop,
  detachLoop,
  digest,
  type ImageFileSystem,
  makeDirtyExt4,
  makeImage,
  run,
} from '../../fixtures/drives/disk-image.ts'
import { type LoopDock, loopDock } from '../../fixtures/drives/loop-dock.ts'
import { type Need, need } from '../../fixtures/need.ts'

/** Import media is never written: not one byte of an image differs after a drive was opened, read and closed. */
describe('a drive is left as it came', () => {
  let dock: LoopDock
  let tree: string
  beforeEach(async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    dock = await loopDock()
    tree = join(dock.base, 'tree')
    await mkdir(join(tree, 'photos'), { recursive: true })
    await writeFile(join(tree, 'photos', 'Ünïcode näme.txt'), 'quayside station sample\n')
    await writeFile(join(tree, 'large.bin'), Buffer.alloc(3_000_000, 'tide'))
  })
  afterEach(async () => {
    await dock.end()
  })

  async function openReadClose(image: string): Promise<string[]> {
    const device = await dock.plug(image, 'QZ71M0042')
    const opened = await dock.devices.open(device, {})
    if (!opened.ok) throw new Error(`${opened.failure.sentence} (${opened.failure.detail})`)
    const { root } = opened.value
    const names = await readdir(root, { recursive: true })
    expect(await readFile(join(root, 'photos', 'Ünïcode näme.txt'), 'utf8')).toBe('quayside station sample\n')
    expect((await readFile(join(root, 'large.bin'))).length).toBe(3_000_000)
    await expect(writeFile(join(root, 'new.txt'), 'x')).rejects.toMatchObject({ code: 'EROFS' })
    expect(await opened.value.close()).toMatchObject({ ok: true })
    return names
  }

  const FILE_SYSTEMS: readonly (readonly [ImageFileSystem, readonly Need[]])[] = [
    ['ext4', []],
    ['ntfs', ['fuse', 'ntfs-3g']],
    ['exfat', ['fuse', 'exfat-fuse']],
    ['vfat', ['fuse', 'vfat']],
  ]
  for (const [fileSystem, needs] of FILE_SYSTEMS) {
    test(`${fileSystem}: the image's digest is the same before and after`, async (ctx) => {
      need(ctx, ...needs)
      const image = await makeImage(join(dock.base, 'drive.img'), fileSystem, tree)
      const before = await digest(image)
      const names = await openReadClose(image)
      // FAT tells no case apart and fusefat shows short names in capitals.
      expect(names.map((name) => name.toLowerCase())).toContain('photos/ünïcode näme.txt')
      expect(await digest(image)).toBe(before)
    })
  }

  test('ext4 yanked in use: its journal is not replayed, although any ordinary mount would', async () => {
    const image = await makeDirtyExt4(join(dock.base, 'dirty.img'), tree)
    expect(run('dumpe2fs', '-h', image)).toContain('needs_recovery')
    const before = await digest(image)
    await openReadClose(image)
    expect(await digest(image)).toBe(before)

    // The same image mounted "read-only" as a desktop would: proof that the digest above could have changed.
    const control = join(dock.base, 'control.img')
    await copyFile(image, control)
    const folder = join(dock.base, 'control')
    await mkdir(folder)
    const node = attachLoop(control)
    run('mount', '-o', 'ro', node, folder)
    run('umount', folder)
    detachLoop(node)
    expect(await digest(control)).not.toBe(before)
  })

  test('NTFS yanked in use: its log is not emptied, although any ordinary mount would', async (ctx) => {
    need(ctx, 'fuse', 'ntfs-3g')
    const image = await makeDirtyNtfs(join(dock.base, 'dirty.img'), tree)
    const before = await digest(image)
    await openReadClose(image)
    expect(await digest(image)).toBe(before)

    // The same image mounted as a desktop would: proof that the digest above could have changed.
    const folder = join(dock.base, 'control')
    await mkdir(folder)
    run('ntfs-3g', image, folder)
    run('umount', folder)
    await processesEnded(image)
    expect(await digest(image)).not.toBe(before)
  })

  test('twenty rounds leave no mount, no process, no folder and no write protection behind', async (ctx) => {
    need(ctx, 'fuse', 'ntfs-3g')
    const image = await makeImage(join(dock.base, 'drive.img'), 'ntfs', tree)
    const device = await dock.plug(image, 'QZ71M0042')
    const loops = run('losetup', '-n', '-O', 'BACK-FILE')
      .split('\n')
      .filter((file) => file.startsWith(dock.base))
    for (let round = 0; round < 20; round++) {
      const opened = await dock.devices.open(device, {})
      if (!opened.ok) throw new Error(opened.failure.detail)
      await readFile(join(opened.value.root, 'large.bin'))
      expect(await opened.value.close()).toMatchObject({ ok: true })
    }
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(dock.base)
    expect(await processesGiven([device.node], KERNEL)).toEqual([])
    expect(await readdir(dock.mountDir)).toEqual([])
    expect(
      run('losetup', '-n', '-O', 'BACK-FILE')
        .split('\n')
        .filter((file) => file.startsWith(dock.base)),
    ).toEqual(loops)
    expect(run('blockdev', '--getro', device.node).trim()).toBe('0')
  })
})

/** FUSE programs write until they end, shortly after their mount has gone. */
async function processesEnded(image: string): Promise<void> {
  while ((await processesGiven([image], KERNEL)).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 20))
}
