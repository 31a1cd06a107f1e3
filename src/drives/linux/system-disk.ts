import { type BlockNode, wholeTree } from './lsblk.ts'

/**
 * Whether this machine lives from a disk, or somebody else is using it: then it is never opened and never a target. Pure.
 */

/** File-system signatures of disks that are parts of something larger. */
const MEMBER_TYPES: Readonly<Record<string, string>> = {
  linux_raid_member: 'a Linux RAID array',
  isw_raid_member: 'a firmware RAID array',
  ddf_raid_member: 'a firmware RAID array',
  LVM2_member: 'an LVM volume group',
  LVM1_member: 'an LVM volume group',
  zfs_member: 'a ZFS pool',
  bcache: 'a bcache set',
  ceph_bluestore: 'a Ceph store',
  drbd: 'a DRBD device',
}

const PLACES: Readonly<Record<string, string>> = {
  '/': 'this system runs from it',
  '/boot': 'this system starts from it',
  '/boot/efi': 'this system starts from it',
  '/efi': 'this system starts from it',
  '[SWAP]': 'this system swaps to it',
}

export interface SystemContext {
  /** Where our own mounts are; they do not make a disk somebody else's. */
  readonly mountDir: string
  /** Kernel names of the devices of mounted btrfs volumes. */
  readonly btrfsMembers: ReadonlySet<string>
}

/** The reason, as the end of "it is not touched because …"; undefined for a disk that is nobody's. */
export function whySystem(disk: BlockNode, context: SystemContext): string | undefined {
  const tree = wholeTree(disk)
  const places = tree.flatMap((device) => device.mountPoints)
  const known = places.map((place) => PLACES[place]).find((reason) => reason !== undefined)
  if (known !== undefined) return known

  for (const device of tree) {
    const whole = device.fileSystem === undefined ? undefined : MEMBER_TYPES[device.fileSystem]
    if (whole !== undefined) return `it is part of ${whole}`
    if (/^(raid\d+|linear|md|lvm|mpath|dmraid)$/.test(device.type)) {
      return `it is part of the ${device.type} device ${device.kname}`
    }
    if (context.btrfsMembers.has(device.kname) && device.mountPoints.length === 0) {
      return 'it is part of a mounted btrfs volume'
    }
  }

  const foreign = places.find((place) => !place.startsWith(`${context.mountDir}/`))
  return foreign === undefined ? undefined : `something else has mounted it at ${foreign}`
}
