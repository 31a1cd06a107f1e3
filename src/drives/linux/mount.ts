import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { OpenFailureCode } from '../../ports/devices.ts'
import { type Commands, complaint } from './commands.ts'
import { mountsUnder } from './mountinfo.ts'
import type { KernelFolders } from './sysfs.ts'

/**
 * Mounts one volume so that nothing on it can change and nothing on it can act: read-only, no journal replay, no set-uid,
 * no device nodes, no programs. What the mount came out as is read back from the kernel before it counts.
 */
const GUARDS: readonly string[] = ['ro', 'nosuid', 'nodev', 'noexec']

/** An export drive is written to and otherwise guarded alike. Nothing waits in memory for longer than it has to. */
const WRITABLE_GUARDS: readonly string[] = ['rw', 'nosuid', 'nodev', 'noexec']

type Way =
  /** By the kernel's own driver. */
  | { readonly driver: string; readonly options: readonly string[] }
  /** By a user-space file system (FUSE). */
  | { readonly program: string; readonly options: readonly string[]; readonly package: string }

/**
 * How each file system is mounted, first choice first.
 *
 * NTFS goes through ntfs-3g before the kernel's ntfs3: it opens the device for reading only, while the kernel's drivers
 * are not stopped by a read-only block device (the block layer warns and lets the write through). The ext and XFS
 * drivers are told not to replay the journal; exFAT and FAT have none.
 */
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  ntfs: [
    { program: 'ntfs-3g', options: ['norecover', 'streams_interface=none'], package: 'ntfs-3g' },
    { driver: 'ntfs3', options: [] },
  ],
  exfat: [
    { driver: 'exfat', options: ['iocharset=utf8'] },
    { program: 'mount.exfat-fuse', options: [], package: 'exfat-fuse' },
  ],
  vfat: [
    { driver: 'vfat', options: ['utf8'] },
    { program: 'fusefat', options: [], package: 'fusefat' },
  ],
  ext2: [{ driver: 'ext4', options: ['noload'] }],
  ext3: [{ driver: 'ext4', options: ['noload'] }],
  ext4: [{ driver: 'ext4', options: ['noload'] }],
  xfs: [{ driver: 'xfs', options: ['norecovery'] }],
}

/** The kernel's driver for NTFS first: what it writes can be read back around the cache. */
const WRITABLE_WAYS: Readonly<Record<string, readonly Way[]>> = {
  ntfs: [
    { driver: 'ntfs3', options: ['iocharset=utf8'] },
    { program: 'ntfs-3g', options: ['streams_interface=none'], package: 'ntfs-3g' },
  ],
  exfat: [
    { driver: 'exfat', options: ['iocharset=utf8'] },
    { program: 'mount.exfat-fuse', options: [], package: 'exfat-fuse' },
  ],
  // fusefat calls its own writing dangerous.
  vfat: [{ driver: 'vfat', options: ['utf8'] }],
  ext2: [{ driver: 'ext4', options: [] }],
  ext3: [{ driver: 'ext4', options: [] }],
  ext4: [{ driver: 'ext4', options: [] }],
}

/** By blkid's names. */
export const SUPPORTED_TYPES: ReadonlySet<string> = new Set(Object.keys(WAYS))

const MOUNT_TIMEOUT_MS = 30_000

interface MountDeps {
  readonly commands: Commands
  readonly kernel: KernelFolders
}

interface Volume {
  readonly node: string
  readonly type: string
}

export function mountReadOnly(
  volume: Volume,
  folder: string,
  deps: MountDeps,
): Promise<Outcome<undefined, OpenFailureCode>> {
  return mountBy(WAYS, GUARDS, volume, folder, deps)
}

/** Only after the decision that this drive may be written to. */
export function mountWritable(
  volume: Volume,
  folder: string,
  deps: MountDeps,
): Promise<Outcome<undefined, OpenFailureCode>> {
  return mountBy(WRITABLE_WAYS, WRITABLE_GUARDS, volume, folder, deps)
}

async function mountBy(
  ways: Readonly<Record<string, readonly Way[]>>,
  guards: readonly string[],
  volume: Volume,
  folder: string,
  deps: MountDeps,
): Promise<Outcome<undefined, OpenFailureCode>> {
  const absent: string[] = []
  for (const way of ways[volume.type] ?? []) {
    const tried = await tryWay(way, guards, volume.node, folder, deps.commands)
    if (tried.kind === 'mounted') return guard(folder, guards, deps)
    if (tried.kind === 'failed') {
      return fail(
        'DiskOperationFailed',
        `The drive's ${volume.type} volume cannot be mounted; it may be damaged. Try another cable and bay.`,
        tried.detail,
      )
    }
    absent.push(tried.what)
  }
  return fail(
    'DiskOperationFailed',
    absent.length === 0
      ? `This station does not write to ${volume.type} volumes; use NTFS, exFAT or ext4.`
      : `This station cannot mount ${volume.type} volumes; have ${absent.join(' or ')} installed.`,
  )
}

type Tried =
  | { readonly kind: 'mounted' }
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'absent'; readonly what: string }

async function tryWay(
  way: Way,
  guards: readonly string[],
  node: string,
  folder: string,
  commands: Commands,
): Promise<Tried> {
  const options = [...guards, ...way.options].join(',')
  if ('driver' in way) {
    // -i: the driver itself, not a mount.<type> program that happens to bear its name.
    const args = ['-i', '-t', way.driver, '-o', options, node, folder]
    const result = await commands.run('mount', args, { timeoutMs: MOUNT_TIMEOUT_MS })
    if (result.kind === 'ended' && result.stderr.includes('unknown filesystem type')) {
      return { kind: 'absent', what: `the kernel driver ${way.driver}` }
    }
    return asTried(complaint('mount', result))
  }
  const result = await commands.run(way.program, ['-o', options, node, folder], {
    timeoutMs: MOUNT_TIMEOUT_MS,
  })
  if (result.kind === 'missing') return { kind: 'absent', what: `the package ${way.package}` }
  return asTried(complaint(way.program, result))
}

function asTried(detail: string | undefined): Tried {
  return detail === undefined ? { kind: 'mounted' } : { kind: 'failed', detail }
}

/** Some FUSE programs drop options they do not know: what is missing is put on by a bind remount, or the mount is refused. */
async function guard(
  folder: string,
  guards: readonly string[],
  deps: MountDeps,
): Promise<Outcome<undefined, OpenFailureCode>> {
  if ((await missingGuards(folder, guards, deps.kernel)).length === 0) return ok()
  const remount = await deps.commands.run('mount', ['-o', `remount,bind,${guards.join(',')}`, folder])
  const missing = await missingGuards(folder, guards, deps.kernel)
  if (missing.length === 0) return ok()
  return fail(
    'DiskOperationFailed',
    'The drive could not be mounted safely and was let go; tell the service team.',
    `without ${missing.join(', ')} ${complaint('mount', remount) ?? ''}`,
  )
}

async function missingGuards(
  folder: string,
  guards: readonly string[],
  kernel: KernelFolders,
): Promise<readonly string[]> {
  const mount = (await mountsUnder(folder, kernel)).findLast(({ mountPoint }) => mountPoint === folder)
  return guards.filter((option) => !mount?.options.has(option))
}
