import { fail, type Outcome, ok } from '../../src/lifecycle/outcome.ts'
import type { Device, Devices, Examination, OpenFailureCode } from '../../src/ports/devices.ts'

/** Drives in memory, with faults on request. `open` hands out the folder the drive was plugged with. */
export class FakeDevices implements Devices {
  #plugged = new Map<string, { device: Device; folder: string }>()
  #rings = new Set<() => void>()
  #failingListings = 0
  #openFailure: OpenFailureCode | undefined
  #busyCloses = 0
  #count = 0
  /** How often `list` was called. */
  listings = 0

  plug(slot: string, folder: string, facts: Partial<Device> = {}): Device {
    const device: Device = {
      attachment: `fake-${++this.#count}`,
      slot,
      node: `/dev/${slot}`,
      kind: 'usb',
      serials: [],
      model: undefined,
      sizeBytes: 1_000_000_000,
      readOnly: false,
      system: false,
      ...facts,
    }
    this.#plugged.set(slot, { device, folder })
    this.ring()
    return device
  }

  unplug(slot: string): void {
    this.#plugged.delete(slot)
    this.ring()
  }

  /** The same attachment says something else from now on (a late udev answer, a mount, a write protection). */
  change(slot: string, facts: Partial<Omit<Device, 'attachment'>>): void {
    const drive = this.#plugged.get(slot)
    if (drive === undefined) throw new Error(`nothing is plugged in ${slot}`)
    this.#plugged.set(slot, { ...drive, device: { ...drive.device, ...facts } })
  }

  ring(): void {
    for (const ring of this.#rings) ring()
  }

  failNextListings(count: number): void {
    this.#failingListings = count
  }

  /** Undefined: opening works again. */
  failOpening(code: OpenFailureCode | undefined): void {
    this.#openFailure = code
  }

  failNextCloses(count: number): void {
    this.#busyCloses = count
  }

  async list(): Promise<Outcome<readonly Device[], 'listing-failed'>> {
    this.listings++
    if (this.#failingListings > 0) {
      this.#failingListings--
      return fail('listing-failed', 'The drives cannot be listed; try again.')
    }
    return ok([...this.#plugged.values()].map(({ device }) => device))
  }

  watch(ring: () => void): { stop(): void } {
    this.#rings.add(ring)
    return { stop: () => void this.#rings.delete(ring) }
  }

  open: Devices['open'] = async (device) => {
    const drive = this.#plugged.get(device.slot)
    if (drive?.device.attachment !== device.attachment) {
      return fail('DiskNotFound', 'The drive is no longer plugged in; plug it in again.')
    }
    if (this.#openFailure !== undefined)
      return fail(this.#openFailure, 'The drive cannot be opened; hold it.')
    return ok({
      root: drive.folder,
      fileSystem: 'ntfs',
      sizeBytes: device.sizeBytes,
      close: async () => {
        if (this.#busyCloses === 0) return ok()
        this.#busyCloses--
        return fail('volume-busy', 'The drive is still in use; close it again.')
      },
    })
  }

  /** What drives say when they are examined, by slot; a drive nobody spoke of says nothing of its health. */
  readonly examinations = new Map<string, Examination>()

  examine: Devices['examine'] = async ({ slot, attachment }) => {
    if (this.#plugged.get(slot)?.device.attachment !== attachment)
      return fail('examination-failed', 'The drive was pulled out while it was examined.')
    return ok(this.examinations.get(slot) ?? { health: 'unknown', reasons: [], findings: [], rawValues: [] })
  }

  eject: Devices['eject'] = async () => {
    if (this.#busyCloses === 0) return ok()
    this.#busyCloses--
    return fail('still-open', 'The drive cannot be taken out yet: this station still reads it.')
  }

  prepareTarget: Devices['prepareTarget'] = async (device, { target, encryption }) => {
    if (target.attachment !== device.attachment)
      return fail('DiskOperationFailed', 'Another drive was approved; scan the drive again.')
    if (encryption !== 'none') return fail('BitLockerNotActivated', 'The drive is not encrypted; encrypt it.')
    return this.open(device, {})
  }

  async closeLeftovers(): Promise<Outcome<readonly string[], 'leftovers-remain'>> {
    return ok([])
  }
}
