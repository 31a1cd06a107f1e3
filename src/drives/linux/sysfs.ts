import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeviceSerial, UsbBridge } from '../../ports/devices.ts'

/**
 * What the kernel's sysfs says of a disk that lsblk does not: where it is plugged, which attachment this is, and whose
 * serial numbers there are. A file that is not there means "the kernel does not say", never an error: the disk may be
 * yanked between two reads.
 */
export interface KernelFolders {
  readonly sys: string
  readonly proc: string
}

export const KERNEL: KernelFolders = { sys: '/sys', proc: '/proc' }

export interface DiskFacts {
  readonly attachment: string
  readonly slot: string
  readonly serials: readonly DeviceSerial[]
  readonly bridge: UsbBridge | undefined
}

/** Undefined when the disk has gone, also while it was being read: half of its facts would look like another disk. */
export async function readDiskFacts(kname: string, kernel: KernelFolders): Promise<DiskFacts | undefined> {
  const block = join(kernel.sys, 'block', kname)
  const attachment = await readAttachment(kname, block, kernel)
  const path = await realpath(block).catch(() => undefined)
  if (attachment === undefined || path === undefined) return undefined
  const usb = await findUsbDevice(path)
  const facts: DiskFacts = {
    attachment,
    slot: slotOf(path, kname),
    serials: await readSerials(block, usb),
    bridge: usb === undefined ? undefined : await readBridge(usb),
  }
  return (await readAttachment(kname, block, kernel)) === attachment ? facts : undefined
}

/** Whether this very attachment is still there. Its name begins with the kernel's name of the disk. */
export async function isPluggedIn(attachment: string, kernel: KernelFolders): Promise<boolean> {
  const kname = attachment.split('-')[0] ?? ''
  return (await readAttachment(kname, join(kernel.sys, 'block', kname), kernel)) === attachment
}

/**
 * `diskseq` (kernel 5.15 and newer) counts every disk the kernel has ever made, so a disk plugged again has a new one; a
 * mount does not change it. Older kernels: the sysfs folder's inode, new with each plugging. Both start again at
 * a reboot, hence the boot id before them.
 */
async function readAttachment(
  kname: string,
  block: string,
  kernel: KernelFolders,
): Promise<string | undefined> {
  const bootId = await readText(join(kernel.proc, 'sys/kernel/random/boot_id'))
  const sequence = await readText(join(block, 'diskseq'))
  const folder = await stat(block).catch(() => undefined)
  if (folder === undefined) return undefined
  return `${kname}-${bootId?.slice(0, 8) ?? 'boot'}-${sequence ?? `i${folder.ino}`}`
}

/**
 * The physical place, from the device path alone: the USB port (`2-1.4`), with target and unit when the enclosure holds
 * several disks (`2-1.4:0.1`); the disk controller's port (`pci-0000:00:1f.2-ata-3`, as udev's by-path names count);
 * otherwise the kernel's name.
 */
export function slotOf(sysfsPath: string, kname: string): string {
  const parts = sysfsPath.split('/')
  const [, target, unit] =
    /^\d+:\d+:(\d+):(\d+)$/.exec(parts.findLast((part) => /^\d+(:\d+){3}$/.test(part)) ?? '') ?? []
  const port = parts.findLast((part) => /^\d+-\d+(\.\d+)*$/.test(part))
  if (port !== undefined) {
    const alone = target === undefined || (target === '0' && unit === '0')
    return alone ? port : `${port}:${target}.${unit}`
  }
  const pci = parts.findLast((part) => /^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/.test(part))
  const ata = parts.find((part) => /^ata\d+$/.test(part))
  if (pci !== undefined && ata !== undefined) return `pci-${pci}-ata-${ata.slice('ata'.length)}`
  if (pci !== undefined && kname.startsWith('nvme')) return `pci-${pci}-${kname}`
  return kname
}

/** The nearest folder above the disk that describes a USB device: its adapter. */
async function findUsbDevice(path: string): Promise<string | undefined> {
  for (let folder = path; dirname(folder) !== folder; folder = dirname(folder)) {
    if ((await readText(join(folder, 'idVendor'))) !== undefined) return folder
  }
  return undefined
}

async function readBridge(usb: string): Promise<UsbBridge | undefined> {
  const vendorId = await readText(join(usb, 'idVendor'))
  const productId = await readText(join(usb, 'idProduct'))
  return vendorId === undefined || productId === undefined ? undefined : { vendorId, productId }
}

/**
 * The disk's own number first: SCSI VPD page 0x80 (behind USB only with the uas driver; the kernel does not ask through
 * usb-storage), the NVMe controller's, virtio's; then the adapter's iSerialNumber.
 */
async function readSerials(block: string, usb: string | undefined): Promise<readonly DeviceSerial[]> {
  const own =
    (await readUnitSerial(join(block, 'device/vpd_pg80'))) ??
    (await readText(join(block, 'device/serial'))) ??
    (await readText(join(block, 'serial')))
  const adapter = usb === undefined ? undefined : await readText(join(usb, 'serial'))
  const serials: DeviceSerial[] = []
  if (own !== undefined) serials.push({ text: own, source: 'disk' })
  if (adapter !== undefined) serials.push({ text: adapter, source: 'bridge' })
  return serials
}

/** SPC-4 7.8.13: a four-byte header (type, page 0x80, length big-endian), then ASCII. */
async function readUnitSerial(file: string): Promise<string | undefined> {
  const page = await readFile(file).catch(() => undefined)
  if (page === undefined || page.length < 4 || page[1] !== 0x80) return undefined
  const text = page.subarray(4, 4 + page.readUInt16BE(2)).toString('latin1')
  return text.replaceAll('\0', ' ').trim() === '' ? undefined : text
}

async function readText(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}

/** The devices of every mounted btrfs: lsblk shows the mount at one of them only. Kernel names. */
export async function mountedBtrfsMembers(kernel: KernelFolders): Promise<ReadonlySet<string>> {
  const folder = join(kernel.sys, 'fs/btrfs')
  const volumes = await readdir(folder).catch(() => [])
  const members = await Promise.all(
    volumes.map((volume) => readdir(join(folder, volume, 'devices')).catch(() => [])),
  )
  return new Set(members.flat())
}
