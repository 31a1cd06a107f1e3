import type { EventKind, LifeEvent, Stamp } from '../events.ts'
import type { Hood } from '../hood.ts'
import { COPYING_FOLDS } from './copying.ts'
import { type Evolved, type Fold, type Folds, Halt } from './evolved.ts'
import { JOB_FOLDS } from './jobs.ts'
import { PEOPLE_FOLDS } from './people.ts'
import { RECEIVING_FOLDS } from './receiving.ts'
import { RETURNING_FOLDS } from './returning.ts'

/** One fold per kind of event: a kind without a fold does not compile. */
const FOLDS: Folds<EventKind> = {
  ...JOB_FOLDS,
  ...RECEIVING_FOLDS,
  ...COPYING_FOLDS,
  ...RETURNING_FOLDS,
  ...PEOPLE_FOLDS,
}

export const EVENT_KINDS = Object.keys(FOLDS) as EventKind[]

export const isEventKind = (kind: string): kind is EventKind => Object.hasOwn(FOLDS, kind)

/**
 * What follows from something that happened. Station and service run the same function; where their neighbourhoods
 * differ, the service's answer counts. `hood` must hold what `gather(subjectsOf(event))` finds.
 */
export function evolve(hood: Hood, event: LifeEvent, stamp: Stamp): Evolved {
  try {
    const fold = FOLDS[event.kind] as Fold<EventKind>
    return fold(hood, event.body as never, stamp)
  } catch (halt) {
    if (halt instanceof Halt) return { outcome: halt.outcome, because: halt.because, hood }
    throw halt
  }
}

export type { Evolved } from './evolved.ts'
