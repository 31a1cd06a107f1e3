import { watch as watchFolder } from 'node:fs'
import { chmod, mkdir, readdir, realpath } from 'node:fs/promises'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Timers } from '../../ports/clock.ts'
import type { Device, Devices, OpenFailureCode, OpenVolume } from '../../ports/devices.ts'
import type { Log } from '../../ports/log.ts'
import { diskNodesByDrivelist } from './ask-drivelist.ts'
import { kernelHasDeviceMapper } from './bitlocker.ts'
import { type Commands, systemCommands } from './commands.ts'
import { ejectDevice } from './eject.ts'
import { examineDevice } from './examine.ts'
import { type AllowedLoop, createListing } from './listing.ts'
import { openDevice } from './open.ts'
import { prepareTarget } from './prepare-target.ts'
import { KERNEL, type KernelFolders } from './sysfs.ts'
import { openFolder, tearDown } from './teardown.ts'

/**
 * Devices on Linux. Opening needs root; listing and watching do not. Wants util-linux, and for NTFS ntfs-3g, for
 * BitLocker cryptsetup (or dislocker and socat where the kernel has no device mapper).
 *
 * Widening: the published log format's code `VolumeNotNtfs` is given when no volume is one we read. We read more than
 * NTFS: exFAT, FAT32, ext2 to ext4 and XFS, bare or inside BitLocker.
 */
export interface LinuxDevicesOptions {
  /** Private folder for mounts; made with mode 0700. Only this program may use it. */
  readonly mountDir: string
  /** Loop devices to treat as drives; asked at each listing. Default: none. */
  readonly loops?: () => readonly AllowedLoop[]
  /** For one call of lsblk or drivelist. Default 10 s. */
  readonly listTimeoutMs?: number
}

export interface LinuxDevicesDeps {
  readonly timers: Timers
  readonly log: Log
  /** The rest is for tests; the default is this machine. */
  readonly commands?: Commands
  readonly kernel?: KernelFolders
  readonly diskNodes?: () => Promise<readonly string[]>
  readonly hasDeviceMapper?: () => Promise<boolean>
}

const DRIVE_NODES = /^(sd|nvme|vd|mmcblk|loop)/

/** Makes the mount folder; everything else happens when a method is called. */
export async function createLinuxDevices(
  options: LinuxDevicesOptions,
  given: LinuxDevicesDeps,
): Promise<Devices> {
  await mkdir(options.mountDir, { recursive: true })
  await chmod(options.mountDir, 0o700)
  // The mount table names real paths.
  const mountDir = await realpath(options.mountDir)
  const loops = options.loops ?? (() => [])
  const listTimeoutMs = options.listTimeoutMs ?? 10_000
  const deps = {
    ...given,
    commands: given.commands ?? systemCommands(given.timers),
    kernel: given.kernel ?? KERNEL,
    diskNodes: given.diskNodes ?? diskNodesByDrivelist,
    hasDeviceMapper: given.hasDeviceMapper ?? kernelHasDeviceMapper,
    listTimeoutMs,
  }
  /** Attachments opened and not yet closed by this program: no leftovers. */
  const open = new Set<string>()

  const openOnce = async (device: Device, work: () => Promise<Outcome<OpenVolume, OpenFailureCode>>) => {
    if (device.kind === 'loop' && !loops().some(({ name }) => `/dev/${name}` === device.node)) {
      return fail('DiskNotFound', 'The loop device is not one of the drives; allow it first.')
    }
    if (open.has(device.attachment)) {
      return fail('DiskOperationFailed', 'The drive is open already; close it before opening it again.')
    }
    open.add(device.attachment)
    const opened = await work()
    if (!opened.ok) {
      open.delete(device.attachment)
      return opened
    }
    return ok({
      ...opened.value,
      async close() {
        const closed = await opened.value.close()
        if (closed.ok) open.delete(device.attachment)
        return closed
      },
    })
  }

  return {
    list: createListing(deps, { mountDir, loops, timeoutMs: listTimeoutMs }),

    /** The kernel makes and removes nodes in /dev as disks come and go: earlier than udev, and of disks alone. */
    watch(ring) {
      const watcher = watchFolder('/dev', (event, name) => {
        if (event === 'rename' && (name === null || DRIVE_NODES.test(name))) ring()
      })
      watcher.on('error', (error) => {
        given.log.warn('No more doorbell for plugged drives; the slow tick goes on', { error: String(error) })
      })
      return { stop: () => watcher.close() }
    },

    open: (device, secrets) => openOnce(device, () => openDevice(device, secrets, mountDir, deps)),

    prepareTarget: (device, order) => openOnce(device, () => prepareTarget(device, order, mountDir, deps)),

    examine: (device) => examineDevice(device, deps),

    async eject(device) {
      const ejected = await ejectDevice(device, mountDir, deps)
      if (ejected.ok) open.delete(device.attachment)
      return ejected
    },

    async closeLeftovers() {
      const closed: string[] = []
      const remaining: string[] = []
      for (const { name } of (await readdir(mountDir, { withFileTypes: true })).filter((entry) =>
        entry.isDirectory(),
      )) {
        if (open.has(name)) continue
        const outcome = await tearDown(openFolder(mountDir, name), deps)
        if (outcome.ok) closed.push(...outcome.value)
        else remaining.push(`${name}: ${outcome.failure.detail ?? ''}`)
      }
      if (remaining.length === 0) return ok(closed)
      return fail(
        'leftovers-remain',
        'Drives an earlier run left open cannot be closed; unplug them and start the station again.',
        remaining.join('; '),
      )
    },
  }
}
