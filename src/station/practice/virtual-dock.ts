import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { VirtualDrive } from '../../drives/virtual.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import { baysOf, shelfOf, turnBytes, writeParcels } from './make-parcels.ts'
import type { Fault, Parcels, PracticeDrive } from './parcels.ts'
import { drivesInBoxes, practiceKey } from './parcels.ts'
import { BAYS, type PracticeFolder } from './practice-folder.ts'

export type DockFailure = 'drive-unknown' | 'bay-unknown' | 'bay-taken' | 'bay-empty' | 'fault-unfit'

/** A disk that says it is this one is not the one on the label. */
const SOMEBODY_ELSES_SERIAL = 'ZR5A1N7K8Q4M'
/** Slow enough to be seen, and through before a person gives up: a practice drive holds one to five megabytes. */
export const SLOW_BYTES_PER_S = 128 * 1024

/**
 * Hands for virtual drives. A drive is plugged in by moving its folder into a bay and pulled out by moving it back, so that
 * whoever still reads from it finds it gone, as with a real one. Where the folders lie is the only truth.
 */
export class VirtualDock {
  readonly #folder: PracticeFolder
  readonly #listFile: string
  #parcels: Parcels

  constructor(folder: PracticeFolder, parcels: Parcels) {
    this.#folder = folder
    this.#parcels = parcels
    this.#listFile = join(folder.world, 'plugged.json')
    mkdirSync(baysOf(folder), { recursive: true })
    this.#writeList()
  }

  get parcels(): Parcels {
    return this.#parcels
  }

  /** The bay a drive is plugged into. */
  bayOf(serial: string): string | undefined {
    return this.#plugged().find((entry) => entry.serial === serial)?.bay
  }

  faultOf(serial: string): Fault {
    return this.#drive(serial)?.fault ?? 'none'
  }

  freeBay(): string | undefined {
    const plugged = this.#plugged()
    return BAYS.find((bay) => !plugged.some((entry) => entry.bay === bay))
  }

  plug(serial: string, bay: string): Outcome<undefined, DockFailure> {
    if (this.#drive(serial) === undefined) return unknownDrive(serial)
    if (!(BAYS as readonly string[]).includes(bay))
      return fail('bay-unknown', `There is no bay ${bay}. Choose one of ${BAYS.join(', ')}.`)
    const inside = this.#plugged().find((entry) => entry.bay === bay)
    if (inside?.serial === serial) return ok()
    if (inside !== undefined)
      return fail('bay-taken', `Bay ${bay} holds ${inside.serial}. Pull it out first.`)
    const elsewhere = this.bayOf(serial)
    if (elsewhere !== undefined) this.unplug(elsewhere)
    mkdirSync(this.#bayFolder(bay), { recursive: true })
    renameSync(join(shelfOf(this.#folder), serial), join(this.#bayFolder(bay), serial))
    this.#writeList()
    return ok()
  }

  unplug(bay: string): Outcome<undefined, DockFailure> {
    const inside = this.#plugged().find((entry) => entry.bay === bay)
    if (inside === undefined) return fail('bay-empty', `Nothing is plugged into bay ${bay}.`)
    renameSync(join(this.#bayFolder(bay), inside.serial), join(shelfOf(this.#folder), inside.serial))
    this.#writeList()
    return ok()
  }

  setFault(serial: string, fault: Fault): Outcome<undefined, DockFailure> {
    const drive = this.#drive(serial)
    const job = this.#parcels
      .flatMap(({ jobs }) => jobs)
      .find((one) => one.drives.some((d) => d.serial === serial))
    if (drive === undefined) return unknownDrive(serial)
    if (drive.fault === fault) return ok()
    if (job === undefined) return fail('fault-unfit', `${serial} is of no job and is never copied.`)
    if ((drive.fault === 'bad-sector') !== (fault === 'bad-sector'))
      turnBytes(this.#rootOf(serial), job.name, serial)
    const withFault = (one: PracticeDrive) => (one.serial === serial ? { ...one, fault } : one)
    this.#parcels = this.#parcels.map((parcel) => ({
      ...parcel,
      jobs: parcel.jobs.map((one) => ({ ...one, drives: one.drives.map(withFault) })),
    }))
    writeParcels(this.#folder, this.#parcels)
    this.#writeList()
    return ok()
  }

  /** New parcels have come; the drives of the old ones are gone. */
  replace(parcels: Parcels): void {
    this.#parcels = parcels
    this.#writeList()
  }

  /** Nothing is plugged in any more. */
  clear(): void {
    for (const { bay } of this.#plugged()) this.unplug(bay)
  }

  #drive(serial: string): PracticeDrive | undefined {
    return drivesInBoxes(this.#parcels).find((drive) => drive.serial === serial)
  }

  #bayFolder(bay: string): string {
    return join(baysOf(this.#folder), bay)
  }

  #rootOf(serial: string): string {
    const bay = this.bayOf(serial)
    return join(bay === undefined ? shelfOf(this.#folder) : this.#bayFolder(bay), serial)
  }

  #plugged(): { readonly bay: string; readonly serial: string }[] {
    const filled = new Set(readdirSync(baysOf(this.#folder)))
    return BAYS.filter((bay) => filled.has(bay)).flatMap((bay) =>
      readdirSync(this.#bayFolder(bay)).map((serial) => ({ bay, serial })),
    )
  }

  /** Whole, or not at all: the station reads it at any moment. */
  #writeList(): void {
    const list = this.#plugged().map(({ bay, serial }): VirtualDrive => {
      const fault = this.faultOf(serial)
      return {
        slot: `bay-${bay}`,
        folder: join(this.#bayFolder(bay), serial),
        serial: fault === 'wrong-identity' ? SOMEBODY_ELSES_SERIAL : serial,
        model: 'Practice drive',
        sizeBytes: 4_000_787_030_016,
        ...(fault === 'wrong-key' ? { lockedWith: practiceKey(SOMEBODY_ELSES_SERIAL) } : {}),
        ...(fault === 'slow' ? { readBytesPerS: SLOW_BYTES_PER_S } : {}),
      }
    })
    writeFileSync(`${this.#listFile}.new`, JSON.stringify(list, null, 2))
    renameSync(`${this.#listFile}.new`, this.#listFile)
  }
}

function unknownDrive(serial: string) {
  return fail('drive-unknown', `There is no practice drive ${serial}.`)
}
