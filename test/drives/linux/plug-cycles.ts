import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { createLinuxDevices } from '../../../src/drives/linux/linux-devices.ts'
import { processesGiven } from '../../../src/drives/linux/mountinfo.ts'
import { KERNEL } from '../../../src/drives/linux/sysfs.ts'
import { watchDrives } from '../../../src/drives/watch.ts'
import { systemClock, systemTimers } from '../../../src/system/clock.ts'
import { FakeLog } from '../../fakes/log.ts'
import {
  attachLoop,
  detachLoop,
  digest,
  emptyImage,
  makeImage,
  run,
  swapLoop,
  temporaryFolder,
} from '../../fixtures/drives/disk-image.ts'

const EMPTY_BYTES = 1024 * 1024

/**
 * Plugs a drive in, opens, reads, examines, closes and pulls it, over and over, with a watch looking on; then counts what
 * is left: open files, mounts, loop devices, mapped devices, processes, folders, memory.
 */
export async function plugAndPull(cycles: number): Promise<void> {
  const base = await temporaryFolder()
  const tree = join(base, 'tree')
  await mkdir(tree)
  await writeFile(join(tree, 'hello.txt'), 'from the drive')
  const images = [
    await makeImage(join(base, 'ext4.img'), 'ext4', tree),
    await makeImage(join(base, 'ntfs.img'), 'ntfs', tree),
  ]
  const digests = await Promise.all(images.map(digest))
  const empty = await emptyImage(join(base, 'empty.img'), 1)
  const node = attachLoop(empty)
  let plugged = false
  const mountDir = join(base, 'mounts')
  const devices = await createLinuxDevices(
    { mountDir, loops: () => (plugged ? [{ name: basename(node), serial: 'QZ71M0042' }] : []) },
    { timers: systemTimers, log: new FakeLog() },
  )
  let heard: () => void = () => undefined
  const watch = watchDrives({ devices, timers: systemTimers, clock: systemClock }, () => heard())
  /** The drive in the bay; the disk that keeps its place while it is empty is smaller. */
  const inBay = () => watch.devices().find((listed) => listed.node === node && listed.sizeBytes > EMPTY_BYTES)
  const until = async (there: () => boolean) => {
    while (!there()) {
      watch.ring()
      await new Promise<void>((resolve) => {
        heard = resolve
        systemTimers.after(100, resolve)
      })
    }
  }
  const cycle = async (count: number) => {
    // A user-space file system each fourth time: it has processes of its own.
    swapLoop(node, images[count % 4 === 0 ? 1 : 0] ?? empty)
    plugged = true
    await until(() => inBay() !== undefined)
    const device = inBay()
    if (device === undefined) throw new Error(`${node} is not listed`)
    expect(await devices.examine(device)).toMatchObject({ ok: true })
    const opened = await devices.open(device, {})
    if (!opened.ok) throw new Error(`cycle ${count}: ${opened.failure.detail}`)
    expect(await readFile(join(opened.value.root, 'hello.txt'), 'utf8')).toBe('from the drive')
    expect(await opened.value.close()).toMatchObject({ ok: true })
    expect(await devices.eject(device)).toMatchObject({ ok: true })
    plugged = false
    swapLoop(node, empty)
    await until(() => watch.devices().every((listed) => listed.node !== node))
  }
  try {
    // The first cycles load what is loaded once.
    for (let count = 1; count <= 4; count++) await cycle(count)
    const before = await leftovers(base)
    const heapBefore = heapBytes()
    for (let count = 5; count <= cycles; count++) await cycle(count)
    const grownMiB = (heapBytes() - heapBefore) / 1024 / 1024
    // The pipes of the last programs close a moment after they have ended.
    await expect.poll(() => leftovers(base), { timeout: 10_000 }).toEqual(before)
    expect(grownMiB).toBeLessThan(8)
    expect(await readdir(mountDir)).toEqual([])
    await expect.poll(() => processesGiven([node], KERNEL), { timeout: 10_000 }).toEqual([])
    expect(await Promise.all(images.map(digest))).toEqual(digests)
  } finally {
    watch.stop()
    detachLoop(node)
    run('rm', '-r', '--one-file-system', base)
  }
}

async function leftovers(base: string): Promise<unknown> {
  return {
    handles: (await readdir('/proc/self/fd')).length,
    mounts: (await readFile('/proc/self/mountinfo', 'utf8'))
      .split('\n')
      .filter((line) => line.includes(base)),
    loops: run('losetup', '-n', '-O', 'BACK-FILE')
      .split('\n')
      .filter((file) => file.startsWith(base)).length,
    mapped: (await readdir('/dev/mapper').catch(() => [])).filter((name) => name.startsWith('tallydock')),
  }
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  return process.memoryUsage().heapUsed
}
