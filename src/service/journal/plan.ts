import { ENTRY_FORMAT, entryText, NO_HASH, type Personal } from '../../contract/entry.ts'
import { EVENT_VERSION, type LifeEvent, type Stamp } from '../../lifecycle/events.ts'
import { evolve } from '../../lifecycle/evolve/evolve.ts'
import { gatherLater, type Hood, type Subjects } from '../../lifecycle/hood.ts'
import type { AnyRecord } from '../../lifecycle/records.ts'
import { subjectsOf } from '../../lifecycle/subjects.ts'
import type { Ids } from '../../ports/ids.ts'
import type { ReadTransaction, WriteTransaction } from '../store/store.ts'
import { SERVICE } from '../world.ts'
import { personalHash, sha256 } from './hashes.ts'

/** Something the service itself is about to record. */
export interface Intent {
  readonly event: LifeEvent
  /** Goes beside the entry, never into it. */
  readonly personal?: Personal | undefined
  /** Id of the entry this one answers. */
  readonly pointsAt?: string | undefined
}

/** Who acts and when (service clock). */
export interface Acting {
  readonly actor: string
  readonly at: number
}

/** What will be recorded, and the neighbourhood as it will be. Nothing is written yet. */
export interface Plan {
  readonly entries: readonly { readonly stamp: Stamp; readonly intent: Intent }[]
  readonly before: Hood
  readonly hood: Hood
  readonly changed: readonly AnyRecord[]
}

export type Planned =
  | { readonly ok: true; readonly plan: Plan }
  /** The rules say no; nothing is to be recorded. */
  | { readonly ok: false; readonly because: string; readonly event: LifeEvent }

/**
 * Tries events one after the other. What changes nothing is left out; the first that the rules refuse ends the try, so a
 * command is done whole or not at all.
 */
export async function plan(
  tx: ReadTransaction,
  ids: Ids,
  acting: Acting,
  intents: readonly Intent[],
): Promise<Planned> {
  const before = await loadHood(tx, merged(intents.map(({ event }) => subjectsOf(event, SERVICE))))
  let hood = before
  const entries: Plan['entries'][number][] = []
  for (const intent of intents) {
    const stamp: Stamp = { id: ids.uuid(), station: SERVICE, at: acting.at, actor: acting.actor }
    const evolved = evolve(hood, intent.event, stamp)
    if (evolved.outcome === 'illegal') return { ok: false, because: evolved.because, event: intent.event }
    hood = evolved.hood
    if (evolved.outcome === 'applied') entries.push({ stamp, intent })
  }
  return { ok: true, plan: { entries, before, hood, changed: hood.changesSince(before) } }
}

/** Writes a plan: entries, records and side table in the caller's transaction. */
export async function record(tx: WriteTransaction, { entries, changed }: Plan): Promise<void> {
  let cursor = 0
  for (const { stamp, intent } of entries) cursor = await appendOwn(tx, stamp, intent)
  await tx.putRecords(changed, { station: SERVICE, cursor })
}

/** Adds one entry of the service to the change log and answers its cursor. */
export async function appendOwn(tx: WriteTransaction, stamp: Stamp, intent: Intent): Promise<number> {
  const { event, personal, pointsAt } = intent
  const [head, after] = [await tx.stationHead(SERVICE), await tx.logHead()]
  const kept =
    personal === undefined
      ? undefined
      : { key: personal.key, hash: personalHash(personal.salt, personal.text) }
  const seq = (head?.seq ?? 0) + 1
  const text = entryText({
    format: ENTRY_FORMAT,
    id: stamp.id,
    station: SERVICE,
    seq,
    at: stamp.at,
    actor: stamp.actor,
    kind: event.kind,
    version: EVENT_VERSION,
    body: { ...event.body },
    ...(pointsAt === undefined ? {} : { pointsAt }),
    ...(kept === undefined ? {} : { personal: kept }),
    after,
    prev: head?.hash ?? NO_HASH,
  })
  if (personal !== undefined && kept !== undefined) await tx.putPersonal({ ...personal, hash: kept.hash })
  return tx.append({
    station: SERVICE,
    seq,
    id: stamp.id,
    kind: event.kind,
    hash: sha256(text),
    text,
    at: stamp.at,
    personal: kept,
  })
}

export function loadHood(tx: ReadTransaction, subjects: Subjects): Promise<Hood> {
  return gatherLater(subjects, (queries) => tx.answer(queries))
}

function merged(all: readonly Subjects[]): Subjects {
  const sum: { -readonly [K in keyof Subjects]: string[] } = {}
  for (const subjects of all)
    for (const [field, values] of Object.entries(subjects) as [keyof Subjects, readonly string[]][])
      sum[field] = [...(sum[field] ?? []), ...values]
  return sum
}
