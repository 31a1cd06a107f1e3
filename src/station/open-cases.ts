import type { Ledger } from '../ledger/ledger.ts'
import { deadlinesOf } from '../lifecycle/deadlines.ts'
import type { CaseRecord } from '../lifecycle/records.ts'

/** More open cases than a dock can have in mind at once. */
const MOST_CASES = 1_000

export interface OpenCase {
  readonly record: CaseRecord
  /** The next instant by which something has to be done, of the case or of the job it is about. */
  readonly dueAt: number | undefined
}

/** Everything that needs a person: the most urgent first, then what has waited longest. */
export function openCases(ledger: Ledger): OpenCase[] {
  const found = (['open', 'waiting'] as const).flatMap((state) =>
    ledger.find('case', 'state', state, { limit: MOST_CASES }),
  )
  return found
    .map((record) => ({ record, dueAt: dueOf(ledger, record) }))
    .sort(
      (a, b) =>
        (a.dueAt ?? Number.POSITIVE_INFINITY) - (b.dueAt ?? Number.POSITIVE_INFINITY) ||
        a.record.openedAt - b.record.openedAt ||
        (a.record.id < b.record.id ? -1 : 1),
    )
}

function dueOf(ledger: Ledger, record: CaseRecord): number | undefined {
  const job = record.job === undefined ? undefined : ledger.get('job', record.job)
  // Goals of a copy are the job's business, not the case's.
  const ofJob = job === undefined ? [] : deadlinesOf(job).filter(({ kind }) => OF_THE_WAIT.has(kind))
  const ownJob = record.reason === 'shipping-overdue' || record.reason === 'cancelled' ? ofJob : []
  const times = [...deadlinesOf(record), ...ownJob].map(({ at }) => at)
  return times.length === 0 ? undefined : Math.min(...times)
}

const OF_THE_WAIT: ReadonlySet<string> = new Set(['shipping-overdue', 'unanswered-closes'])

/** The case that follows the one in hand; the first one when none is, or when the last was in hand. */
export function caseAfter(ledger: Ledger): string | undefined {
  const record = ledger.get('work', ledger.station)?.work
  const work = record?.doing === 'asking' ? record.before : record
  const cases = openCases(ledger).map((one) => one.record.id)
  const at = work?.doing === 'case' ? cases.indexOf(work.case) : -1
  return cases[at + 1] ?? cases[0]
}
