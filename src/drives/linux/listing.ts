import { type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Device } from '../../ports/devices.ts'
import { type AskDrivelistDeps, askDrivelist } from './ask-drivelist.ts'
import type { Commands } from './commands.ts'
import { type BlockNode, listBlockDevices } from './lsblk.ts'
import { type KernelFolders, mountedBtrfsMembers, readDiskFacts } from './sysfs.ts'
import { whySystem } from './system-disk.ts'

/**
 * The disks plugged into a Linux machine.
 *
 * drivelist says which disks there are; lsblk and sysfs say what it leaves out: loop devices, serial numbers, the place,
 * what stands on the disk. Where drivelist does not answer, lsblk's own disks stand in for it. When lsblk does not answer,
 * or answers with something else, the listing has failed.
 */
export interface ListingDeps extends AskDrivelistDeps {
  readonly commands: Commands
  readonly kernel: KernelFolders
}

export interface ListingOptions {
  readonly mountDir: string
  /** Loop devices to list as drives, with the serial to give them. All others are left out. */
  readonly loops: () => readonly AllowedLoop[]
  readonly timeoutMs: number
}

export interface AllowedLoop {
  /** `loop3`. */
  readonly name: string
  readonly serial?: string | undefined
}

/** Never a customer's drive, whatever is on them: memory, network and compound devices. */
const NOT_DRIVES = /^(zram|ram|nbd|sr|fd|dm-|md|rbd|drbd|mtdblock)/

export function createListing(
  deps: ListingDeps,
  options: ListingOptions,
): () => Promise<Outcome<readonly Device[], 'listing-failed'>> {
  const diskNodes = askDrivelist(deps, options.timeoutMs)

  return async () => {
    const [nodes, tree, btrfsMembers] = await Promise.all([
      diskNodes(),
      listBlockDevices(deps.commands, { timeoutMs: options.timeoutMs }),
      mountedBtrfsMembers(deps.kernel),
    ])
    if (!tree.ok) return tree

    const loops = new Map(options.loops().map((loop) => [loop.name, loop]))
    const disks = tree.value.filter((disk) => {
      if (disk.type === 'loop') return loops.has(disk.kname) && disk.sizeBytes > 0
      const isDisk = disk.type === 'disk' && !NOT_DRIVES.test(disk.kname) && disk.sizeBytes > 0
      return isDisk && (nodes === undefined || nodes.includes(disk.node))
    })
    const context = { mountDir: options.mountDir, btrfsMembers }
    const devices = disks.map((disk) =>
      asDevice(disk, loops.get(disk.kname), whySystem(disk, context), deps.kernel),
    )
    return ok((await Promise.all(devices)).filter((device) => device !== undefined))
  }
}

/** Undefined when the disk went while it was looked at. */
async function asDevice(
  disk: BlockNode,
  loop: AllowedLoop | undefined,
  systemReason: string | undefined,
  kernel: KernelFolders,
): Promise<Device | undefined> {
  const facts = await readDiskFacts(disk.kname, kernel)
  if (facts === undefined) return undefined
  const kind = kindOf(disk)
  const stated = loop?.serial ?? (facts.serials.length === 0 && kind !== 'usb' ? disk.serial : undefined)
  return {
    attachment: facts.attachment,
    slot: facts.slot,
    node: disk.node,
    kind,
    // For a disk on USB lsblk's serial is udev's, which makes one up where there is none: not taken.
    serials: stated === undefined ? facts.serials : [{ text: stated, source: 'disk' }],
    model:
      [disk.vendor, disk.model].filter((part) => part !== undefined && part !== 'ATA').join(' ') || undefined,
    sizeBytes: disk.sizeBytes,
    readOnly: disk.readOnly,
    system: systemReason !== undefined,
    ...(systemReason === undefined ? {} : { systemReason }),
    ...(facts.bridge === undefined ? {} : { bridge: facts.bridge }),
  }
}

function kindOf(disk: BlockNode): Device['kind'] {
  if (disk.type === 'loop') return 'loop'
  switch (disk.transport) {
    case 'usb':
      return 'usb'
    case 'sata':
    case 'ata':
      return 'sata'
    case 'nvme':
      return 'nvme'
    default:
      return 'other'
  }
}
