import { basename } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Device, OpenFailureCode, OpenVolume, VolumeSecrets } from '../../ports/devices.ts'
import { type UnlockDeps, unlock } from './bitlocker.ts'
import { complaint } from './commands.ts'
import { type BlockNode, listBlockDevices } from './lsblk.ts'
import { mountReadOnly } from './mount.ts'
import { BITLOCKER, type FoundVolume, findDataVolume, probe } from './probe.ts'
import { mountedBtrfsMembers, readDiskFacts } from './sysfs.ts'
import { whySystem } from './system-disk.ts'
import { makeOpenFolder, type OpenFolder, openFolder, type TeardownDeps, tearDown } from './teardown.ts'

/**
 * Opens one drive: the same attachment still, nobody's system, block device set read-only, data volume found, unlocked
 * where needed, mounted. Whatever fails on the way, everything made until then is taken down again before it answers.
 */
export interface OpenDeps extends TeardownDeps, UnlockDeps {
  readonly listTimeoutMs: number
}

export async function openDevice(
  device: Device,
  secrets: VolumeSecrets,
  mountDir: string,
  deps: OpenDeps,
): Promise<Outcome<OpenVolume, OpenFailureCode>> {
  const disk = await findDisk(device, mountDir, deps)
  if (!disk.ok) return disk
  const writable = writableNodes(disk.value)

  const folder = openFolder(mountDir, device.attachment)
  try {
    await makeOpenFolder(folder, { restoreWritable: disk.value.type === 'loop' ? writable : [] })
  } catch (error) {
    return fail(
      'DiskOperationFailed',
      'An earlier run left the drive open; have the leftovers closed first.',
      String(error),
    )
  }

  const opened = await openInto(folder, disk.value, writable, secrets, deps)
  if (opened.ok) {
    const close = async () => {
      const closed = await tearDown(folder, deps)
      return closed.ok ? ok() : closed
    }
    return ok({ root: folder.volume, ...opened.value, close: onceAtATime(close) })
  }
  const undone = await tearDown(folder, deps)
  if (undone.ok) return opened
  const detail = `${opened.failure.detail ?? ''}; not taken down: ${undone.failure.detail ?? ''}`
  return fail(opened.failure.code, opened.failure.sentence, detail)
}

async function openInto(
  folder: OpenFolder,
  disk: BlockNode,
  writable: readonly string[],
  secrets: VolumeSecrets,
  deps: OpenDeps,
): Promise<Outcome<{ readonly fileSystem: string; readonly sizeBytes: number }, OpenFailureCode>> {
  const guarded = await setReadOnly(writable, deps)
  if (!guarded.ok) return guarded
  const found = await findDataVolume(disk, deps.commands)
  if (!found.ok) return found
  const plain = found.value.type === BITLOCKER ? await unlockFound(found.value, secrets, folder, deps) : found
  if (!plain.ok) return plain
  const mounted = await mountReadOnly(plain.value, folder.volume, deps)
  return mounted.ok ? ok({ fileSystem: plain.value.type, sizeBytes: found.value.sizeBytes }) : mounted
}

export async function findDisk(
  device: Device,
  mountDir: string,
  deps: OpenDeps,
): Promise<Outcome<BlockNode, OpenFailureCode>> {
  const gone = fail('DiskNotFound', 'The drive is no longer plugged in; plug it in again.')
  const facts = await readDiskFacts(basename(device.node), deps.kernel)
  if (facts?.attachment !== device.attachment) return gone
  const tree = await listBlockDevices(deps.commands, { timeoutMs: deps.listTimeoutMs, node: device.node })
  if (!tree.ok)
    return fail(
      'DiskOperationFailed',
      'The drive does not answer; unplug it and plug it in again.',
      tree.failure.detail,
    )
  const disk = tree.value.find(({ node }) => node === device.node)
  if (disk === undefined) return gone

  const reason = whySystem(disk, { mountDir, btrfsMembers: await mountedBtrfsMembers(deps.kernel) })
  if (reason === undefined) return ok(disk)
  return fail(
    'DiskOperationFailed',
    `This disk is never opened: ${reason}. Plug in the customer's drive instead.`,
  )
}

/** The disk and its partitions, as far as they can be written now. */
function writableNodes(disk: BlockNode): string[] {
  const nodes = [disk, ...disk.children.filter(({ type }) => type === 'part')]
  return nodes.filter(({ readOnly }) => !readOnly).map(({ node }) => node)
}

/**
 * Before anything reads the file system. A real disk stays read-only until it is unplugged, so that nothing mounts it for
 * writing after us; a loop device's number goes to other files later, and closing restores it.
 */
async function setReadOnly(
  nodes: readonly string[],
  deps: OpenDeps,
): Promise<Outcome<undefined, OpenFailureCode>> {
  for (const node of nodes) {
    const wrong = complaint('blockdev', await deps.commands.run('blockdev', ['--setro', node]))
    if (wrong === undefined) continue
    return fail(
      'DiskOperationFailed',
      'The drive cannot be write-protected, so it was not opened; the station has to run as root.',
      wrong,
    )
  }
  return ok()
}

async function unlockFound(
  found: FoundVolume,
  secrets: VolumeSecrets,
  folder: OpenFolder,
  deps: OpenDeps,
): Promise<Outcome<{ readonly node: string; readonly type: string }, OpenFailureCode>> {
  const { mapperName, unlocked } = folder
  const request = { node: found.node, key: secrets.bitLockerKey, mapperName, folder: unlocked }
  const plain = await unlock(request, deps)
  if (!plain.ok) return plain
  const probed = await probe(plain.value, deps.commands)
  if (!probed.ok) return probed
  if (probed.value.type !== undefined) return ok({ node: plain.value, type: probed.value.type })
  return fail('VolumeNotNtfs', 'The unlocked volume holds no file system; send the drive back unprocessed.')
}

/** Calls while one is under way share its answer. */
export function onceAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  return () => {
    running ??= work().finally(() => {
      running = undefined
    })
    return running
  }
}
