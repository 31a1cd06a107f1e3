import type { CopyProgress } from '../contract/copy-messages.ts'
import { EXCHANGE_VERSION, PROGRESS_EVERY_MS, type ProgressReport } from '../contract/exchange.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { SyncApi } from '../ports/sync-api.ts'

export interface TellProgressParts {
  readonly station: string
  readonly ledger: Pick<Ledger, 'find'>
  /** What the running copy of a drive has done; undefined when none runs. */
  readonly progressOf: (serial: string) => CopyProgress | undefined
  readonly api: Pick<SyncApi, 'tellProgress'>
  readonly timers: Timers
  readonly log: Log
}

type Told = ProgressReport['drives'][number]

/** States of a copy in which bytes move. */
const MOVING = ['copying', 'proving'] as const

/**
 * Tells the service every five seconds how far the running copies are. A report that cannot be sent is dropped: the next
 * one says more. Nothing is sent when nothing has moved.
 */
export class TellProgress {
  readonly #parts: TellProgressParts
  readonly #told = new Map<string, Told>()
  #timer: { cancel(): void } | undefined
  #telling: Promise<void> = Promise.resolve()
  #closed = false

  constructor(parts: TellProgressParts) {
    this.#parts = parts
    this.#wait()
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    await this.#telling
  }

  #wait(): void {
    if (this.#closed) return
    this.#timer = this.#parts.timers.after(PROGRESS_EVERY_MS, () => {
      this.#telling = this.#tell().then(() => this.#wait())
    })
  }

  async #tell(): Promise<void> {
    const { api, station, log } = this.#parts
    try {
      const now = this.#moving()
      const drives = now.filter((drive) => !same(drive, this.#told.get(keyOf(drive))))
      for (const key of this.#told.keys()) if (!now.some((one) => keyOf(one) === key)) this.#told.delete(key)
      if (drives.length === 0) return
      const heard = await api.tellProgress({ version: EXCHANGE_VERSION, station, drives })
      if (heard.ok) for (const drive of drives) this.#told.set(keyOf(drive), drive)
      else
        log.debug('The progress of copies could not be told; the next report will.', {
          code: heard.failure.code,
        })
    } catch (error) {
      // Progress is told for information only: whatever goes wrong with it must not disturb a copy.
      log.warn('The progress of copies could not be told.', { error: String(error) })
    }
  }

  #moving(): Told[] {
    const { ledger, progressOf } = this.#parts
    return MOVING.flatMap((state) => ledger.find('copy', 'state', state)).flatMap(({ job, serial }) => {
      const progress = progressOf(serial)
      return progress === undefined || progress.bytesTotal === 0 ? [] : [toldOf(job, serial, progress)]
    })
  }
}

function toldOf(job: string, serial: string, { bytesDone, bytesTotal }: CopyProgress): Told {
  return { job, serial, percent: Math.min(100, Math.floor((100 * bytesDone) / bytesTotal)), bytes: bytesDone }
}

const keyOf = ({ job, serial }: Told): string => `${job}/${serial}`

const same = (a: Told, b: Told | undefined): boolean =>
  b !== undefined && a.percent === b.percent && a.bytes === b.bytes
