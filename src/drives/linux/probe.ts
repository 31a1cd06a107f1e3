import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { OpenFailureCode } from '../../ports/devices.ts'
import { type Commands, complaint } from './commands.ts'
import type { BlockNode } from './lsblk.ts'
import { SUPPORTED_TYPES } from './mount.ts'

/** Finds the data volume of a disk by looking at the bytes themselves (`blkid -p`), not at what udev remembers. */
export interface FoundVolume {
  readonly node: string
  readonly sizeBytes: number
  /** blkid's name of the file system, or `BitLocker`. */
  readonly type: string
}

export const BITLOCKER = 'BitLocker'

/** Partitions that hold no customer's data whatever is on them: GPT types, then MBR types. */
const HOUSEKEEPING = new Set([
  'c12a7328-f81f-11d2-ba4b-00a0c93ec93b', // EFI system
  'e3c9e316-0b5c-4db8-817d-f92df00215ae', // Microsoft reserved
  'de94bba4-06d1-4d40-a16a-bfd50179d6ac', // Windows recovery
  '21686148-6449-6e6f-744e-656564454649', // BIOS boot
  '0657fd6d-a4ab-43c4-84e5-0933c84b4f4f', // Linux swap
  '0x5',
  '0xf',
  '0x85', // extended: only a box around others
  '0x27', // Windows recovery
  '0x82', // Linux swap
  '0xef', // EFI system
])

/**
 * The first volume of a disk with a file system we read, or a BitLocker volume: among its partitions in order, or the
 * disk itself when it has none.
 */
export async function findDataVolume(
  disk: BlockNode,
  commands: Commands,
): Promise<Outcome<FoundVolume, OpenFailureCode>> {
  const volumes = await candidateVolumes(disk, commands)
  if (!volumes.ok) return volumes
  for (const { node, sizeBytes, type } of volumes.value)
    if (type === BITLOCKER || (type !== undefined && SUPPORTED_TYPES.has(type)))
      return ok({ node, sizeBytes, type })
  const seen = volumes.value.map(({ node, type }) => `${node}: ${type ?? 'nothing known'}`)
  return fail(
    'VolumeNotNtfs',
    'The drive holds no volume this station reads (NTFS, exFAT, FAT32, ext4, BitLocker); send it back unprocessed.',
    seen.join('; '),
  )
}

export interface CandidateVolume {
  readonly node: string
  readonly sizeBytes: number
  /** blkid's name; undefined when nothing is known there. */
  readonly type: string | undefined
}

/** Every volume that may hold a customer's data: the partitions but for housekeeping ones, or the disk when it has none. */
export async function candidateVolumes(
  disk: BlockNode,
  commands: Commands,
): Promise<Outcome<readonly CandidateVolume[], OpenFailureCode>> {
  const partitions = disk.children.filter((child) => child.type === 'part')
  const volumes: CandidateVolume[] = []
  for (const { node, sizeBytes } of partitions.length === 0 ? [disk] : partitions) {
    const probed = await probe(node, commands)
    if (!probed.ok) return probed
    const { type, partitionType } = probed.value
    if (partitionType === undefined || !HOUSEKEEPING.has(partitionType))
      volumes.push({ node, sizeBytes, type })
  }
  return ok(volumes)
}

export interface Probed {
  /** Undefined when there is no file system, or several signatures contradict each other. */
  readonly type: string | undefined
  /** GPT type UUID or MBR type (`0x7`) of a partition. */
  readonly partitionType: string | undefined
}

/** What is on a device or an image. */
export async function probe(node: string, commands: Commands): Promise<Outcome<Probed, OpenFailureCode>> {
  const result = await commands.run('blkid', ['-p', '-o', 'export', node])
  const nothingFound = 2
  const contradictory = 8
  if (result.kind === 'ended' && (result.exitCode === nothingFound || result.exitCode === contradictory)) {
    return ok({ type: undefined, partitionType: undefined })
  }
  const wrong = complaint('blkid', result)
  if (result.kind !== 'ended' || wrong !== undefined) {
    return fail('DiskOperationFailed', 'The drive cannot be read; try another cable and bay.', wrong)
  }
  const value = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(result.stdout)?.[1]
  return ok({ type: value('TYPE'), partitionType: value('PART_ENTRY_TYPE')?.toLowerCase() })
}
