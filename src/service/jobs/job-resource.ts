import { PROVIDER } from '../../contract/import-export-api.ts'
import type { DriveRecord, InboundPackage, ReturnRecord } from '../../lifecycle/records.ts'
import { bytesOf, percentOf } from '../exchange/take-progress.ts'
import { type Locations, shippingInformation } from '../locations.ts'
import type { JobProgress } from '../store/documents.ts'
import { jobResourceId } from './job-key.ts'
import type { JobView } from './job-view.ts'

/** How much of a job an answer shows. */
export interface Showing {
  /** `sent`: the location as PUT sent it (the answer to PUT). `display`: its display name (everything else). */
  readonly location: 'sent' | 'display'
  /** Lists by resource group leave the drives out. */
  readonly drives: boolean
}

/**
 * The Job resource in its newest published shape. Members the service has nothing for are absent; `state` is always
 * there, because clients read a missing one as Creating. BitLocker keys are never in it.
 */
export function jobResource(view: JobView, locations: Locations, showing: Showing) {
  const { job, document, drives, personal, returns } = view
  const destination = locations.find(document.location)
  const shipped = newestShipped(returns)
  return {
    id: jobResourceId(job),
    name: job.name,
    type: `${PROVIDER}/jobs`,
    location:
      showing.location === 'sent' ? document.locationSent : (destination?.name ?? document.locationSent),
    ...given('tags', document.tags),
    identity: { type: 'None' },
    systemData: {
      createdBy: document.createdBy,
      createdByType: 'Application',
      createdAt: isoTime(job.createdAt),
      lastModifiedBy: document.lastModifiedBy,
      lastModifiedByType: 'Application',
      lastModifiedAt: isoTime(document.lastModifiedAt),
    },
    properties: {
      storageAccountId: job.storageAccountId,
      jobType: job.type,
      state: job.state,
      provisioningState: 'Succeeded',
      cancelRequested: job.cancelRequested,
      percentComplete: Math.max(job.percent, document.progress?.percent ?? 0),
      logLevel: job.logLevel,
      backupDriveManifest: job.backupDriveManifest,
      diagnosticsPath: job.diagnosticsPath,
      encryptionKey: { kekType: 'MicrosoftManaged' },
      ...given('returnAddress', personal.returnAddress),
      ...given('returnShipping', personal.returnShipping),
      ...(destination === undefined ? {} : { shippingInformation: shippingInformation(destination) }),
      ...given('deliveryPackage', job.package && deliveryPackage(job.package)),
      ...given('returnPackage', shipped && returnPackage(shipped)),
      ...given('incompleteBlobListUri', job.incompleteBlobList),
      ...(showing.drives ? { driveList: drives.map((drive) => driveStatus(drive, document.progress)) } : {}),
      ...given('export', exportSection(view)),
    },
  }
}

export type JobResource = ReturnType<typeof jobResource>

function driveStatus(drive: DriveRecord, progress: JobProgress | undefined) {
  const begun = drive.state === 'Transferring' || drive.copyStatus !== undefined
  return {
    driveId: drive.driveId,
    ...given('manifestFile', drive.manifestFile),
    ...given('manifestHash', drive.manifestHash),
    ...given('driveHeaderHash', drive.driveHeaderHash),
    state: drive.state,
    ...given('copyStatus', drive.copyStatus),
    ...(begun
      ? { percentComplete: percentOf(drive, progress), bytesSucceeded: bytesOf(drive, progress) }
      : {}),
    ...given('verboseLogUri', drive.verboseLog),
    ...given('errorLogUri', drive.errorLog),
    ...given('manifestUri', drive.manifestCopy),
  }
}

function deliveryPackage({ carrier, tracking, driveCount, shipDate }: InboundPackage) {
  return {
    carrierName: carrier,
    trackingNumber: tracking,
    ...given('driveCount', driveCount),
    ...given('shipDate', shipDate),
  }
}

function newestShipped(returns: readonly ReturnRecord[]): ReturnRecord | undefined {
  return returns
    .filter((box) => box.state === 'shipped')
    .sort((a, b) => (b.shippedAt ?? 0) - (a.shippedAt ?? 0))
    .at(0)
}

/** All four members are required in every version of the API. */
function returnPackage(box: ReturnRecord) {
  return {
    carrierName: box.carrier ?? '',
    trackingNumber: box.tracking ?? '',
    driveCount: box.drives.length,
    shipDate: isoTime(box.shippedAt ?? box.openedAt),
  }
}

function exportSection({ document }: JobView) {
  const wanted = document.export
  if (wanted === undefined) return undefined
  const lists = {
    ...(wanted.blobPath.length === 0 ? {} : { blobPath: wanted.blobPath }),
    ...(wanted.blobPathPrefix.length === 0 ? {} : { blobPathPrefix: wanted.blobPathPrefix }),
  }
  return {
    ...(Object.keys(lists).length === 0 ? {} : { blobList: lists }),
    ...given('blobListBlobPath', wanted.blobListBlobPath),
  }
}

const isoTime = (at: number) => new Date(at).toISOString()

/** `{ [name]: value }`, or nothing at all. */
function given<K extends string, V>(name: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in K]: V })
}
