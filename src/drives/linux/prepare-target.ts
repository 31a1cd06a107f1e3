import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Device, OpenFailureCode, OpenVolume, TargetOrder } from '../../ports/devices.ts'
import { whyNotTarget } from '../targets/why-not-target.ts'
import { complaint } from './commands.ts'
import { wholeTree } from './lsblk.ts'
import { mountWritable } from './mount.ts'
import { findDisk, type OpenDeps, onceAtATime } from './open.ts'
import { BITLOCKER, findDataVolume } from './probe.ts'
import { mountedBtrfsMembers } from './sysfs.ts'
import { makeOpenFolder, openFolder, tearDown } from './teardown.ts'

/**
 * Opens an approved drive to be written: the same attachment still, nobody's and open nowhere, a data volume prepared before,
 * encrypted or plain as the job wants it, mounted without set-uid, device nodes and programs. Whatever fails on the way,
 * everything made until then is taken down again before it answers.
 */
export async function prepareTarget(
  device: Device,
  { target, encryption }: TargetOrder,
  mountDir: string,
  deps: OpenDeps,
): Promise<Outcome<OpenVolume, OpenFailureCode>> {
  if (target.attachment !== device.attachment)
    return fail('DiskOperationFailed', 'Another drive was approved to be written to; scan the drive again.')
  const disk = await findDisk(device, mountDir, deps)
  if (!disk.ok) return disk
  const reason = whyNotTarget(disk.value, { mountDir, btrfsMembers: await mountedBtrfsMembers(deps.kernel) })
  if (reason !== undefined)
    return fail(
      'DiskOperationFailed',
      `This disk is not written to: ${reason}. Plug in the customer's drive instead.`,
    )

  const found = await findDataVolume(disk.value, deps.commands)
  if (!found.ok) return found
  // Unlocking to write needs the volume's key, which only a dock that encrypts its drives itself would hold.
  if (found.value.type === BITLOCKER)
    return fail(
      'BitLockerKeyInvalid',
      'The drive is encrypted with BitLocker and this station holds no key to write to it; prepare it on Windows.',
    )
  if (encryption !== 'none')
    return fail(
      'BitLockerNotActivated',
      'The drive is not encrypted, and the job does not say that it may stay so; encrypt it, then scan it again.',
    )

  const folder = openFolder(mountDir, device.attachment)
  try {
    await makeOpenFolder(folder, { restoreWritable: [] })
  } catch (error) {
    return fail(
      'DiskOperationFailed',
      'An earlier run left the drive open; have the leftovers closed first.',
      String(error),
    )
  }
  const opened = await openWritable(disk.value, found.value, folder.volume, deps)
  if (!opened.ok) {
    const undone = await tearDown(folder, deps)
    if (undone.ok) return opened
    const detail = `${opened.failure.detail ?? ''}; not taken down: ${undone.failure.detail ?? ''}`
    return fail(opened.failure.code, opened.failure.sentence, detail)
  }
  const close = async () => {
    const closed = await tearDown(folder, deps)
    return closed.ok ? ok() : closed
  }
  const { type: fileSystem, sizeBytes } = found.value
  const { node } = found.value
  return ok({ root: folder.volume, fileSystem, sizeBytes, device: node, close: onceAtATime(close) })
}

/** A drive that was read before in this bay is write-protected since. */
async function openWritable(
  disk: Parameters<typeof wholeTree>[0],
  volume: { readonly node: string; readonly type: string },
  mountPoint: string,
  deps: OpenDeps,
): Promise<Outcome<undefined, OpenFailureCode>> {
  for (const { node } of wholeTree(disk).filter(({ readOnly }) => readOnly)) {
    const wrong = complaint('blockdev', await deps.commands.run('blockdev', ['--setrw', node]))
    if (wrong !== undefined)
      return fail('DiskOperationFailed', 'The drive is write-protected; look for its switch.', wrong)
  }
  return mountWritable(volume, mountPoint, deps)
}
