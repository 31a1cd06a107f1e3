import type { EventBodies, EventKind, LifeEvent, Stamp } from '../events.ts'
import { event } from '../events.ts'
import { evolve } from '../evolve/evolve.ts'
import type { Hood } from '../hood.ts'
import type { CaseReason, CaseRecord } from '../records.ts'

/** Ids made at the dock before anything is written. */
export interface Mint {
  uuid(): string
  /** The number printed on an outgoing package. */
  returnNumber(): string
}

/**
 * Events decided so far, and the neighbourhood as it is after them. Each addition is folded at once, so that a decision
 * made of several events can never plan one that its own tables refuse.
 */
export class Draft {
  readonly before: Hood
  hood: Hood
  readonly events: LifeEvent[] = []
  /** What takes these events back, newest first. */
  readonly undo: LifeEvent[] = []
  readonly stamp: Stamp
  readonly mint: Mint

  constructor(hood: Hood, stamp: Stamp, mint: Mint) {
    this.before = hood
    this.hood = hood
    this.stamp = stamp
    this.mint = mint
  }

  /** Adds an event that the rules allow; anything else is a defect of the decision. */
  add<K extends EventKind>(kind: K, body: EventBodies[K]): void {
    this.addEvent(event(kind, body) as LifeEvent)
  }

  addEvent(planned: LifeEvent): void {
    const because = this.tryAdd(planned)
    if (because !== undefined) throw new Error(`Decided ${planned.kind}, which the rules refuse: ${because}`)
  }

  /** Adds an event if the rules allow it; otherwise answers why not and changes nothing. A no-op is left out calmly. */
  tryAdd(planned: LifeEvent): string | undefined {
    const evolved = evolve(this.hood, planned, this.stamp)
    if (evolved.outcome === 'illegal') return evolved.because
    if (evolved.outcome === 'no-op') return undefined
    this.hood = evolved.hood
    this.events.push(planned)
    return undefined
  }

  /** Names the event that takes the newest addition back. */
  undoneBy<K extends EventKind>(kind: K, body: EventBodies[K]): void {
    this.undo.unshift(event(kind, body) as LifeEvent)
  }

  /** No scan takes this one back. */
  cannotBeUndone(): void {
    this.undo.length = 0
  }

  /** Opens a case unless one for the same reason and subject is open. */
  openCase(
    reason: CaseReason,
    about: Partial<Pick<CaseRecord, 'job' | 'serial' | 'arrival' | 'return'>>,
  ): void {
    const same = this.hood
      .all('case')
      .some(
        (c) =>
          c.state !== 'resolved' &&
          c.reason === reason &&
          c.job === about.job &&
          c.serial === about.serial &&
          c.arrival === about.arrival &&
          c.return === about.return,
      )
    if (same) return
    const id = this.mint.uuid()
    this.add('case-opened', { case: id, reason, ...about })
    this.undoneBy('case-resolved', { case: id })
  }
}
