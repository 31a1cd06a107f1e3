import type { z } from 'zod'
import type { EVENT_BODIES } from '../../contract/event-bodies.ts'
import type { RECORD_SHAPES } from '../../contract/record-shapes.ts'
import type { EventBodies, LifeEvent } from '../../lifecycle/events.ts'
import type { RecordKind, RecordOf, Verdict } from '../../lifecycle/records.ts'

/**
 * The wire's shapes and the rules' types say the same: a member added on one side only does not compile. (The contract
 * may not import the rules, so the two meet here.) Events nested in a scan's undo are compared by name and body only.
 */
type Frozen<T> = T extends (...args: never) => unknown
  ? T
  : T extends object
    ? { readonly [K in keyof T]: Frozen<T[K]> }
    : T

type Nested = { readonly kind: string; readonly body: Readonly<Record<string, unknown>> }

/** Sentence names are the locale files' business: the wire takes any text for them. */
type LooseVerdict = Omit<Verdict, 'say' | 'next'> & { readonly say: string; readonly next: string }

/** The rules' type with nested events and sentence names loosened the way the wire has them. */
type OnWire<T> = T extends { readonly kind: string; readonly body: object }
  ? Nested
  : T extends Verdict
    ? LooseVerdict
    : T extends object
      ? { readonly [K in keyof T]: OnWire<T[K]> }
      : T

/** True, or a sentence that names the shape, for the compiler to print. */
type Same<Name extends string, Rules, Wire> = [Rules] extends [Wire]
  ? [Wire] extends [Rules]
    ? true
    : `${Name}: the wire allows what the rules do not know`
  : `${Name}: the wire refuses what the rules make`

type BodiesAgree = {
  [K in keyof EventBodies]: Same<K, OnWire<EventBodies[K]>, Frozen<z.infer<(typeof EVENT_BODIES)[K]>>>
}[keyof EventBodies]
type RecordsAgree = {
  [K in RecordKind]: Same<K, OnWire<RecordOf<K>>, Frozen<z.infer<(typeof RECORD_SHAPES)[K]>>>
}[RecordKind]
type NothingMore = Same<'kinds', keyof typeof EVENT_BODIES, keyof EventBodies>

type AllTrue<T extends true> = T

/** What a validated body is: the rules' own event, as long as every shape agrees. */
export type ValidatedEvent =
  AllTrue<BodiesAgree | RecordsAgree | NothingMore> extends true ? LifeEvent : never
