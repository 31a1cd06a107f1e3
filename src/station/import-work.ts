import type { ImportOrder } from '../contract/copy-messages.ts'
import type { Devices } from '../ports/devices.ts'
import type { CopyJournal } from './copy-journal.ts'
import type { PluggedDrive, WorkFound } from './copy-work.ts'
import type { DriveKeys } from './drive-keys.ts'

export interface ImportParts {
  readonly devices: Pick<Devices, 'open'>
  readonly keys: DriveKeys
  readonly journal: CopyJournal
  readonly proof: ImportOrder['proof']
}

/** A drive to be read into the storage: opened read-only, with the job's key where it is locked. */
export async function findImport(
  parts: ImportParts,
  { job, drive }: PluggedDrive,
  copyId: string,
  storage: string,
): Promise<WorkFound> {
  const key = await parts.keys.keyOf(job.id, drive.driveId)
  if (!key.ok) return { is: 'later', code: key.failure.code, sentence: key.failure.sentence }
  const bitLockerKey = key.value
  if (bitLockerKey !== undefined) parts.journal.write('key-used', { job: job.id, serial: drive.serial })
  const order: Omit<ImportOrder, 'root'> = {
    copyId,
    job: job.name,
    driveId: drive.driveId,
    ...(drive.identity === 'overridden' ? { identityOverridden: true as const } : {}),
    manifestPath: drive.manifestFile ?? '',
    manifestHash: drive.manifestHash ?? '',
    logLevel: job.logLevel,
    diagnosticsPath: job.diagnosticsPath,
    backupDriveManifest: job.backupDriveManifest,
    proof: parts.proof,
  }
  return {
    is: 'work',
    work: {
      copyId,
      open: (device) => parts.devices.open(device, bitLockerKey === undefined ? {} : { bitLockerKey }),
      start: ({ root, readBytesPerS }) => ({
        direction: 'import',
        storage,
        order: { ...order, root, ...(readBytesPerS && { readBytesPerS }) },
      }),
    },
  }
}
