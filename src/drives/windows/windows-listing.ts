import { z } from 'zod'
import type { Device, DeviceSerial, UsbBridge } from '../../ports/devices.ts'

/** What the listing script answers, and the drives in it. Pure. */
const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || undefined)
const flag = z.boolean().nullish().transform(Boolean)
/** PowerShell writes a list of one as the thing itself in some places; both are read. */
const many = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((one) => [one]), z.null().transform(() => [])])

const LISTING = z.object({
  disks: many(
    z.object({
      number: z.int().nonnegative(),
      serial: text,
      bus: z.string(),
      size: z.number().nonnegative(),
      sector: z.number().nullish(),
      boot: flag,
      system: flag,
      readOnly: flag,
    }),
  ),
  drives: many(
    z.object({
      index: z.int().nonnegative(),
      pnp: z.string(),
      parent: text,
      model: text,
      arrived: z.number().nullish(),
      places: many(z.string()),
    }),
  ),
  partitions: many(
    z.object({
      disk: z.int().nonnegative(),
      number: z.int(),
      size: z.number(),
      type: z.string(),
      gpt: text,
      letter: text,
      paths: many(z.string()),
    }),
  ),
  volumes: many(z.object({ path: z.string(), fileSystem: z.string(), letter: text })),
  pages: many(z.string()),
})
export type WindowsListing = z.infer<typeof LISTING>
type Disk = WindowsListing['disks'][number]
type Partition = WindowsListing['partitions'][number]

/** Throws what is wrong with the text. */
export function parseListing(output: string): WindowsListing {
  return LISTING.parse(JSON.parse(output))
}

/** Buses behind which there is never a customer's disk alone. */
const COMPOUND = new Set([
  'RAID',
  'iSCSI',
  'Storage Spaces',
  'Spaces',
  'Virtual',
  'File Backed Virtual',
  'Fibre Channel',
])
/** GPT types of partitions that are parts of something larger: LDM metadata and data, Storage Spaces. */
const MEMBERS = new Set([
  '{5808c8aa-7e8f-42e0-85d2-e1e90434cfb3}',
  '{af9b60a0-1431-4f62-bc68-3311714a69ad}',
  '{e75caf8f-f680-4cee-afa3-b001e56efc2d}',
])

export function asDevices(listing: WindowsListing): readonly Device[] {
  return listing.disks.flatMap((disk) => {
    const drive = listing.drives.find(({ index }) => index === disk.number)
    if (drive === undefined || disk.size === 0) return []
    const reason = whySystem(disk, listing)
    const adapter = /^USB\\VID_([0-9A-F]{4})&PID_([0-9A-F]{4})\\(.+)$/i.exec(drive.parent ?? '')
    const bridge: UsbBridge | undefined =
      adapter === null
        ? undefined
        : { vendorId: (adapter[1] ?? '').toLowerCase(), productId: (adapter[2] ?? '').toLowerCase() }
    return [
      {
        // A disk plugged in anew arrives at another time, also under the same number.
        attachment: `disk${disk.number}-${drive.arrived ?? drive.pnp}`,
        slot: slotOf(drive.places) ?? `disk${disk.number}`,
        node: `\\\\.\\PhysicalDrive${disk.number}`,
        kind: kindOf(disk.bus),
        serials: serialsOf(disk, adapter?.[3]),
        model: drive.model,
        sizeBytes: disk.size,
        readOnly: disk.readOnly,
        system: reason !== undefined,
        ...(reason === undefined ? {} : { systemReason: reason }),
        ...(bridge === undefined ? {} : { bridge }),
      },
    ]
  })
}

/** `PCIROOT(0)#PCI(1400)#USBROOT(0)#USB(3)#USB(2)` is port 2 of the hub in port 3: `0-3.2`. */
export function slotOf(places: readonly string[]): string | undefined {
  for (const place of places) {
    const root = /#USBROOT\((\d+)\)/.exec(place)?.[1]
    const ports = [...place.matchAll(/#USB\((\d+)\)/g)].map(([, port]) => port)
    if (root !== undefined && ports.length > 0) return `${root}-${ports.join('.')}`
  }
  return undefined
}

function kindOf(bus: string): Device['kind'] {
  switch (bus.toUpperCase()) {
    case 'USB':
      return 'usb'
    case 'SATA':
    case 'ATA':
      return 'sata'
    case 'NVME':
      return 'nvme'
    default:
      return 'other'
  }
}

/** Behind USB Windows shows what the adapter says; an instance id with `&` was made up by Windows. */
function serialsOf(disk: Disk, instance: string | undefined): readonly DeviceSerial[] {
  const source = disk.bus.toUpperCase() === 'USB' ? 'bridge' : 'disk'
  const serials: DeviceSerial[] = disk.serial === undefined ? [] : [{ text: disk.serial, source }]
  if (instance !== undefined && !instance.includes('&') && instance !== disk.serial)
    serials.push({ text: instance, source: 'bridge' })
  return serials
}

function whySystem(disk: Disk, { partitions, pages }: WindowsListing): string | undefined {
  if (disk.system) return 'this system starts from it'
  if (disk.boot) return 'this system runs from it'
  const own = partitions.filter((partition) => partition.disk === disk.number)
  const letters = own.map(({ letter }) => letter?.toUpperCase())
  if (pages.some((file) => letters.includes(file.charAt(0).toUpperCase()))) return 'this system swaps to it'
  if (own.some(({ gpt }) => MEMBERS.has(gpt?.toLowerCase() ?? '')))
    return 'it is part of a dynamic disk or a storage pool'
  if (COMPOUND.has(disk.bus)) return `it stands on a bus of type ${disk.bus}`
  return undefined
}

/** Partitions that may hold a customer's data, in order. */
export function dataPartitions(listing: WindowsListing, diskNumber: number): readonly Partition[] {
  const housekeeping = /^(System|Reserved|Recovery|Unknown|LDM|Extended)/i
  return listing.partitions
    .filter(({ disk, type }) => disk === diskNumber && !housekeeping.test(type))
    .sort((a, b) => a.number - b.number)
}

/** `\\?\Volume{…}\`: how Windows names a volume whatever its letter. */
export function volumePathOf({ paths }: Partition): string | undefined {
  return paths.find((path) => /^\\\\\?\\Volume\{[0-9a-f-]{36}\}\\$/i.test(path))
}
