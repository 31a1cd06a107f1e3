import { type BlockNode, wholeTree } from '../linux/lsblk.ts'
import { type SystemContext, whySystem } from '../linux/system-disk.ts'

/**
 * Why a disk is not written to, looked at once more in the moment before it is opened: everything that makes it somebody's,
 * and anything that is open on it now, by us or by others. As the end of "it is not touched because …". Pure.
 */
export function whyNotTarget(disk: BlockNode, context: SystemContext): string | undefined {
  const system = whySystem(disk, context)
  if (system !== undefined) return system
  if (disk.sizeBytes <= 0) return 'there is no disk in it'
  const [, ...below] = wholeTree(disk)
  const mounted = wholeTree(disk).find((node) => node.mountPoints.length > 0)
  if (mounted !== undefined) return `it is mounted at ${mounted.mountPoints.join(', ')}`
  const holder = below.find((node) => node.type !== 'part')
  if (holder !== undefined) return `the ${holder.type} device ${holder.kname} stands on it`
  return undefined
}
