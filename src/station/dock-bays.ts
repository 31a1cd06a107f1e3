import type { StationConfig } from '../contract/config.ts'
import { findTwins } from '../drives/diff.ts'
import type { Identity } from '../drives/identity.ts'
import type { DrivesUpdate } from '../drives/watch.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { fail, type Outcome } from '../lifecycle/outcome.ts'
import type { CustodyRecord } from '../lifecycle/records.ts'
import type { Device, Devices, Examination } from '../ports/devices.ts'
import type { Log } from '../ports/log.ts'
import { identityInBay } from './bay-identity.ts'
import { bayOf } from './bays.ts'
import type { CopyJournal } from './copy-journal.ts'
import { findItsCustody } from './find-custody.ts'

export interface DockBaysParts {
  readonly ledger: Ledger
  readonly config: Pick<StationConfig, 'bays'>
  readonly devices: Pick<Devices, 'examine' | 'eject'>
  readonly journal: CopyJournal
  readonly log: Log
}

/**
 * What the station does about a drive because it was plugged in or pulled, whoever's it is: judges who it is, examines it,
 * and writes both down. Holds what an entry does not: raw values, and which drives are still being examined.
 */
export class DockBays {
  readonly #parts: DockBaysParts
  readonly #examined = new Map<string, Examination>()
  readonly #examining = new Map<string, Promise<void>>()
  readonly #ejected = new Set<string>()
  #devices: readonly Device[] = []
  #twins: DrivesUpdate['twins'] = new Map()
  #closed = false
  /** Called when more is known of a drive. */
  onChange: () => void = () => undefined

  constructor(parts: DockBaysParts) {
    this.#parts = parts
  }

  /** Told by the watch after each listing that changed something. */
  told(update: DrivesUpdate): void {
    const { journal, config, log } = this.#parts
    this.#devices = update.devices
    if (update.warning !== undefined) log.warn(update.warning.sentence, { code: update.warning.code })
    for (const { attachment, slot, system } of update.unplugged) {
      this.#examined.delete(attachment)
      this.#ejected.delete(attachment)
      if (!system) journal.write('drive-unplugged', { bay: bayOf(config, { slot }), attachment })
    }
    this.#compare()
    for (const device of update.plugged) {
      if (device.system) continue
      this.#settle(device)
      this.#writePlugged(device)
      this.#examining.set(device.attachment, this.#examine(device))
    }
  }

  /** Who is in this bay, as far as can be said before it is read. */
  identityOf(device: Device, custody: CustodyRecord | undefined): Identity {
    return identityInBay(this.#withOwnSerial(device), custody, this.#twins.get(device.attachment))
  }

  /** With the disk's own word where the listing has only its adapter's. */
  knownAs(device: Device): Device {
    return this.#withOwnSerial(device)
  }

  /** Undefined while it is being examined, and when it could not be. */
  examinationOf(device: Pick<Device, 'attachment'>): Examination | undefined {
    return this.#examined.get(device.attachment)
  }

  /**
   * A drive that is still being asked who it is waits: its own word may contradict its label. One that was ejected is on its
   * way out.
   */
  mayStart({ attachment }: Pick<Device, 'attachment'>): boolean {
    return !this.#examining.has(attachment) && !this.#ejected.has(attachment)
  }

  isEjected({ attachment }: Pick<Device, 'attachment'>): boolean {
    return this.#ejected.has(attachment)
  }

  deviceIn(bay: string): Device | undefined {
    return this.#devices.find((device) => !device.system && bayOf(this.#parts.config, device) === bay)
  }

  /** `release` lets go of what the station itself does with the drive. */
  async eject(
    bay: string,
    release: (attachment: string) => Promise<Outcome<undefined>>,
  ): Promise<Outcome<undefined>> {
    const device = this.deviceIn(bay)
    if (device === undefined) return fail('bay-empty', `No drive is plugged into bay ${bay}.`)
    this.#ejected.add(device.attachment)
    const released = await release(device.attachment)
    const ejected = released.ok ? await this.#parts.devices.eject(device) : released
    if (!ejected.ok) this.#ejected.delete(device.attachment)
    this.onChange()
    return ejected
  }

  /** Resolves when no drive is being examined. Nothing is written or told afterwards. */
  async close(): Promise<void> {
    this.#closed = true
    await this.idle()
  }

  async idle(): Promise<void> {
    await Promise.all(this.#examining.values())
  }

  #compare(): void {
    this.#twins = findTwins(this.#devices.map((device) => this.#withOwnSerial(device)))
  }

  /** The disk's own serial as S.M.A.R.T. gave it: the word of the disk where the listing has only its adapter's. */
  #withOwnSerial(device: Device): Device {
    const text = this.#examined.get(device.attachment)?.serial
    if (text === undefined || device.serials.some(({ source }) => source === 'disk')) return device
    return { ...device, serials: [{ text, source: 'disk' }, ...device.serials] }
  }

  async #examine(device: Device): Promise<void> {
    const { devices, log, journal, config, ledger } = this.#parts
    const examined = await devices.examine(device).catch((error: unknown) => {
      log.error('A drive could not be examined.', { slot: device.slot, error: String(error) })
      return undefined
    })
    this.#examining.delete(device.attachment)
    const isThere = this.#devices.some(({ attachment }) => attachment === device.attachment)
    if (this.#closed || !isThere) return
    if (examined?.ok === true) {
      const { rawValues: _, silentBecause, serial, ...found } = examined.value
      this.#examined.set(device.attachment, examined.value)
      if (silentBecause !== undefined) log.info(silentBecause, { slot: device.slot })
      this.#compare()
      this.#settle(device)
      const bay = bayOf(config, device)
      const [custody] = ledger.find('custody', 'bay', bay)
      const { verdict } = this.identityOf(device, custody)
      const said = serial === undefined ? {} : { serial }
      journal.write('drive-examined', {
        bay,
        attachment: device.attachment,
        ...said,
        ...found,
        identity: verdict,
      })
    } else if (examined?.ok === false) log.info(examined.failure.sentence, { slot: device.slot })
    this.onChange()
  }

  /**
   * A drive whose own word is the label of exactly one drive received here is in this bay: nobody has to scan it again. One
   * whose word is an adapter's, or that has a twin, is asked for.
   */
  #settle(device: Device): void {
    const { ledger, config, journal } = this.#parts
    const bay = bayOf(config, device)
    if (ledger.find('custody', 'bay', bay).length > 0 || this.#twins.has(device.attachment)) return
    const pluggedBays = new Set(
      this.#devices
        .filter(({ attachment }) => attachment !== device.attachment)
        .map((other) => bayOf(config, other)),
    )
    const custody = findItsCustody(ledger, this.#withOwnSerial(device), pluggedBays)
    if (custody !== undefined) journal.write('drive-placed', { serial: custody.serial, bay })
  }

  #writePlugged(device: Device): void {
    const { ledger, config, journal } = this.#parts
    const bay = bayOf(config, device)
    const [custody] = ledger.find('custody', 'bay', bay)
    const { verdict } = this.identityOf(device, custody)
    const serials = device.serials.map((s) => s.text)
    journal.write('drive-plugged', { bay, attachment: device.attachment, serials, identity: verdict })
  }
}
