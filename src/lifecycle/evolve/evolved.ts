import { step, type Table } from '../cell.ts'
import type { EventBodies, EventKind, Stamp } from '../events.ts'
import type { Hood } from '../hood.ts'

/** What an event did to a neighbourhood. A fact that is `illegal` is still kept in the journal; nothing follows from it. */
export type Evolved =
  | { readonly outcome: 'applied'; readonly hood: Hood }
  | { readonly outcome: 'no-op' | 'illegal'; readonly because: string; readonly hood: Hood }

/** What follows from one kind of event. Pure. */
export type Fold<K extends EventKind> = (hood: Hood, body: EventBodies[K], stamp: Stamp) => Evolved

export type Folds<K extends EventKind> = { readonly [P in K]: Fold<P> }

/** Leaves a fold early with a table's word; `evolve` catches it, so that folds read as straight lines. */
export class Halt {
  readonly outcome: 'no-op' | 'illegal'
  readonly because: string
  constructor(outcome: 'no-op' | 'illegal', because: string) {
    this.outcome = outcome
    this.because = because
  }
}

export const applied = (hood: Hood): Evolved => ({ outcome: 'applied', hood })

export function refuse(because: string): never {
  throw new Halt('illegal', because)
}

/** The record, or a halt that names what is missing. */
export function known<T>(record: T | undefined, noun: string): T {
  return record ?? refuse(`This ${noun} is not known.`)
}

/** The state after `event`, or a halt with the table's reason. */
export function advance<S extends string, E extends string>(
  table: Table<S, E>,
  state: S,
  event: E,
  cameFrom?: S,
): S {
  const next = step(table, state, event, cameFrom)
  if (next.kind === 'moved') return next.state
  throw new Halt(next.kind, next.because)
}

/** Like `advance`, but a no-op leaves the state as it is instead of stopping the fold. */
export function advanceCalmly<S extends string, E extends string>(
  table: Table<S, E>,
  state: S,
  event: E,
  cameFrom?: S,
): S {
  const next = step(table, state, event, cameFrom)
  if (next.kind === 'moved') return next.state
  if (next.kind === 'no-op') return state
  throw new Halt('illegal', next.because)
}

/** A copy of `record` without the named members (optional members are absent, never `undefined`). */
export function without<T extends object, K extends keyof T>(record: T, ...names: K[]): Omit<T, K> {
  const copy = { ...record }
  for (const name of names) delete copy[name]
  return copy
}
