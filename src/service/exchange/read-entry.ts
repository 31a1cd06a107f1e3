import { type Entry, entrySchema } from '../../contract/entry.ts'
import { EVENT_BODIES } from '../../contract/event-bodies.ts'
import type { WireEntry } from '../../contract/exchange.ts'
import { EVENT_VERSION, type EventKind, type LifeEvent } from '../../lifecycle/events.ts'
import { isEventKind } from '../../lifecycle/evolve/evolve.ts'
import type { ValidatedEvent } from './shapes-agree.ts'

/** A pushed entry, read as far as it can be. */
export type ReadWire =
  | { readonly wire: WireEntry; readonly entry: Entry }
  /** No entry of a form this version knows; `seq` is what it seems to say of its place. */
  | { readonly wire: WireEntry; readonly entry: undefined; readonly seq: number | undefined }

export function readWire(wire: WireEntry): ReadWire {
  let json: unknown
  try {
    json = JSON.parse(wire.text)
  } catch (error) {
    if (error instanceof SyntaxError) return { wire, entry: undefined, seq: undefined }
    throw error
  }
  const parsed = entrySchema.safeParse(json)
  if (parsed.success) return { wire, entry: parsed.data }
  const seq = typeof json === 'object' && json !== null && 'seq' in json ? json.seq : undefined
  return {
    wire,
    entry: undefined,
    seq: typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 ? seq : undefined,
  }
}

/**
 * The sequence number of each entry pushed. A station pushes in order without a gap, so one that cannot be read stands
 * where its readable neighbours leave room for it; without any, where it says itself. `undefined`: nothing tells.
 */
export function placesOf(pushed: readonly ReadWire[]): readonly (number | undefined)[] {
  return pushed.map((one, index) => {
    if (one.entry !== undefined) return one.entry.seq
    for (let distance = 1; distance < pushed.length; distance++) {
      const before = pushed[index - distance]?.entry
      if (before !== undefined) return before.seq + distance
      const after = pushed[index + distance]?.entry
      if (after !== undefined && after.seq > distance) return after.seq - distance
    }
    return one.seq
  })
}

/** The event an entry holds, or why the rules cannot look at it. */
export type ReadEvent =
  | { readonly ok: true; readonly event: LifeEvent }
  | { readonly ok: false; readonly code: string; readonly sentence: string }

/**
 * Kinds that only the service writes: what customers ordered, and its own word on facts. A cancellation also comes from a
 * dock, on the word of a customer whose package is overdue (reference 2.3).
 */
const SERVICE_ONLY: ReadonlySet<EventKind> = new Set([
  'job-put',
  'job-updated',
  'job-announced',
  'job-deleted',
  'shipping-overdue-noticed',
  'consequence-refused',
])

/** An entry is read to foresee what it needs, and again to follow it. */
const alreadyRead = new WeakMap<Entry, ReadEvent>()

export function readEvent(entry: Entry): ReadEvent {
  const known = alreadyRead.get(entry)
  if (known !== undefined) return known
  const read = eventOf(entry)
  alreadyRead.set(entry, read)
  return read
}

function eventOf({ kind, version, body }: Entry): ReadEvent {
  const no = (code: string, sentence: string): ReadEvent => ({ ok: false, code, sentence })
  if (!isEventKind(kind))
    return no(
      'unknown-kind',
      `The service knows nothing of "${kind}"; it may be older than the station. Update it.`,
    )
  if (version !== EVENT_VERSION)
    return no(
      'unknown-version',
      `The service knows version ${EVENT_VERSION} of "${kind}", not ${version}. Update it.`,
    )
  if (SERVICE_ONLY.has(kind))
    return no('service-only', `"${kind}" is recorded by the service alone. Use its interface for customers.`)
  const parsed = EVENT_BODIES[kind].safeParse(body)
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.map(String).join('.') || 'body'
    return no(
      'malformed',
      `The body of "${kind}" is not of the agreed form (${where}). Report this to support.`,
    )
  }
  const event: ValidatedEvent = { kind, body: parsed.data } as unknown as ValidatedEvent
  return { ok: true, event }
}
