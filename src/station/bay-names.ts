import type { StationConfig } from '../contract/config.ts'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import { readScan } from '../scanning/read-scan.ts'

export interface BayNamesParts {
  /** The station's settings: names are read from here by everybody, at each look. */
  readonly config: Pick<StationConfig, 'bays'>
  /** Writes the settings down. */
  readonly save: () => Outcome<unknown, 'data-folder-unusable'>
}

/**
 * Names the bays of a dock, each once and by scanning: a person points at a slot with a drive in it, and the next bay code
 * scanned is its name. The scan goes on to mean what it always means.
 */
export class BayNames {
  readonly #parts: BayNamesParts
  #slot: string | undefined

  constructor(parts: BayNamesParts) {
    this.#parts = parts
  }

  /** The slot that waits for its name. */
  get waiting(): string | undefined {
    return this.#slot
  }

  /** Undefined ends the waiting. */
  wait(slot: string | undefined): void {
    this.#slot = slot
  }

  /** Told of every scan before it is decided. Answers the name when it gave one. */
  heard(raw: string): Outcome<string | undefined, 'bay-not-named'> {
    const slot = this.#slot
    const { kind, bay } = readScan(raw)
    if (slot === undefined || kind !== 'bay' || bay === undefined) return ok(undefined)
    this.#slot = undefined
    const { config, save } = this.#parts
    const before = { ...config.bays }
    // A name is at one place: given again, it has moved.
    for (const [other, name] of Object.entries(before)) if (name === bay) delete config.bays[other]
    config.bays[slot] = bay
    const saved = save()
    if (saved.ok) return ok(bay)
    for (const other of Object.keys(config.bays)) delete config.bays[other]
    Object.assign(config.bays, before)
    return fail('bay-not-named', `Bay ${bay} was not named: ${saved.failure.sentence}`, saved.failure.detail)
  }
}
