import type { JobPersonal } from '../../contract/import-export-api.ts'
import { jobPersonalKey } from '../../contract/import-export-api.ts'
import type { DriveOrder, JobChanges } from '../../lifecycle/events.ts'
import type { DriveRecord, InboundPackage, JobRecord } from '../../lifecycle/records.ts'
import type { JobView } from './job-view.ts'
import type { DriveList, Terms } from './order.ts'
import { canonical } from './repetition.ts'

/** What a customer wants a job to be; an absent member stays as it is. */
export interface Wanted {
  readonly terms: Partial<Terms>
  readonly package?: InboundPackage | undefined
  readonly personal: JobPersonal
  readonly list?: DriveList | undefined
}

/** What has to change for it, already without what is so. */
export interface Difference {
  readonly changes: JobChanges
  /** Everything personal of the job as it will be; absent when nothing of it changes. */
  readonly personal?: JobPersonal | undefined
  /** Drives that are new, changed (also in their key) or gone, by serial. */
  readonly drives: readonly string[]
}

/** Compares without judging. `currentKeys` are the job's BitLocker keys by serial. Pure. */
export function difference(
  view: JobView,
  wanted: Wanted,
  currentKeys: ReadonlyMap<string, string>,
): Difference {
  const { job } = view
  const terms = Object.fromEntries(
    Object.entries(wanted.terms).filter(([name, value]) => job[name as keyof Terms] !== value),
  ) as Partial<Terms>
  const drives = wanted.list === undefined ? [] : changedDrives(view.drives, wanted.list, currentKeys)
  const reordered = wanted.list !== undefined && !sameOrder(view, wanted.list)
  const personal = { ...view.personal, ...wanted.personal }
  const personalChanged = canonical(personal) !== canonical(view.personal)
  const newPackage =
    wanted.package !== undefined && canonical(wanted.package) !== canonical(job.package ?? null)
  return {
    changes: {
      ...terms,
      ...(newPackage && wanted.package !== undefined ? { package: wanted.package } : {}),
      ...(personalChanged ? personalTerms(job.id, personal) : {}),
      ...((drives.length > 0 || reordered) && wanted.list !== undefined
        ? { drives: wanted.list.drives }
        : {}),
    },
    personal: personalChanged ? personal : undefined,
    drives,
  }
}

/** What the rules may know of the side table. */
export function personalTerms(job: string, personal: JobPersonal) {
  const carrier = personal.returnShipping?.carrierName
  return {
    hasReturnAddress: personal.returnAddress !== undefined,
    hasCarrierAccount: personal.returnShipping !== undefined,
    ...(carrier === undefined ? {} : { returnCarrier: carrier }),
    personal: jobPersonalKey(job),
  } satisfies Partial<JobRecord>
}

function changedDrives(
  current: readonly DriveRecord[],
  list: DriveList,
  currentKeys: ReadonlyMap<string, string>,
): string[] {
  const known = new Map(current.map((drive) => [drive.serial, drive]))
  const touched = list.drives.filter((order) => {
    const drive = known.get(order.serial)
    known.delete(order.serial)
    const key = list.keys.get(order.serial)
    return !sameDrive(drive, order) || (key !== undefined && key !== currentKeys.get(order.serial))
  })
  return [...touched.map((order) => order.serial), ...known.keys()]
}

function sameDrive(drive: DriveRecord | undefined, order: DriveOrder): boolean {
  return (
    drive !== undefined &&
    drive.driveId === order.driveId &&
    drive.manifestFile === order.manifestFile &&
    drive.manifestHash === order.manifestHash &&
    drive.driveHeaderHash === order.driveHeaderHash
  )
}

function sameOrder(view: JobView, list: DriveList): boolean {
  return canonical(view.drives.map((d) => d.serial)) === canonical(list.drives.map((d) => d.serial))
}
