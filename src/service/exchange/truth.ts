import type { LifeEvent } from '../../lifecycle/events.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import type { AnyRecord } from '../../lifecycle/records.ts'
import { subjectsOf } from '../../lifecycle/subjects.ts'

/**
 * What a station has to believe after the service refused what it made of a fact: every record that fact may have moved
 * there. A drive the service knows nothing of is told as away, so that a station stops showing it.
 */
export function truthOf(hood: Hood, event: LifeEvent, station: string, at: number): AnyRecord[] {
  const subjects = subjectsOf(event, station)
  const jobs = new Set(subjects.jobs)
  const serials = new Set(subjects.serials)
  const arrivals = new Set(subjects.arrivals)
  const returns = new Set(subjects.returns)
  const copies = new Set(subjects.copies)
  const cases = new Set(subjects.cases)
  for (const copy of hood.all('copy')) {
    if (!copies.has(copy.id)) continue
    jobs.add(copy.job)
    serials.add(copy.serial)
  }
  for (const arrival of hood.all('arrival'))
    if (arrivals.has(arrival.id)) for (const job of arrival.jobs) jobs.add(job)
  for (const box of hood.all('return'))
    if (returns.has(box.id)) for (const serial of box.drives) serials.add(serial)
  for (const custody of hood.all('custody'))
    if (serials.has(custody.serial) && custody.job !== undefined) jobs.add(custody.job)

  const told: AnyRecord[] = [
    ...hood.all('job').filter((job) => jobs.has(job.id)),
    ...hood.all('drive').filter((drive) => jobs.has(drive.job)),
    ...hood.all('arrival').filter((arrival) => arrivals.has(arrival.id)),
    ...hood.all('custody').filter(({ serial, job }) => serials.has(serial) || jobs.has(job ?? '')),
    ...hood.all('return').filter((box) => returns.has(box.id) || jobs.has(box.job ?? '')),
    ...hood.all('copy').filter((copy) => copies.has(copy.id)),
    ...hood.all('case').filter(({ id, serial }) => cases.has(id) || serials.has(serial ?? '')),
  ]
  for (const serial of serials)
    if (hood.get('custody', serial) === undefined)
      told.push({ kind: 'custody', id: serial, serial, state: 'away', since: at })
  return told
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
