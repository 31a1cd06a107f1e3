import type { Failure, Outcome } from '../lifecycle/outcome.ts'
import type { Device } from '../ports/devices.ts'
import { ownSerials } from './bridges.ts'
import { serialReadings } from './serials.ts'

/**
 * What changed between two listings. Pure.
 *
 * Identity is the attachment alone: a device that got mounted, became read-only or was told apart from the system by a
 * late udev answer is the same attachment and shows under `changed`, never as an unplug and a plug.
 */
export interface ListingDiff {
  readonly plugged: readonly Device[]
  readonly unplugged: readonly Device[]
  /** Same attachment, other facts. The newer facts. */
  readonly changed: readonly Device[]
}

export function diffListings(before: readonly Device[], after: readonly Device[]): ListingDiff {
  const old = new Map(before.map((device) => [device.attachment, device]))
  const fresh = new Set(after.map((device) => device.attachment))
  return {
    plugged: after.filter((device) => !old.has(device.attachment)),
    unplugged: before.filter((device) => !fresh.has(device.attachment)),
    changed: after.filter((device) => {
      const known = old.get(device.attachment)
      return known !== undefined && JSON.stringify(known) !== JSON.stringify(device)
    }),
  }
}

/** What is known after a listing. A listing that failed takes nothing away: the last known devices stay, with a warning. */
export interface FoldedListing extends ListingDiff {
  readonly devices: readonly Device[]
  readonly warning?: Failure<'listing-failed'>
}

export function foldListing(
  known: readonly Device[],
  listing: Outcome<readonly Device[], 'listing-failed'>,
): FoldedListing {
  if (!listing.ok) {
    return { devices: known, plugged: [], unplugged: [], changed: [], warning: listing.failure }
  }
  // A listing that names one attachment twice is a defect of its source; the first mention counts.
  const devices = [
    ...new Map([...listing.value].reverse().map((device) => [device.attachment, device])).values(),
  ]
  devices.reverse()
  return { devices, ...diffListings(known, devices) }
}

/**
 * Devices that give the same serial as their own, each with the slots of its twins. Two disks never share a serial:
 * either one lies, or one disk is attached twice. Numbers an adapter made up are not a disk's own and make no twins.
 */
export function findTwins(devices: readonly Device[]): ReadonlyMap<string, readonly string[]> {
  const bySerial = new Map<string, Set<Device>>()
  for (const device of devices) {
    for (const serial of ownSerials(device.serials)) {
      for (const reading of serialReadings(serial.text)) {
        const holders = bySerial.get(reading) ?? new Set()
        bySerial.set(reading, holders.add(device))
      }
    }
  }
  const twins = new Map<string, Set<string>>()
  for (const holders of bySerial.values()) {
    for (const device of holders) {
      for (const other of holders) {
        if (other === device) continue
        const slots = twins.get(device.attachment) ?? new Set()
        twins.set(device.attachment, slots.add(other.slot))
      }
    }
  }
  return new Map([...twins].map(([attachment, slots]) => [attachment, [...slots].sort()]))
}
