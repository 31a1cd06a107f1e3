import { z } from 'zod'
import { jobPersonal, jobPersonalKey } from '../../contract/import-export-api.ts'
import type { TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { AUTHORITY, type DeedCode, deedsFor, notYet } from '../../lifecycle/decide/deeds.ts'
import type { CaseNote, CaseRecord } from '../../lifecycle/records.ts'
import { type OpenCase, openCases } from '../open-cases.ts'

type Cases = TopicState<'cases'>
type ShownCase = Cases['cases'][number]

const MOST_CASES = 200

export interface CasesViewParts {
  readonly ledger: Ledger
  readonly now: () => number
  /** The name that goes with a badge; the badge itself when nobody here has it. */
  readonly nameOf: (badge: string) => string
}

/** Everything that needs a person, the most urgent first. */
export function casesView({ ledger, now, nameOf }: CasesViewParts): Cases {
  const work = ledger.get('work', ledger.station)?.work
  const waits = work?.doing === 'asking' && work.ask.what === 'second-person' ? work : undefined
  return {
    cases: openCases(ledger)
      .slice(0, MOST_CASES)
      .map((one) => showCase(ledger, one, now(), nameOf)),
    ...(waits?.ask.subject === undefined ? {} : { second: { case: waits.ask.subject, deed: waits.text } }),
  }
}

function showCase(
  ledger: Ledger,
  { record, dueAt }: OpenCase,
  now: number,
  nameOf: CasesViewParts['nameOf'],
): ShownCase {
  const job = record.job === undefined ? undefined : ledger.get('job', record.job)
  const arrival = record.arrival === undefined ? undefined : ledger.get('arrival', record.arrival)
  const contact = job === undefined ? undefined : contactOf(ledger, job.id)
  const jobs = (arrival?.jobs ?? []).flatMap((id) => ledger.get('job', id) ?? [])
  return {
    id: record.id,
    reason: record.reason,
    state: record.state,
    ...(job === undefined ? {} : { job: job.name }),
    ...(record.serial === undefined ? {} : { drive: record.serial }),
    ...(arrival === undefined ? {} : { arrival: arrival.tracking }),
    ...(record.owner === undefined ? {} : { owner: nameOf(record.owner) }),
    openedAt: record.openedAt,
    ...(dueAt === undefined ? {} : { dueAt }),
    deeds: deedsFor(record.reason).map((deed) => showDeed(ledger, record, deed, now)),
    log: (record.log ?? []).map((note) => showNote(ledger, note, nameOf)),
    ...(contact === undefined ? {} : { contact }),
    jobs: jobs.map(({ id, name }) => ({ id, name })),
  }
}

function showDeed(
  ledger: Ledger,
  record: CaseRecord,
  deed: DeedCode,
  now: number,
): ShownCase['deeds'][number] {
  const early = notYet({ get: (kind, id) => ledger.get(kind, id) }, record, deed, now)
  const shown = { deed, who: AUTHORITY[deed] }
  if (early?.because === 'too-early') return { ...shown, fromAt: early.at }
  if (early?.because === 'ask-first') return { ...shown, wants: 'ask-first' }
  if (deed === 'TD-HOME') return { ...shown, wants: 'job' }
  const counted = (record.log ?? []).some((note) => note.count !== undefined)
  return deed === 'TD-ABSENT' && !counted ? { ...shown, wants: 'count' } : shown
}

const words = z.object({ text: z.string() })

function showNote(
  ledger: Ledger,
  { note, by, second, ...did }: CaseNote,
  nameOf: CasesViewParts['nameOf'],
): ShownCase['log'][number] {
  const kept = note === undefined ? undefined : ledger.personal(note)
  return {
    ...did,
    by: nameOf(by),
    ...(second === undefined ? {} : { second: nameOf(second) }),
    ...(kept === undefined ? {} : { words: words.parse(JSON.parse(kept)).text }),
  }
}

function contactOf(ledger: Ledger, job: string): ShownCase['contact'] {
  const kept = ledger.personal(jobPersonalKey(job))
  const address = kept === undefined ? undefined : jobPersonal.parse(JSON.parse(kept)).returnAddress
  return address === undefined
    ? undefined
    : { name: address.recipientName, phone: address.phone, email: address.email }
}
