import type { EventKind, Stamp } from '../events.ts'
import type { Hood } from '../hood.ts'
import {
  type CaseNote,
  type CaseRecord,
  MOST_CASE_NOTES,
  SCANS_KEPT_AT_HAND,
  type ScanRecord,
  type WorkRecord,
} from '../records.ts'
import { CASE_TABLE, type CaseEvent } from '../tables/case.ts'
import { advance, applied, type Folds, Halt, known, without } from './evolved.ts'

/** Cases, what the stations are doing, and what the service said of a fact. */
export const PEOPLE_FOLDS = {
  'case-opened': (hood, { case: id, ...about }, stamp) => {
    if (hood.get('case', id) !== undefined) throw new Halt('no-op', 'This case is known already.')
    return applied(hood.put({ kind: 'case', id, ...about, state: 'open', openedAt: stamp.at }))
  },
  'case-taken': (hood, body, stamp) => {
    const record = caseAfter(hood, body.case, 'taken', stamp, {})
    return applied(hood.put({ ...record, owner: body.owner }))
  },
  'case-contacted': (hood, { case: id, ...said }, stamp) => {
    const record = caseAfter(hood, id, 'contacted', stamp, said)
    return applied(hood.put({ ...record, firstContactAt: record.firstContactAt ?? stamp.at }))
  },
  'case-answered': (hood, { case: id, ...said }, stamp) => {
    const record = caseAfter(hood, id, 'answered', stamp, said)
    return applied(hood.put({ ...record, answeredAt: stamp.at }))
  },
  // Evidence is welcome at any time and moves nothing.
  'case-noted': (hood, { case: id, ...noted }, stamp) => {
    const record = known(hood.get('case', id), 'case')
    return applied(hood.put(withNote(record, { at: stamp.at, by: stamp.actor, did: 'noted', ...noted })))
  },
  'case-resolved': (hood, body, stamp) => {
    const record = caseAfter(hood, body.case, 'resolved', stamp, {})
    return applied(hood.put({ ...record, resolvedAt: stamp.at }))
  },
  'case-reopened': (hood, body, stamp) => {
    const record = caseAfter(hood, body.case, 'reopened', stamp, {})
    return applied(hood.put(without(record, 'resolvedAt')))
  },

  'signed-in': (hood, { person, role }, stamp) =>
    applied(hood.put({ ...workOf(hood, stamp.station), person: { id: person, role, since: stamp.at } })),
  'signed-out': (hood, { person }, stamp) => {
    const work = workOf(hood, stamp.station)
    if (work.person?.id !== person) throw new Halt('no-op', 'This person is not signed in.')
    return applied(hood.put(without(work, 'person')))
  },

  'work-changed': (hood, body, stamp) =>
    applied(hood.put({ ...workOf(hood, stamp.station), work: body.work })),

  'scan-read': (hood, body, stamp) => {
    if (hood.get('scan', body.scan) !== undefined) throw new Halt('no-op', 'This scan was answered already.')
    const scan: ScanRecord = {
      kind: 'scan',
      id: body.scan,
      station: stamp.station,
      at: stamp.at,
      text: body.text,
      verdict: body.verdict,
      ...(body.undo === undefined ? {} : { undo: body.undo }),
      undone: false,
    }
    const work = workOf(hood, stamp.station)
    const next = hood.put(scan, { ...work, scans: [scan.id, ...work.scans].slice(0, SCANS_KEPT_AT_HAND) })
    const taken = body.undoes === undefined ? undefined : next.get('scan', body.undoes)
    return applied(taken === undefined ? next : next.put({ ...taken, undone: true }))
  },

  // The service has the last word: its records replace what this station made of the fact.
  'consequence-refused': (hood, body) => applied(hood.put(...body.truth)),
} satisfies Partial<Folds<EventKind>>

export function workOf(hood: Hood, station: string): WorkRecord {
  return hood.get('work', station) ?? { kind: 'work', id: station, work: { doing: 'nothing' }, scans: [] }
}

function caseAfter(
  hood: Hood,
  id: string,
  event: CaseEvent,
  { at, actor }: Stamp,
  said: Partial<CaseNote>,
): CaseRecord {
  const record = known(hood.get('case', id), 'case')
  const state = advance(CASE_TABLE, record.state, event)
  return { ...withNote(record, { at, by: actor, did: event, ...said }), state }
}

function withNote(record: CaseRecord, note: CaseNote): CaseRecord {
  return { ...record, log: [...(record.log ?? []), note].slice(-MOST_CASE_NOTES) }
}
