import type { Entry } from '../contract/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { Draft, type Mint } from '../lifecycle/decide/draft.ts'
import { type EventBodies, type EventKind, event, type LifeEvent } from '../lifecycle/events.ts'
import type { CaseReason } from '../lifecycle/records.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'

/** Writes down what copying does: facts of its own, and cases for a person. */
export class CopyJournal {
  readonly #ledger: Ledger
  readonly #clock: Clock
  readonly #mint: Mint
  readonly #log: Log
  onWritten: (entries: readonly Entry[]) => void = () => undefined

  constructor(parts: {
    readonly ledger: Ledger
    readonly clock: Clock
    readonly mint: Mint
    readonly log: Log
  }) {
    this.#ledger = parts.ledger
    this.#clock = parts.clock
    this.#mint = parts.mint
    this.#log = parts.log
  }

  write<K extends EventKind>(kind: K, body: EventBodies[K]): void {
    const fact = event(kind, body) as LifeEvent
    this.#told(
      this.#ledger.decide({}, 'station', () => ({ events: [fact], result: undefined })),
      kind,
    )
  }

  /** Opens a case once: one that is open for the same reason stays the only one. */
  openCase(
    reason: CaseReason,
    about: { readonly job?: string; readonly serial?: string },
    around: { readonly serial: string; readonly job: string },
  ): void {
    const written = this.#ledger.decide(
      { serials: [around.serial], jobs: [around.job] },
      'station',
      (hood) => {
        const { station } = this.#ledger
        const stamp = { id: this.#mint.uuid(), station, at: this.#clock.now(), actor: 'station' }
        const draft = new Draft(hood, stamp, this.#mint)
        draft.openCase(reason, about)
        return { events: draft.events, result: undefined }
      },
    )
    this.#told(written, 'case-opened')
  }

  #told(written: ReturnType<Ledger['decide']>, kind: EventKind): void {
    if (!written.ok) {
      this.#log.error(written.failure.sentence, { code: written.failure.code, kind })
      return
    }
    for (const { trouble } of written.value.refusedHere)
      this.#log.warn('Nothing follows from an entry.', { kind, because: trouble.because })
    this.onWritten(written.value.entries)
  }
}
