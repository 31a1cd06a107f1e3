import { basename } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Device } from '../../ports/devices.ts'
import { complaint } from './commands.ts'
import { type BlockNode, listBlockDevices, wholeTree } from './lsblk.ts'
import { isPluggedIn } from './sysfs.ts'
import { openFolder, type TeardownDeps, tearDown } from './teardown.ts'

/**
 * Makes a drive ready to be pulled out: what we opened is closed, what was written is on the medium, and nobody else has it
 * open. Says who has when somebody does.
 */
export async function ejectDevice(
  device: Device,
  mountDir: string,
  deps: TeardownDeps & { readonly listTimeoutMs: number },
): Promise<Outcome<undefined, 'still-open'>> {
  const closed = await tearDown(openFolder(mountDir, device.attachment), deps)
  if (!closed.ok) return stillOpen('this station still reads it', closed.failure.detail)
  if (!(await isPluggedIn(device.attachment, deps.kernel))) return ok()
  const tree = await listBlockDevices(deps.commands, { timeoutMs: deps.listTimeoutMs, node: device.node })
  const disk = tree.ok ? tree.value.find(({ kname }) => kname === basename(device.node)) : undefined
  const user = disk === undefined ? undefined : whoUses(disk)
  if (user !== undefined) return stillOpen(user)
  const wrong = complaint('blockdev', await deps.commands.run('blockdev', ['--flushbufs', device.node]))
  return wrong === undefined ? ok() : stillOpen('what was written to it is not yet on the disk', wrong)
}

function whoUses(disk: BlockNode): string | undefined {
  const tree = wholeTree(disk)
  const place = tree.flatMap(({ mountPoints }) => mountPoints)[0]
  if (place !== undefined) return `it is mounted at ${place}`
  const holder = tree.find(({ type }) => !['disk', 'part', 'loop'].includes(type))
  return holder === undefined ? undefined : `${holder.kname} (${holder.type}) stands on it`
}

function stillOpen(because: string, detail?: string) {
  return fail('still-open', `The drive cannot be taken out yet: ${because}.`, detail)
}
