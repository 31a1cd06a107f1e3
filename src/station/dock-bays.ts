import type { StationConfig } from '../contract/config.ts'
import type { DrivesUpdate } from '../drives/watch.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Device } from '../ports/devices.ts'
import type { Log } from '../ports/log.ts'
import { identityInBay } from './bay-identity.ts'
import { bayOf } from './bays.ts'
import type { CopyJournal } from './copy-journal.ts'

export interface DockBaysParts {
  readonly ledger: Ledger
  readonly config: Pick<StationConfig, 'bays'>
  readonly journal: CopyJournal
  readonly log: Log
}

/** What the station does about a drive because it was plugged in or pulled, whoever's it is. */
export class DockBays {
  readonly #parts: DockBaysParts
  #twins: DrivesUpdate['twins'] = new Map()

  constructor(parts: DockBaysParts) {
    this.#parts = parts
  }

  /** Told by the watch after each listing that changed something. */
  told(update: DrivesUpdate): void {
    const { journal, config, log } = this.#parts
    this.#twins = update.twins
    if (update.warning !== undefined) log.warn(update.warning.sentence, { code: update.warning.code })
    for (const device of update.plugged) if (!device.system) this.#writePlugged(device)
    for (const { attachment, slot, system } of update.unplugged)
      if (!system) journal.write('drive-unplugged', { bay: bayOf(config, { slot }), attachment })
  }

  #writePlugged(device: Device): void {
    const { ledger, config, journal } = this.#parts
    const bay = bayOf(config, device)
    const [custody] = ledger.find('custody', 'bay', bay)
    const { verdict } = identityInBay(device, custody, this.#twins.get(device.attachment))
    const serials = device.serials.map((s) => s.text)
    journal.write('drive-plugged', { bay, attachment: device.attachment, serials, identity: verdict })
  }
}
