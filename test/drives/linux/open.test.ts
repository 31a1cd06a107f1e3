import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Commands, systemCommands } from '../../../src/drives/linux/commands.ts'
import { systemTimers } from '../../../src/system/clock.ts'
import { filledBitLockerImage, rawBitLockerImage } from '../../fixtures/drives/bitlocker-image.ts'
import {
  attachLoop,
  detachLoop,
  digest,
  emptyImage,
  makeImage,
  run,
  showPartitions,
} from '../../fixtures/drives/disk-image.ts'
import { type LoopDock, loopDock } from '../../fixtures/drives/loop-dock.ts'
import { need } from '../../fixtures/need.ts'

describe('opening a drive', () => {
  let dock: LoopDock
  let tree: string
  beforeEach(async (ctx) => {
    need(ctx, 'root', 'loop', 'ext4')
    dock = await loopDock()
    tree = join(dock.base, 'tree')
    await mkdir(tree)
    await writeFile(join(tree, 'hello.txt'), 'from the drive')
  })
  afterEach(async () => {
    await dock.end()
  })

  async function nothingLeft() {
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(dock.base)
    expect(await readdir(dock.mountDir)).toEqual([])
  }

  test('the first data volume counts: housekeeping and empty partitions before it do not', async (ctx) => {
    need(ctx, 'sfdisk')
    const image = await emptyImage(join(dock.base, 'drive.img'), 64)
    const layout = join(dock.base, 'layout')
    await writeFile(
      layout,
      'label: gpt\n,8M,U\n,8M,E3C9E316-0B5C-4DB8-817D-F92DF00215AE\n,4M\n,,EBD0A0A2-B9E5-4433-87C0-68B6B72699C7\n',
    )
    run('sh', '-c', `sfdisk -q ${image} < ${layout}`)
    const device = await dock.plug(image, 'QZ71M0042')
    showPartitions(device.node)
    run('mkfs.ext4', '-q', '-d', tree, `${device.node}p1`)
    run('mkfs.ext4', '-q', '-d', tree, `${device.node}p4`)
    const opened = await dock.devices.open(device, {})
    if (!opened.ok) throw new Error(opened.failure.detail)
    expect(await readFile('/proc/self/mountinfo', 'utf8')).toContain(`ext4 ${device.node}p4 ro`)
    expect(opened.value.sizeBytes).toBe((64 - 8 - 8 - 4 - 2) * 1024 * 1024)
    await opened.value.close()
    await nothingLeft()
  })

  test('a drive with no file system on it is VolumeNotNtfs, and stays untouched', async () => {
    const image = await emptyImage(join(dock.base, 'empty.img'), 4)
    const before = await digest(image)
    const opened = await dock.devices.open(await dock.plug(image, 'QZ71M0042'), {})
    expect(opened).toMatchObject({ failure: { code: 'VolumeNotNtfs' } })
    expect(await digest(image)).toBe(before)
    await nothingLeft()
  })

  test('a damaged file system fails with the tool’s words, and nothing stays behind', async () => {
    const image = await makeImage(join(dock.base, 'drive.img'), 'ext4', tree)
    const device = await dock.plug(image, 'QZ71M0042')
    const file = await open(image, 'r+')
    // The group descriptors, right after the superblock's block.
    await file.write(Buffer.alloc(4096, 0xff), 0, 4096, 4096)
    await file.write(Buffer.alloc(1024, 0xff), 0, 1024, 2048)
    await file.sync()
    await file.close()
    run('blockdev', '--flushbufs', device.node)
    const opened = await dock.devices.open(device, {})
    expect(opened).toMatchObject({ failure: { code: 'DiskOperationFailed' } })
    expect(opened.ok ? '' : opened.failure.detail).toContain('mount')
    await nothingLeft()
  })

  test('a disk somebody else has mounted is shown as such and never opened', async () => {
    const image = await makeImage(join(dock.base, 'drive.img'), 'ext4', tree)
    await dock.plug(image, 'QZ71M0042')
    const elsewhere = join(dock.base, 'elsewhere')
    await mkdir(elsewhere)
    const listing = await dock.devices.list()
    const node =
      (listing.ok ? listing.value : []).find(({ serials }) => serials[0]?.text === 'QZ71M0042')?.node ?? ''
    run('mount', '-o', 'ro,noload', node, elsewhere)
    try {
      const again = await dock.devices.list()
      const device = (again.ok ? again.value : []).find((listed) => listed.node === node)
      expect(device).toMatchObject({
        system: true,
        systemReason: `something else has mounted it at ${elsewhere}`,
      })
      if (device === undefined) throw new Error('not listed')
      expect(await dock.devices.open(device, {})).toMatchObject({ failure: { code: 'DiskOperationFailed' } })
    } finally {
      run('umount', elsewhere)
    }
  })

  test('the disk this machine runs from is listed as the system’s', async () => {
    const listing = await dock.devices.list()
    const root = run('findmnt', '-n', '-o', 'SOURCE', '/').trim()
    const disk = (listing.ok ? listing.value : []).find(({ node }) => root.startsWith(node))
    if (!root.startsWith('/dev/')) return
    expect(disk).toMatchObject({ system: true, systemReason: 'this system runs from it' })
  })

  test('loop devices nobody allowed are not listed', async () => {
    const stranger = attachLoop(await emptyImage(join(dock.base, 'stranger.img'), 4))
    try {
      const listing = await dock.devices.list()
      expect((listing.ok ? listing.value : []).map(({ node }) => node)).not.toContain(stranger)
    } finally {
      detachLoop(stranger)
    }
  })

  test('a second opening is refused while the first lasts', async () => {
    const device = await dock.plug(await makeImage(join(dock.base, 'drive.img'), 'ext4', tree), 'QZ71M0042')
    const [first, second] = await Promise.all([dock.devices.open(device, {}), dock.devices.open(device, {})])
    expect(first.ok).toBe(true)
    expect(second).toMatchObject({ failure: { code: 'DiskOperationFailed' } })
    if (first.ok) await first.value.close()
    const third = await dock.devices.open(device, {})
    expect(third.ok).toBe(true)
    if (third.ok) await third.value.close()
  })

  test('a volume still being read is busy, says so, and can be closed later', async () => {
    const device = await dock.plug(await makeImage(join(dock.base, 'drive.img'), 'ext4', tree), 'QZ71M0042')
    const opened = await dock.devices.open(device, {})
    if (!opened.ok) throw new Error(opened.failure.detail)
    const reader = await open(join(opened.value.root, 'hello.txt'))
    expect(await opened.value.close()).toMatchObject({ failure: { code: 'volume-busy' } })
    await reader.close()
    expect(await opened.value.close()).toMatchObject({ ok: true })
    await nothingLeft()
  })

  test('the mount folder is closed to everyone else', async () => {
    expect((await stat(dock.mountDir)).mode & 0o777).toBe(0o700)
  })

  test('what a crash left open is closed by the next start, and only that', async (ctx) => {
    need(ctx, 'fuse', 'ntfs-3g')
    const device = await dock.plug(await makeImage(join(dock.base, 'drive.img'), 'ntfs', tree), 'QZ71M0042')
    const before = await dock.devices.open(device, {})
    expect(before.ok).toBe(true)

    const restarted = await dock.restart()
    const closed = await restarted.closeLeftovers()
    expect(closed.ok ? closed.value : []).toEqual([expect.stringContaining(device.attachment)])
    await nothingLeft()
    expect(run('blockdev', '--getro', device.node).trim()).toBe('0')
    const again = await restarted.open(device, {})
    expect(again.ok).toBe(true)
    if (again.ok) await again.value.close()
  })

  test('leftovers that cannot be closed are reported, not forgotten', async () => {
    const device = await dock.plug(await makeImage(join(dock.base, 'drive.img'), 'ext4', tree), 'QZ71M0042')
    const opened = await dock.devices.open(device, {})
    if (!opened.ok) throw new Error(opened.failure.detail)
    const reader = spawn('sleep', ['60'], { cwd: opened.value.root })
    await once(reader, 'spawn')
    const restarted = await dock.restart()
    expect(await restarted.closeLeftovers()).toMatchObject({ failure: { code: 'leftovers-remain' } })
    reader.kill()
    await once(reader, 'exit')
    expect(await restarted.closeLeftovers()).toMatchObject({ ok: true })
  })
})

describe('opening a BitLocker drive', () => {
  let dock: LoopDock
  let tree: string
  /** Every argument and every output of every program that was run. */
  let spoken: string[]
  beforeEach(async (ctx) => {
    need(ctx, 'root', 'loop', 'fuse', 'ntfs-3g', 'dislocker', 'socat', 'cryptsetup', 'xz')
    spoken = []
    const real = systemCommands(systemTimers)
    const commands: Commands = {
      async run(program, args, options) {
        spoken.push(program, ...args)
        return real.run(program, args, options)
      },
    }
    // The kernels of containers have no device mapper: the way through dislocker.
    dock = await loopDock({ commands, hasDeviceMapper: async () => false })
    tree = join(dock.base, 'tree')
    await mkdir(tree)
    await writeFile(join(tree, 'hello.txt'), 'from the locked drive')
  })
  afterEach(async () => {
    await dock.end()
  })

  test('the right key opens it, in no command line, and not one byte changes', async () => {
    const { file, key } = await filledBitLockerImage(join(dock.base, 'locked.img'), tree)
    const before = await digest(file)
    const device = await dock.plug(file, 'QZ71M0042')
    const opened = await dock.devices.open(device, { bitLockerKey: key })
    if (!opened.ok) throw new Error(`${opened.failure.sentence} ${opened.failure.detail}`)
    expect(opened.value.fileSystem).toBe('ntfs')
    expect(await readFile(join(opened.value.root, 'hello.txt'), 'utf8')).toBe('from the locked drive')
    expect(await opened.value.close()).toMatchObject({ ok: true })
    expect(await digest(file)).toBe(before)
    expect(await readFile('/proc/self/mountinfo', 'utf8')).not.toContain(dock.base)
    expect(spoken.join('\n')).not.toContain(key.slice(0, 13))
  })

  test('a key of the right form that is another volume’s is BitLockerKeyInvalid and appears nowhere', async () => {
    const { file } = await rawBitLockerImage(join(dock.base, 'locked.img'), 'bitlk-aes-xts-256')
    const other = await rawBitLockerImage(join(dock.base, 'other.img'), 'bitlk-aes-xts-128')
    const opened = await dock.devices.open(await dock.plug(file, 'QZ71M0042'), { bitLockerKey: other.key })
    expect(opened).toMatchObject({ failure: { code: 'BitLockerKeyInvalid' } })
    expect(JSON.stringify(opened)).not.toContain(other.key.slice(0, 6))
    expect(await readdir(dock.mountDir)).toEqual([])
  })

  test('a key with a typing error is refused before it is tried', async () => {
    const { file, key } = await rawBitLockerImage(join(dock.base, 'locked.img'), 'bitlk-aes-xts-256')
    const mistyped = `${key.slice(0, -1)}${(Number(key.at(-1)) + 1) % 10}`
    const opened = await dock.devices.open(await dock.plug(file, 'QZ71M0042'), { bitLockerKey: mistyped })
    expect(opened).toMatchObject({ failure: { code: 'BitLockerKeyInvalid' } })
    expect(opened.ok ? '' : opened.failure.sentence).toContain('Group 8')
    expect(spoken).not.toContain('socat')
  })

  test('without a key it is BitLockerUnlockVolumeFailed and asks for one', async () => {
    const { file } = await rawBitLockerImage(join(dock.base, 'locked.img'), 'bitlk-aes-xts-256')
    const opened = await dock.devices.open(await dock.plug(file, 'QZ71M0042'), {})
    expect(opened).toMatchObject({ failure: { code: 'BitLockerUnlockVolumeFailed' } })
  })
})
