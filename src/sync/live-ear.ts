/** Keeps an ear at the service while that works; when it does not, the loop polls and this tries again, less and less often. */
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { SyncApi } from '../ports/sync-api.ts'
import { FRESH_PACE, nextWait, type Pace } from './next-wait.ts'

export interface LiveEarParts {
  readonly api: SyncApi
  readonly station: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  /** There is something behind the cursor listened from. */
  readonly onChanged: (cursor: number) => void
  /** From now on only polling tells. */
  readonly onDeaf: () => void
}

export class LiveEar {
  readonly #parts: LiveEarParts
  #connection: { close(): void } | undefined
  #hears = false
  #pace: Pace = FRESH_PACE
  #notBefore = 0
  #closed = false

  constructor(parts: LiveEarParts) {
    this.#parts = parts
  }

  /** True while the service would tell at once. */
  get hears(): boolean {
    return this.#hears
  }

  /** Listens from `cursor` on, unless it does or has just failed to. */
  listenFrom(cursor: number): void {
    const { api, station, clock, log } = this.#parts
    if (this.#closed || this.#connection !== undefined || clock.now() < this.#notBefore) return
    this.#connection = api.listen?.(station, cursor, {
      opened: () => {
        this.#hears = true
        this.#pace = FRESH_PACE
        log.debug('The service tells of changes at once.')
      },
      changed: (at) => this.#parts.onChanged(at),
      ended: (failure) => {
        this.#connection = undefined
        this.#wait()
        log.debug('The service no longer tells of changes; the station asks.', { code: failure.code })
        if (!this.#hears) return
        this.#hears = false
        if (!this.#closed) this.#parts.onDeaf()
      },
    })
  }

  close(): void {
    this.#closed = true
    this.#connection?.close()
    this.#connection = undefined
    this.#hears = false
  }

  #wait(): void {
    const { clock, ids } = this.#parts
    const { pace, waitMs } = nextWait(this.#pace, 'failed', 0, Number.parseInt(ids.hex(4), 16) / 2 ** 32)
    this.#pace = pace
    this.#notBefore = clock.now() + waitMs
  }
}
