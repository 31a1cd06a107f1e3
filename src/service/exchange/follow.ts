import type { Entry } from '../../contract/entry.ts'
import { type EventOf, event, type LifeEvent } from '../../lifecycle/events.ts'
import { evolve } from '../../lifecycle/evolve/evolve.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import { driveKey } from '../../lifecycle/records.ts'
import { subjectsOf } from '../../lifecycle/subjects.ts'
import { appendOwn, loadHood, plan, record } from '../journal/plan.ts'
import { StoreFailure, type WriteTransaction } from '../store/store.ts'
import { SERVICE, type World } from '../world.ts'
import { readEvent } from './read-entry.ts'
import { inParts, truthOf } from './truth.ts'

/** What the service says of a fact it has kept. */
export type Judgement =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly code: string; readonly sentence: string }

interface Refused {
  readonly accepted: false
  readonly code: string
  readonly sentence: string
  /** Why the drive has to wait on the hold shelf, where it does. */
  readonly hold?: 'job-gone' | 'job-creating'
}

/** Draws the consequence of a fact that stands in the log already, or refuses it and says what is true instead. */
export async function follow(world: World, tx: WriteTransaction, entry: Entry): Promise<Judgement> {
  const read = readEvent(entry)
  if (!read.ok) {
    const refused: Refused = { accepted: false, code: read.code, sentence: read.sentence }
    await tell(world, tx, entry, refused, undefined)
    return refused
  }
  let judged: Judged
  try {
    const hood = await loadHood(tx, subjectsOf(read.event, entry.station))
    judged = judge(hood, read.event, entry)
  } catch (error) {
    // Trouble of the database is nobody's fault but its own: the whole push is tried again.
    if (error instanceof StoreFailure) throw error
    // A body may come from anywhere: one that breaks the rules is kept, refused, and does not stop the next.
    world.log.error('A fact broke the rules that follow it.', {
      station: entry.station,
      seq: entry.seq,
      kind: entry.kind,
      error: String(error),
    })
    const refused: Refused = {
      accepted: false,
      code: 'not-understood',
      sentence: 'The service could not work out what follows from this. Report it to support.',
    }
    await tell(world, tx, entry, refused, undefined)
    return refused
  }
  if ('refused' in judged) {
    await tell(world, tx, entry, judged.refused, read.event)
    return judged.refused
  }
  await tx.putRecords(judged.after.changesSince(judged.before))
  return { accepted: true }
}

type Judged = { readonly before: Hood; readonly after: Hood } | { readonly refused: Refused }

function judge(before: Hood, fact: LifeEvent, entry: Entry): Judged {
  const { id, station, at, actor } = entry
  const evolved = evolve(before, fact, { id, station, at, actor })
  if (evolved.outcome === 'applied') return { before, after: evolved.hood }
  if (evolved.outcome === 'no-op') {
    if (fact.kind !== 'drive-received' || !cameInAnotherArrival(before, fact))
      return { before, after: before }
    const sentence =
      'The drive was received with another package already. Look for the second one under this serial.'
    return { refused: { accepted: false, code: 'already-received', sentence } }
  }
  const hold = fact.kind === 'drive-received' ? holdFor(before, fact) : undefined
  return {
    refused: {
      accepted: false,
      code: hold ?? 'not-possible',
      sentence: `${evolved.because} What happened is kept; the state shown now is the true one.`,
      ...(hold === undefined ? {} : { hold }),
    },
  }
}

function cameInAnotherArrival(hood: Hood, { body }: EventOf<'drive-received'>): boolean {
  const drive = hood.get('drive', driveKey(body.job, body.serial))
  return drive?.arrival !== undefined && drive.arrival !== body.arrival
}

/** A drive is at the dock although its job may not take it: it is held until a person has decided (rule 1). */
function holdFor(hood: Hood, { body }: EventOf<'drive-received'>): Refused['hold'] {
  const state = hood.get('job', body.job)?.state
  return state === 'Deleted' ? 'job-gone' : state === 'Creating' ? 'job-creating' : undefined
}

/** Appends `consequence-refused` behind the fact, in as many parts as the truth needs. */
async function tell(
  world: World,
  tx: WriteTransaction,
  entry: Entry,
  refused: Refused,
  fact: LifeEvent | undefined,
): Promise<void> {
  const acting = { actor: SERVICE, at: world.clock.now() }
  if (refused.hold !== undefined && fact?.kind === 'drive-received') await hold(world, tx, fact, refused.hold)
  const truth =
    fact === undefined
      ? []
      : truthOf(await loadHood(tx, subjectsOf(fact, entry.station)), fact, entry.station, acting.at)
  for (const part of inParts(truth))
    await appendOwn(
      tx,
      { id: world.ids.uuid(), station: SERVICE, ...acting },
      {
        event: event('consequence-refused', {
          fact: entry.id,
          station: entry.station,
          code: refused.code,
          sentence: refused.sentence,
          truth: part,
        }),
        pointsAt: entry.id,
      },
    )
}

async function hold(
  world: World,
  tx: WriteTransaction,
  { body }: EventOf<'drive-received'>,
  because: 'job-gone' | 'job-creating',
): Promise<void> {
  const { job, serial, arrival } = body
  const planned = await plan(tx, world.ids, { actor: SERVICE, at: world.clock.now() }, [
    { event: event('drive-held', { serial, job, arrival, because }) },
    { event: event('case-opened', { case: world.ids.uuid(), reason: because, job, serial, arrival }) },
  ])
  // Already on its way home or in another box: where it is needs no second answer.
  if (planned.ok) await record(tx, planned.plan)
}
