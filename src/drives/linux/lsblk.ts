import { z } from 'zod'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import { type Commands, complaint } from './commands.ts'

/**
 * The kernel's tree of block devices as `lsblk --json` (util-linux) prints it: disks, their partitions, and what stands
 * on them (RAID, LVM, mapped devices). lsblk reads sysfs, udev's database and mountinfo, not the disks, so a sick disk
 * does not hold it up.
 */
export interface BlockNode {
  /** Path of the device node, `/dev/sda1`. */
  readonly node: string
  /** Kernel name, `sda1`. */
  readonly kname: string
  /** `disk`, `part`, `loop`, `raid1`, `lvm`, `crypt`, … */
  readonly type: string
  readonly sizeBytes: number
  readonly readOnly: boolean
  /** `usb`, `sata`, `nvme`, …; undefined where the kernel does not say. */
  readonly transport: string | undefined
  readonly serial: string | undefined
  readonly vendor: string | undefined
  readonly model: string | undefined
  /** udev's word; undefined while udev has not looked yet or is not there. */
  readonly fileSystem: string | undefined
  readonly mountPoints: readonly string[]
  readonly children: readonly BlockNode[]
}

const COLUMNS = 'NAME,KNAME,PATH,TYPE,SIZE,RO,TRAN,SERIAL,VENDOR,MODEL,FSTYPE,MOUNTPOINTS'

// Older util-linux prints numbers and flags as text.
const text = z
  .string()
  .nullish()
  .transform((value) => value?.trim() || undefined)
const flag = z
  .union([z.boolean(), z.literal('0'), z.literal('1')])
  .transform((value) => value === true || value === '1')
const bytes = z.union([
  z.int().nonnegative(),
  z.string().regex(/^\d+$/).transform(Number),
  z.null().transform(() => 0),
])

const DEVICE: z.ZodType<BlockNode> = z.lazy(() =>
  z
    .object({
      kname: z.string().min(1),
      path: z.string().startsWith('/dev/'),
      type: z.string(),
      size: bytes,
      ro: flag,
      tran: text,
      serial: text,
      vendor: text,
      model: text,
      fstype: text,
      mountpoints: z.array(z.string().nullable()),
      children: z.array(DEVICE).optional(),
    })
    .transform((raw) => ({
      node: raw.path,
      kname: raw.kname,
      type: raw.type,
      sizeBytes: raw.size,
      readOnly: raw.ro,
      transport: raw.tran,
      serial: raw.serial,
      vendor: raw.vendor,
      model: raw.model,
      fileSystem: raw.fstype,
      mountPoints: raw.mountpoints.filter((point) => point !== null),
      children: raw.children ?? [],
    })),
)

const OUTPUT = z.object({ blockdevices: z.array(DEVICE) })

/** All block devices, or only the tree below `node`. Output that is not what lsblk prints is a failure, not an empty list. */
export async function listBlockDevices(
  commands: Commands,
  options: { readonly timeoutMs: number; readonly node?: string },
): Promise<Outcome<readonly BlockNode[], 'listing-failed'>> {
  const args = ['--json', '--bytes', '-o', COLUMNS, ...(options.node === undefined ? [] : [options.node])]
  const result = await commands.run('lsblk', args, { timeoutMs: options.timeoutMs })
  if (result.kind !== 'ended' || result.exitCode !== 0) {
    return fail('listing-failed', LISTING_FAILED, complaint('lsblk', result))
  }
  try {
    return ok(OUTPUT.parse(JSON.parse(result.stdout)).blockdevices)
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error)
    return fail('listing-failed', LISTING_FAILED, `lsblk printed something else than its tree: ${detail}`)
  }
}

const LISTING_FAILED =
  'The plugged drives cannot be listed; the last known ones stay, and the station tries again by itself.'

/** A device and everything on it, the device first. */
export function wholeTree(root: BlockNode): readonly BlockNode[] {
  return [root, ...root.children.flatMap(wholeTree)]
}
