import { NO_HASH } from '../../contract/entry.ts'
import { EXCHANGE_VERSION, type PushAnswer, type PushResponse, pushRequest } from '../../contract/exchange.ts'
import { subjectsOf } from '../../lifecycle/subjects.ts'
import { personalHash, sha256 } from '../journal/hashes.ts'
import { type Answer, refuse, refuseShape } from '../refusal.ts'
import type { Foreseen, WriteTransaction } from '../store/store.ts'
import { SERVICE, type World } from '../world.ts'
import { follow } from './follow.ts'
import { placesOf, type ReadWire, readEvent, readWire } from './read-entry.ts'

/** Entries that share a transaction: few enough that nobody else, reader or writer, is kept waiting long. */
const ENTRIES_PER_TRANSACTION = 50

/**
 * A station's entries, in order. Each is kept as a fact and answered; the station's counter moves in the transaction that
 * did the work, so a repeated push finds everything done. A fact that cannot be understood is kept and refused, and never
 * stops the one behind it. What stops: a gap, or an entry that contradicts what is known.
 */
export async function push(
  world: World,
  json: unknown,
  mayPushAs: (station: string) => Promise<Answer<undefined>> = async () => ({ ok: true, value: undefined }),
): Promise<Answer<PushResponse>> {
  const version = typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined
  if (version !== EXCHANGE_VERSION)
    return refuse(
      400,
      'VersionMismatch',
      `The service speaks version ${EXCHANGE_VERSION} of the exchange. Update the older side.`,
    )
  const parsed = pushRequest.safeParse(json)
  if (!parsed.success) return refuseShape(parsed.error)
  const { station, entries } = parsed.data
  if (station === SERVICE)
    return refuse(400, 'InvalidStation', `No station may be called "${SERVICE}". Give it another name.`)
  const allowed = await mayPushAs(station)
  if (!allowed.ok) return allowed

  const pushed = entries.map(readWire)
  const places = placesOf(pushed)
  const answers: PushAnswer[] = []
  for (let from = 0; from < pushed.length && answers.length === from; from += ENTRIES_PER_TRANSACTION) {
    const to = Math.min(from + ENTRIES_PER_TRANSACTION, pushed.length)
    answers.push(
      ...(await world.store.write(async (tx) => {
        const part: PushAnswer[] = []
        await tx.foresee(() => foreseen(station, pushed.slice(from, to)))
        for (const [index, one] of pushed.slice(from, to).entries()) {
          const answer = await take(world, tx, station, one, places[from + index])
          if (answer !== undefined) part.push(answer)
          if (answer === undefined || answer.answer === 'different') break
        }
        return part
      })),
    )
    if (answers.at(-1)?.answer === 'different') break
  }
  const head = await world.store.read((tx) => tx.stationHead(station))
  return {
    ok: true,
    value: {
      version: EXCHANGE_VERSION,
      answers,
      head: { seq: head?.seq ?? 0, hash: head?.hash ?? NO_HASH },
    },
  }
}

/** What taking these entries will ask the store. */
function foreseen(station: string, pushed: readonly ReadWire[]): Foreseen {
  const entries = pushed.flatMap(({ entry }) => entry ?? [])
  return {
    stations: [station, SERVICE],
    entries: entries.map(({ id }) => id),
    around: () =>
      entries.flatMap((entry) => {
        const read = readEvent(entry)
        return read.ok ? [subjectsOf(read.event, entry.station)] : []
      }),
  }
}

/** One entry; `undefined` when it leaves a gap behind the head. */
async function take(
  world: World,
  tx: WriteTransaction,
  station: string,
  read: ReadWire,
  place: number | undefined,
): Promise<PushAnswer | undefined> {
  const { wire, entry } = read
  const head = (await tx.stationHead(station)) ?? { seq: 0, hash: NO_HASH }
  if (entry === undefined) {
    const known = await tx.unreadableLine(station, wire.hash)
    if (known !== undefined) return { seq: known.seq, answer: 'known', cursor: known.cursor }
  }
  const seq = place ?? head.seq + 1
  const different = (sentence: string): PushAnswer => ({ seq, answer: 'different', sentence })
  if (sha256(wire.text) !== wire.hash)
    return different('The text of this entry does not have its hash: the journal was changed. Call support.')
  if (entry !== undefined && entry.station !== station)
    return different(`This entry was recorded by "${entry.station}": the journal was copied. Call support.`)
  if (seq <= head.seq) {
    const line = await tx.lineAt(station, seq)
    if (line?.hash === wire.hash) return { seq, answer: 'known', cursor: line.cursor }
    return different(
      `Number ${seq} holds another entry here: the journal was changed or copied. Call support.`,
    )
  }
  if (seq > head.seq + 1) return undefined
  if (entry !== undefined && entry.prev !== head.hash)
    return different(
      `Entry ${seq} does not continue entry ${head.seq}: the journal was changed or copied. Call support.`,
    )
  return keep(world, tx, station, read, seq)
}

/** Stores a new fact at its place and draws what follows. */
async function keep(
  world: World,
  tx: WriteTransaction,
  station: string,
  { wire, entry }: ReadWire,
  seq: number,
): Promise<PushAnswer> {
  const at = world.clock.now()
  const doubled = entry !== undefined && (await tx.hasEntry(entry.id))
  if (entry === undefined || doubled) {
    const cursor = await tx.append({ station, seq, hash: wire.hash, text: wire.text, at })
    const code = doubled ? 'doubled' : 'unreadable'
    const sentence = doubled
      ? 'An entry with this id is known already. Nothing follows from the second one.'
      : 'The service cannot read this entry; it may be older than the station. Update it.'
    return { seq, answer: 'refused', cursor, code, sentence }
  }
  const cursor = await tx.append({
    station,
    seq,
    id: entry.id,
    kind: entry.kind,
    hash: wire.hash,
    text: wire.text,
    at,
    personal: entry.personal,
  })
  await keepPersonal(world, tx, { wire, entry })
  const judged = await follow(world, tx, entry, cursor)
  if (judged.accepted) return { seq, answer: 'accepted', cursor }
  return { seq, answer: 'refused', cursor, code: judged.code, sentence: judged.sentence }
}

/**
 * What came beside the entry is kept when it is what the entry says, and never over a customer's own (`job:…`, which only
 * the customer changes).
 */
async function keepPersonal(
  world: World,
  tx: WriteTransaction,
  { wire, entry }: Extract<ReadWire, { entry: object }>,
): Promise<void> {
  const { personal } = wire
  if (personal === undefined) return
  const promised = entry.personal
  if (
    promised?.key === personal.key &&
    promised.hash === personalHash(personal.salt, personal.text) &&
    !personal.key.startsWith('job:')
  )
    await tx.putPersonal({ ...personal, hash: promised.hash })
  else
    world.log.warn('Personal data beside an entry is not what the entry says; it was not kept.', {
      station: entry.station,
      seq: entry.seq,
    })
}
