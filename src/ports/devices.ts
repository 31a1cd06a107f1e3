import type { ConformityFinding, Health, HealthReason, RawValue } from '../contract/intake.ts'
import type { Outcome } from '../lifecycle/outcome.ts'

/**
 * Physical (or virtual) drives. The listing is the truth; `watch` is only a doorbell. A failed listing never means
 * "all drives gone".
 */
export interface Devices {
  list(): Promise<Outcome<readonly Device[], 'listing-failed'>>

  /** Calls `ring` when it is worth listing again. May ring too often, and may miss one: keep a slow tick beside it. */
  watch(ring: () => void): { stop(): void }

  /**
   * Makes a drive's first data volume readable, never writable: block device read-only where possible, mounted
   * `ro,nosuid,nodev,noexec` without journal replay. The failure's code is the drive status of the published log format.
   */
  open(device: Device, secrets: VolumeSecrets): Promise<Outcome<OpenVolume, OpenFailureCode>>

  /**
   * Asks a drive about itself: its own serial number, its health, whether it is of a kind the service takes. Takes seconds,
   * more on a sleeping or sick disk, and never longer than its limits. Reads no file.
   */
  examine(device: Device): Promise<Outcome<Examination, 'examination-failed'>>

  /** Closes whatever is open of a drive and brings what was written onto it, so that it may be pulled out. Says what is still open. */
  eject(device: Device): Promise<Outcome<undefined, 'still-open'>>

  /**
   * Makes a drive's data volume writable, for an export. `order` holds the decision that this drive may be written to; it is
   * looked at once more here. The volume must be there: drives are prepared before they are plugged in.
   */
  prepareTarget(device: Device, order: TargetOrder): Promise<Outcome<OpenVolume, OpenFailureCode>>

  /** Closes what an earlier run of this program left open (mounts, mappers, loops). Answers what it closed. */
  closeLeftovers(): Promise<Outcome<readonly string[], 'leftovers-remain'>>
}

/** One drive as attached now. Plugging the same drive in again gives a new `attachment`. */
export interface Device {
  /** Identity of this attachment; never a mount path. */
  readonly attachment: string
  /**
   * Physical place: the USB port path (`2-1.4`, or `2-1.4:0.1` for target 0, unit 1 of a several-bay enclosure), the disk
   * controller's port, the loop device (`loop3`) or the virtual slot. Stable over re-plugging.
   */
  readonly slot: string
  /** The system's name for the block device, or the folder of a virtual drive. */
  readonly node: string
  readonly kind: 'usb' | 'sata' | 'nvme' | 'loop' | 'virtual' | 'other'
  /** What the device says its serial is, and who said it. Absent when nobody says. Raw text, not normalised. */
  readonly serials: readonly DeviceSerial[]
  readonly model: string | undefined
  readonly sizeBytes: number
  readonly readOnly: boolean
  /** True for anything this machine lives from (root, boot, swap, RAID or LVM member): never a target, never opened. */
  readonly system: boolean
  /** Why `system` is true, as the end of "it is not touched because …". Present exactly when `system` is. */
  readonly systemReason?: string
  /** The USB adapter the disk sits behind. Absent for disks on a bus of their own and where nobody says. */
  readonly bridge?: UsbBridge
}

/** Four lower-case hex digits each, as in the USB descriptors (`152d`, `0578`). */
export interface UsbBridge {
  readonly vendorId: string
  readonly productId: string
}

export interface DeviceSerial {
  readonly text: string
  /** `disk`: the disk's own (SCSI VPD page 0x80, ATA identify). `bridge`: the USB adapter's iSerial. `virtual`: a virtual drive's label. */
  readonly source: 'disk' | 'bridge' | 'virtual'
}

/** What a drive says when it is examined. What nobody says is `unknown` or absent, never made up. */
export interface Examination {
  /** The disk's own serial number, where it lets itself be asked. */
  readonly serial?: string
  readonly health: Health
  /** What speaks against it, the worst first. */
  readonly reasons: readonly HealthReason[]
  readonly findings: readonly ConformityFinding[]
  readonly rawValues: readonly RawValue[]
  /** Why nothing is said of its health, in a sentence. */
  readonly silentBecause?: string
}

/** The answer of the decision which disk may be written to; nobody else makes one. */
export interface ApprovedTarget {
  readonly attachment: string
  /** Of the job's drive. */
  readonly serial: string
}

export interface TargetOrder {
  readonly target: ApprovedTarget
  /** `none` only where the job itself says that its drives may go home in plain. */
  readonly encryption: 'bitlocker' | 'none'
}

/** Held in memory only. */
export interface VolumeSecrets {
  readonly bitLockerKey?: string
}

export interface OpenVolume {
  /** Absolute path of the volume's root folder. */
  readonly root: string
  readonly fileSystem: string
  /** The block device it is on; absent where there is none, or it may not be known. */
  readonly device?: string
  readonly sizeBytes: number
  /** Read it no faster than this, in bytes a second: a drive made slow on purpose. Absent: as fast as it gives. */
  readonly readBytesPerS?: number
  /** Unmounts and closes everything `open` made. Safe to call twice. */
  close(): Promise<Outcome<undefined, 'volume-busy'>>
}

export type OpenFailureCode =
  | 'DiskNotFound'
  | 'VolumeNotNtfs'
  | 'DiskOperationFailed'
  | 'BitLockerVolumeNotFound'
  | 'BitLockerNotActivated'
  | 'BitLockerProtectorNotFound'
  | 'BitLockerKeyInvalid'
  | 'BitLockerUnlockVolumeFailed'
  | 'BitLockerFailed'
