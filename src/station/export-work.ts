import { createHash } from 'node:crypto'
import type { ExportOrder } from '../contract/copy-messages.ts'
import { chooseTarget } from '../drives/targets/choose-target.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { fail, type Outcome } from '../lifecycle/outcome.ts'
import type { ApprovedTarget, Device, Devices } from '../ports/devices.ts'
import type { SyncApi } from '../ports/sync-api.ts'
import type { PluggedDrive, WorkFound } from './copy-work.ts'

export interface ExportParts {
  readonly devices: Pick<Devices, 'prepareTarget'>
  readonly ledger: Pick<Ledger, 'find' | 'get'>
  readonly syncApi: Pick<SyncApi, 'exportOf'>
  /** Everything attached now, with all that is known of who it is. */
  readonly attached: () => readonly Device[]
  /** Attachments this station reads from. */
  readonly sources: () => ReadonlySet<string>
}

/** A drive to be filled: only after the decision that it may be written to, which is made anew each time it is opened. */
export async function findExport(
  parts: ExportParts,
  bay: PluggedDrive,
  copyId: string,
  storage: string,
): Promise<WorkFound> {
  const { job, drive, device } = bay
  const about = { job: job.id, serial: drive.serial }
  const target = approve(parts, bay, device)
  if (!target.ok) {
    const { code, sentence } = target.failure
    if (code === 'identity-contradicted')
      return { is: 'contradicted', says: device.serials.map(({ text }) => text).join(' '), sentence }
    const isOfIdentity = code === 'identity-unknown' || code === 'twin' || code === 'not-confirmed'
    return { is: 'refused', reason: isOfIdentity ? 'identity-contradicted' : 'copy-failed', about, sentence }
  }
  const wanted = await parts.syncApi.exportOf(job.id)
  if (!wanted.ok) {
    const { code, sentence } = wanted.failure
    return code === 'not-found'
      ? { is: 'refused', reason: 'copy-failed', about, sentence }
      : { is: 'later', code, sentence }
  }
  const { plainDrives, blobListBlobPath, blobPath, blobPathPrefix } = wanted.value
  const encryption = plainDrives === true ? 'none' : 'bitlocker'
  const order: Omit<ExportOrder, 'root' | 'fileSystem' | 'device'> = {
    copyId,
    plan: `export-${createHash('sha256').update(job.id).digest('hex').slice(0, 32)}`,
    job: job.name,
    driveId: drive.driveId,
    logLevel: job.logLevel,
    diagnosticsPath: job.diagnosticsPath,
    backupDriveManifest: job.backupDriveManifest,
    selection: {
      blobPath: [...blobPath],
      blobPathPrefix: [...blobPathPrefix],
      ...(blobListBlobPath === undefined ? {} : { blobListBlobPath }),
    },
  }
  return {
    is: 'work',
    work: {
      copyId,
      open: async (now) => {
        const approved = approve(parts, bay, now)
        // Another drive in the bay of one that was lost: the copy waits for its own.
        if (!approved.ok) return fail('DiskNotFound', approved.failure.sentence)
        return parts.devices.prepareTarget(now, { target: approved.value, encryption })
      },
      start: ({ root, fileSystem, device: node }) => ({
        direction: 'export',
        storage,
        order: { ...order, root, fileSystem, ...(node === undefined ? {} : { device: node }) },
      }),
    },
  }
}

function approve(
  { ledger, attached, sources }: ExportParts,
  { job, drive, custody }: PluggedDrive,
  device: Device,
): Outcome<ApprovedTarget> {
  const now = ledger.get('drive', drive.id) ?? drive
  const listed = ledger.find('drive', 'serial', drive.serial).some(({ job: id, withdrawn }) => {
    const other = ledger.get('job', id)
    const isLive = other !== undefined && !['Deleted', 'Completed', 'Closed'].includes(other.state)
    return other?.type === 'Import' && isLive && withdrawn !== true
  })
  return chooseTarget(
    {
      drive: {
        serial: drive.serial,
        direction: job.type,
        state: now.state,
        setApart: now.apart || now.withdrawn === true || now.fault !== undefined || job.fault !== undefined,
      },
      labelScan: custody.scanned === true ? custody.serial : undefined,
      attachment: device.attachment,
    },
    { devices: attached(), sources: sources(), importSerials: listed ? [drive.serial] : [] },
  )
}
