import type { StationConfig } from '../contract/config.ts'
import type { DriveWatch } from '../drives/watch.ts'
import type { Ledger } from '../ledger/ledger.ts'
import {
  type CopyRecord,
  type CustodyRecord,
  type DriveRecord,
  driveKey,
  type JobRecord,
} from '../lifecycle/records.ts'
import type { Device } from '../ports/devices.ts'

/** A bay with everything a decision about it needs. */
export interface Bay {
  readonly name: string
  /** What is plugged in; undefined when nothing is. */
  readonly device: Device | undefined
  /** The drive whose label was scanned for this bay. */
  readonly custody: CustodyRecord
  readonly drive: DriveRecord | undefined
  readonly job: JobRecord | undefined
  /** The attempt that has not ended. */
  readonly copy: CopyRecord | undefined
}

/** What should be done about a bay now. Pure: the same bay always answers the same. */
export type BayStep =
  | { readonly do: 'start' }
  /** A copy that was under way when this station stopped, or whose drive went and came back. */
  | { readonly do: 'go-on'; readonly copy: CopyRecord }
  | { readonly do: 'cancel'; readonly copy: CopyRecord }
  | { readonly do: 'nothing'; readonly because: NothingBecause }

export type NothingBecause =
  | 'not-plugged'
  | 'not-of-a-job'
  | 'faulted'
  | 'job-not-in'
  | 'cancelled'
  | 'export-waits-for-scan'
  | 'goes-home'
  | 'finished'

export function stepFor(bay: Omit<Bay, 'name'>): BayStep {
  const { device, drive, job, copy, custody } = bay
  const nothing = (because: NothingBecause): BayStep => ({ do: 'nothing', because })
  if (drive === undefined || job === undefined) return nothing('not-of-a-job')
  if (copy !== undefined) {
    if (job.cancelRequested) return { do: 'cancel', copy }
    return device === undefined ? nothing('not-plugged') : { do: 'go-on', copy }
  }
  if (drive.apart) return nothing('goes-home')
  if (drive.fault !== undefined || job.fault !== undefined) return nothing('faulted')
  if (drive.state !== 'Received') return nothing('finished')
  if (job.cancelRequested) return nothing('cancelled')
  if (!job.leftShipping) return nothing('job-not-in')
  // A drive that says who it is when it is plugged in is in its bay all the same; to be written to it needs the scan.
  if (job.type === 'Export' && custody.scanned !== true) return nothing('export-waits-for-scan')
  return device === undefined ? nothing('not-plugged') : { do: 'start' }
}

/** The name on the bay a device is plugged into; a slot nobody named is its own name. */
export function bayOf(config: Pick<StationConfig, 'bays'>, device: Pick<Device, 'slot'>): string {
  return config.bays[device.slot] ?? device.slot.toUpperCase()
}

/** All bays with a drive in them, as the ledger and the last listing know them. */
export function readBays(
  ledger: Ledger,
  watch: Pick<DriveWatch, 'devices'>,
  config: Pick<StationConfig, 'bays'>,
): Bay[] {
  const devices = new Map(watch.devices().map((device) => [bayOf(config, device), device]))
  return ledger.find('custody', 'state', 'bay').flatMap((custody) => {
    const name = custody.bay
    if (name === undefined) return []
    const drive =
      custody.job === undefined ? undefined : ledger.get('drive', driveKey(custody.job, custody.serial))
    const job = drive === undefined ? undefined : ledger.get('job', drive.job)
    const copy =
      drive === undefined
        ? undefined
        : ledger
            .find('copy', 'serial', custody.serial)
            .find((c) => c.job === drive.job && c.state !== 'done' && c.state !== 'done-more-info')
    return [{ name, device: devices.get(name), custody, drive, job, copy }]
  })
}
