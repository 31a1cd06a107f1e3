import type { LifeEvent } from '../../lifecycle/events.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import { type AnyRecord, driveKey } from '../../lifecycle/records.ts'
import { subjectsOf } from '../../lifecycle/subjects.ts'

/** Kinds that concern more than the station whose entry it is. */
const SHARED = ['job', 'drive', 'arrival', 'custody', 'return', 'copy', 'case'] as const

type Key = Pick<AnyRecord, 'kind' | 'id'>

/** Everything in a neighbourhood that several stations see. */
export const sharedOf = (hood: Hood): AnyRecord[] => SHARED.flatMap((kind): AnyRecord[] => hood.all(kind))

/**
 * What a station has to believe about the neighbourhood of a fact, whatever it made of that fact. `absent` are records the
 * fact may have made there and that the service does not have.
 */
export function truthOf(
  hood: Hood,
  event: LifeEvent,
  station: string,
): { readonly truth: readonly AnyRecord[]; readonly absent: readonly Key[] } {
  const absent = makes(event, station).filter(({ kind, id }) => hood.get(kind, id) === undefined)
  return { truth: sharedOf(hood), absent }
}

/** The records a fact names that it may itself have made. A job is only ever made by the service. */
function makes(event: LifeEvent, station: string): Key[] {
  const { serials = [], arrivals = [], returns = [], copies = [], cases = [] } = subjectsOf(event, station)
  const job = 'job' in event.body && typeof event.body.job === 'string' ? event.body.job : undefined
  const keys = (kind: Key['kind'], ids: readonly string[]): Key[] => ids.map((id) => ({ kind, id }))
  return [
    ...keys('custody', serials),
    ...keys('drive', job === undefined ? [] : serials.map((serial) => driveKey(job, serial))),
    ...keys('arrival', arrivals),
    ...keys('return', returns),
    ...keys('copy', copies),
    ...keys('case', cases),
  ]
}

/** Stays well below the size of an entry. */
const MOST_CHARACTERS = 120_000

/** Splits what is told into parts that fit an entry each; at least one part. */
export function inParts(truth: readonly AnyRecord[]): readonly (readonly AnyRecord[])[] {
  const parts: AnyRecord[][] = [[]]
  let size = 0
  for (const record of truth) {
    const length = JSON.stringify(record).length
    if (size > 0 && size + length > MOST_CHARACTERS) {
      parts.push([])
      size = 0
    }
    parts.at(-1)?.push(record)
    size += length
  }
  return parts
}
