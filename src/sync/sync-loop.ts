/** Keeps a station in step with the service: a round now and then, at once when there is something to send. */
import type { Failure } from '../lifecycle/outcome.ts'
import type { Clock, Timers } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import type { SyncApi } from '../ports/sync-api.ts'
import { exchange, type RoundEnd, type RoundOptions } from './exchange.ts'
import { LiveEar } from './live-ear.ts'
import { FRESH_PACE, nextWait, type Pace, type RoundOutcome } from './next-wait.ts'
import type { AnswersRecorded, SyncLedger } from './sync-ledger.ts'

export type SyncStatus =
  | { readonly state: 'starting' }
  /** `clockAheadMs`: how far the service's clock is ahead of this station's; deadlines are judged by the service's. */
  | { readonly state: 'in-step'; readonly at: number; readonly clockAheadMs: number }
  /** The last round failed; the next begins at `nextAt` of the station's clock. */
  | { readonly state: 'waiting'; readonly failure: Failure; readonly nextAt: number }
  /** Pushing is stopped until a person acts. */
  | { readonly state: 'stopped'; readonly failure: Failure }

export interface SyncLoopParts<A extends AnswersRecorded, R> extends Omit<RoundOptions<A, R>, 'greet'> {
  readonly api: SyncApi
  readonly ledger: SyncLedger<A, R>
  readonly clock: Clock
  readonly timers: Timers
  readonly ids: Ids
  readonly log: Log
  /** Pause between rounds while all is well. */
  readonly pollMs?: number
  readonly onStatus?: (status: SyncStatus) => void
}

export interface SyncLoop {
  readonly status: SyncStatus
  /** There is something to send. Begins a round at once, unless the service was just found to be away. */
  nudge(): void
  /** A person asks: begins a round at once in any case. */
  tryNow(): void
  /** Ends after the round that is under way. */
  stop(): Promise<void>
}

const POLL_MS = 5_000
/** Between rounds while the service tells of changes by itself: against a change that it forgot to tell. */
const LIVE_POLL_MS = 30_000
/** After the service fell silent: soon enough that the screen says so within two seconds. */
const FALLEN_SILENT_MS = 500

/** Codes of failures that stay until a person acts. */
const HOPELESS = ['not-allowed', 'version-mismatch']

export function startSync<A extends AnswersRecorded, R>(parts: SyncLoopParts<A, R>): SyncLoop {
  const loop = new Loop(parts)
  loop.tryNow()
  return loop
}

class Loop<A extends AnswersRecorded, R> implements SyncLoop {
  readonly #parts: SyncLoopParts<A, R>
  #status: SyncStatus = { state: 'starting' }
  #pace: Pace = FRESH_PACE
  #greeted = false
  #running: Promise<void> | undefined
  #again = false
  /** Code of the failure logged last; undefined when all is well. */
  #trouble: string | undefined
  #stopped = false
  readonly #ear: LiveEar
  /** The ledger's cursor after the last round that worked. */
  #pulledTo = 0
  #timer: { cancel(): void } | undefined

  constructor(parts: SyncLoopParts<A, R>) {
    this.#parts = parts
    this.#ear = new LiveEar({
      ...parts,
      station: parts.ledger.station,
      onChanged: (cursor) => {
        if (cursor > this.#pulledTo) this.nudge()
      },
      onDeaf: () => this.#pollSoon(),
    })
  }

  get status(): SyncStatus {
    return this.#status
  }

  nudge(): void {
    if (this.#running !== undefined) this.#again = true
    else if (this.#pace.failures === 0) this.tryNow()
  }

  tryNow(): void {
    if (this.#stopped) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    this.#timer?.cancel()
    this.#again = false
    this.#running = this.#round().then(() => {
      this.#running = undefined
      if (this.#again && this.#pace.failures === 0) this.tryNow()
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    this.#ear.close()
    await this.#running
  }

  /** The wait was made for a service that speaks up by itself. */
  #pollSoon(): void {
    if (this.#stopped || this.#running !== undefined) return
    this.#timer?.cancel()
    const waitMs = Math.min(FALLEN_SILENT_MS, this.#parts.pollMs ?? POLL_MS)
    this.#timer = this.#parts.timers.after(waitMs, () => this.tryNow())
  }

  async #round(): Promise<void> {
    const { ids, clock, timers, pollMs = POLL_MS } = this.#parts
    const end = await this.#exchange()
    if (end.outcome !== 'failed') {
      this.#greeted = true
      if (!this.#stopped) this.#ear.listenFrom(this.#pulledTo)
    }
    const restMs = this.#ear.hears ? Math.max(pollMs, LIVE_POLL_MS) : pollMs
    const { pace, waitMs } = nextWait(this.#pace, outcomeOf(end), restMs, fractionOf(ids))
    this.#pace = pace
    this.#log(end)
    this.#tell(statusAfter(end, clock.now(), waitMs))
    if (!this.#stopped) this.#timer = timers.after(waitMs, () => this.tryNow())
  }

  async #exchange(): Promise<RoundEnd> {
    try {
      const { api, ledger } = this.#parts
      const end = await exchange(api, ledger, { ...this.#parts, greet: !this.#greeted })
      this.#pulledTo = ledger.cursor()
      return end
    } catch (error) {
      // A ledger that cannot be read, or a defect: shown and logged like any failure, and tried again.
      const failure = {
        code: 'sync-broke',
        sentence:
          'The exchange with the service broke off inside the station; see the log and restart the station.',
        detail: String(error),
      }
      return { outcome: 'failed', failure }
    }
  }

  /** One line when something begins to go wrong, or goes wrong in another way, and one when all is well again. */
  #log(end: RoundEnd): void {
    const code = end.outcome === 'in-step' ? undefined : end.failure.code
    if (code === this.#trouble) return
    this.#trouble = code
    if (end.outcome === 'in-step') this.#parts.log.info('in step with the service again')
    else this.#parts.log.warn(end.failure.sentence, { code, detail: end.failure.detail })
  }

  #tell(status: SyncStatus): void {
    this.#status = status
    this.#parts.onStatus?.(status)
  }
}

function outcomeOf(end: RoundEnd): RoundOutcome {
  if (end.outcome !== 'failed') return 'done'
  return HOPELESS.includes(end.failure.code) ? 'hopeless' : 'failed'
}

function statusAfter(end: RoundEnd, now: number, waitMs: number): SyncStatus {
  switch (end.outcome) {
    case 'in-step':
      return { state: 'in-step', at: now, clockAheadMs: end.serviceAt - now }
    case 'stopped':
      return { state: 'stopped', failure: end.failure }
    case 'failed':
      return { state: 'waiting', failure: end.failure, nextAt: now + waitMs }
  }
}

/** Random in [0, 1). */
const fractionOf = (ids: Ids): number => Number.parseInt(ids.hex(4), 16) / 2 ** 32
