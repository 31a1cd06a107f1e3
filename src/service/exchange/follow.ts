import type { Entry } from '../../contract/entry.ts'
import { type EventKind, type EventOf, event, type LifeEvent } from '../../lifecycle/events.ts'
import { evolve } from '../../lifecycle/evolve/evolve.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import { driveKey } from '../../lifecycle/records.ts'
import { OVERTAKEN } from '../../lifecycle/states.ts'
import { subjectsOf } from '../../lifecycle/subjects.ts'
import { appendOwn, loadHood, plan, record } from '../journal/plan.ts'
import { StoreFailure, type WriteTransaction } from '../store/store.ts'
import { SERVICE, type World } from '../world.ts'
import { readEvent } from './read-entry.ts'
import { inParts, sharedOf, truthOf } from './truth.ts'
import { happenedAt } from './when.ts'

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

/** Facts from which nothing ever follows: the order in which they are folded does not count. */
const WITHOUT_CONSEQUENCE: ReadonlySet<EventKind> = new Set(['drive-plugged', 'drive-unplugged', 'key-used'])

/**
 * Draws the consequence of a fact that stands in the log already (at `cursor`), or refuses it and says what is true
 * instead. An accepted fact that was decided without knowing what others had done to the same records is answered with
 * the truth, too: its station folded the two in another order.
 */
export async function follow(
  world: World,
  tx: WriteTransaction,
  entry: Entry,
  cursor: number,
): Promise<Judgement> {
  const read = readEvent(entry)
  if (!read.ok) {
    const refused: Refused = { accepted: false, code: read.code, sentence: read.sentence }
    await tell(world, tx, entry, refused, undefined)
    return refused
  }
  // A station's clock may be wrong; what follows from its facts must not be.
  const at = await happenedAt(tx, entry, world.clock.now())
  let judged: Judged
  try {
    const hood = await loadHood(tx, subjectsOf(read.event, entry.station))
    judged = judge(hood, read.event, { ...entry, at })
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
  const changed = judged.after.changesSince(judged.before)
  await tx.putRecords(changed, { station: entry.station, cursor })
  if (WITHOUT_CONSEQUENCE.has(read.event.kind)) return { accepted: true }
  const query = { records: sharedOf(judged.after), station: entry.station, after: entry.after.cursor }
  const corrected = at !== entry.at && changed.some(({ kind }) => kind !== 'scan' && kind !== 'work')
  if (corrected || (await tx.changedByOthers(query)))
    await tell(world, tx, entry, { code: OVERTAKEN, sentence: OTHERS_WERE_FASTER }, read.event)
  return { accepted: true }
}

const OTHERS_WERE_FASTER =
  "Others had changed the same meanwhile, or this station's clock is wrong. The state shown now is the true one."

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

/**
 * Appends `consequence-refused` behind the fact, in as many parts as the truth needs. What is told counts as changed by the
 * service: a later fact of that station about the same was decided on something else, and is answered with the truth again.
 */
async function tell(
  world: World,
  tx: WriteTransaction,
  entry: Entry,
  refused: Pick<Refused, 'code' | 'sentence' | 'hold'>,
  fact: LifeEvent | undefined,
): Promise<void> {
  const acting = { actor: SERVICE, at: world.clock.now() }
  if (refused.hold !== undefined && fact?.kind === 'drive-received') await hold(world, tx, fact, refused.hold)
  const { truth, absent } =
    fact === undefined
      ? { truth: [], absent: [] }
      : truthOf(await loadHood(tx, subjectsOf(fact, entry.station)), fact, entry.station)
  let cursor = 0
  for (const [index, part] of inParts(truth).entries())
    cursor = await appendOwn(
      tx,
      { id: world.ids.uuid(), station: SERVICE, ...acting },
      {
        event: event('consequence-refused', {
          fact: entry.id,
          station: entry.station,
          code: refused.code,
          sentence: refused.sentence,
          truth: part,
          ...(index > 0 || absent.length === 0 ? {} : { absent }),
        }),
        pointsAt: entry.id,
      },
    )
  await tx.putRecords(truth, { station: SERVICE, cursor })
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
