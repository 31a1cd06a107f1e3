import {
  type DeliveryPackage,
  type DriveEntry,
  type ExportSection,
  type JobPersonal,
  type PutJobBody,
  putJobBody,
} from '../../contract/import-export-api.ts'
import type { DriveOrder } from '../../lifecycle/events.ts'
import type { InboundPackage, JobRecord } from '../../lifecycle/records.ts'
import { serialKey } from '../../lifecycle/serial-key.ts'
import { trackingBase } from '../../lifecycle/tracking-base.ts'
import type { Destination, Locations } from '../locations.ts'
import { type Answer, refuse, refuseShape } from '../refusal.ts'

/** Members of a job that PUT decides and the rules keep. */
export type Terms = Pick<
  JobRecord,
  'type' | 'site' | 'storageAccountId' | 'diagnosticsPath' | 'logLevel' | 'backupDriveManifest'
>

/** A PUT body in the service's words. */
export interface Order {
  readonly terms: Terms
  readonly destination: Destination
  readonly package: InboundPackage | undefined
  readonly personal: JobPersonal
  readonly drives: readonly DriveOrder[]
  /** BitLocker keys by serial; only those that were sent. */
  readonly keys: ReadonlyMap<string, string>
  readonly tags: Readonly<Record<string, unknown>> | undefined
  readonly export: ExportSection | undefined
  /** The validated body, to know a repetition and to compare what only the service may set. */
  readonly body: PutJobBody
}

/** Drives as listed, and the keys that came with them. */
export interface DriveList {
  readonly drives: readonly DriveOrder[]
  readonly keys: ReadonlyMap<string, string>
}

const DEFAULT_DIAGNOSTICS_PATH = 'waimportexport'

/** Reads a PUT body: shape first, then what the shape cannot say. Pure. */
export function readOrder(json: unknown, locations: Locations): Answer<Order> {
  const parsed = putJobBody.safeParse(json)
  if (!parsed.success) return refuseShape(parsed.error)
  const { location, tags, identity, properties } = parsed.data
  const destination = locations.find(location)
  if (destination === undefined)
    return refuse(
      400,
      'LocationNotSupported',
      `There is no location "${location}". Choose one from the list of locations.`,
      { target: 'location' },
    )
  const refused = refuseMembers(parsed.data)
  if (refused !== undefined) return refused
  const listed = readDriveList(properties.driveList ?? [])
  if (!listed.ok) return listed
  const wantsOtherKey = properties.encryptionKey?.kekType === 'CustomerManaged'
  if (wantsOtherKey || (identity?.type ?? 'None') !== 'None')
    return refuse(
      400,
      'CmkErrorVaultNotFound',
      'This service reaches no key vault: leave out identity, and encryptionKey or its kekType "CustomerManaged".',
      { target: wantsOtherKey ? 'properties.encryptionKey' : 'identity' },
    )
  const parcel = readPackage(properties.deliveryPackage)
  if (!parcel.ok) return parcel
  const { returnAddress, returnShipping } = properties
  return {
    ok: true,
    value: {
      terms: {
        type: properties.jobType,
        site: destination.siteName,
        storageAccountId: properties.storageAccountId,
        diagnosticsPath: properties.diagnosticsPath ?? DEFAULT_DIAGNOSTICS_PATH,
        logLevel: properties.logLevel ?? 'Error',
        backupDriveManifest: properties.backupDriveManifest ?? false,
      },
      destination,
      package: parcel.value,
      personal: {
        ...(returnAddress === undefined ? {} : { returnAddress }),
        ...(returnShipping === undefined ? {} : { returnShipping }),
      },
      ...listed.value,
      tags,
      export: properties.jobType === 'Export' ? properties.export : undefined,
      body: parsed.data,
    },
  }
}

/** Members that belong to the other direction, or contradict each other. */
function refuseMembers({ properties }: PutJobBody) {
  const { jobType, driveList, export: wanted } = properties
  const selections = [
    (wanted?.blobPath.length ?? 0) + (wanted?.blobPathPrefix.length ?? 0) > 0,
    wanted?.blobListBlobPath !== undefined,
  ].filter(Boolean).length
  if (jobType === 'Import') {
    if (driveList === undefined)
      return refuse(
        400,
        'DriveListRequired',
        'An import job needs driveList: the drives you are going to send.',
        {
          target: 'properties.driveList',
        },
      )
    if (selections > 0)
      return refuse(400, 'ExportNotAllowed', 'An import job takes no export section; leave it out.', {
        target: 'properties.export',
      })
    return undefined
  }
  if (driveList !== undefined && driveList.length > 0)
    return refuse(
      400,
      'DriveListNotAllowed',
      'An export job lists no drives: they join it when they arrive. Leave driveList out.',
      { target: 'properties.driveList' },
    )
  if (selections === 1) return undefined
  return selections === 0
    ? refuse(
        400,
        'ExportSelectionRequired',
        'An export job needs export.blobList or export.blobListBlobPath: what to put onto the drives.',
        { target: 'properties.export' },
      )
    : refuse(
        400,
        'ExportSelectionAmbiguous',
        'Give either export.blobList or export.blobListBlobPath, not both.',
        { target: 'properties.export' },
      )
}

/** Brings serials to their normal form and refuses one that is listed twice. */
export function readDriveList(list: readonly DriveEntry[]): Answer<DriveList> {
  const drives: DriveOrder[] = []
  const keys = new Map<string, string>()
  for (const [index, entry] of list.entries()) {
    const serial = serialKey(entry.driveId)
    const target = `properties.driveList[${index}].driveId`
    if (drives.some((drive) => drive.serial === serial))
      return refuse(400, 'DuplicateDrive', `Drive ${serial} is listed twice. List each drive once.`, {
        target,
      })
    const { manifestFile, manifestHash, driveHeaderHash, bitLockerKey } = entry
    drives.push({
      serial,
      driveId: entry.driveId,
      ...(manifestFile === undefined ? {} : { manifestFile }),
      ...(manifestHash === undefined ? {} : { manifestHash }),
      ...(driveHeaderHash === undefined ? {} : { driveHeaderHash }),
    })
    if (bitLockerKey !== undefined) keys.set(serial, bitLockerKey)
  }
  return { ok: true, value: { drives, keys } }
}

/** The customer's package with the look-up form of its tracking number. */
export function readPackage(sent: DeliveryPackage | undefined): Answer<InboundPackage | undefined> {
  if (sent === undefined) return { ok: true, value: undefined }
  const base = trackingBase(sent.trackingNumber)
  if (!/^[\x21-\x7e]{1,64}$/.test(base))
    return refuse(
      400,
      'InvalidTrackingNumber',
      'A tracking number has 1 to 64 printable ASCII characters. Send it as the carrier gave it.',
      { target: 'properties.deliveryPackage.trackingNumber' },
    )
  const { carrierName: carrier, trackingNumber: tracking, driveCount, shipDate } = sent
  return {
    ok: true,
    value: {
      carrier,
      tracking,
      base,
      ...(driveCount === undefined ? {} : { driveCount }),
      ...(shipDate === undefined ? {} : { shipDate }),
    },
  }
}
