import type { AnyRecord, CaseRecord, JobRecord } from './records.ts'

/**
 * What falls due, and when (rule 23; reference 2.1, 2.3, 7.6). A function of a record alone, so that any instant can be
 * asked about. Times are the service's clock.
 */
export interface Deadline {
  readonly kind: DeadlineKind
  readonly at: number
  /** `automatic`: the sweep does it. `proposal`: a person does it, destroying takes two. `goal`: shown only. */
  readonly does: 'automatic' | 'proposal' | 'goal'
  readonly record: { readonly kind: AnyRecord['kind']; readonly id: string }
}

export type DeadlineKind =
  | 'creating-expires'
  | 'shipping-overdue'
  | 'cancelled-ends'
  | 'unanswered-closes'
  | 'ended-job-deleted'
  | 'copy-goal-green'
  | 'copy-goal-red'
  | 'reach-the-customer'
  | 'return-unannounced'
  | 'destroy'

const DAY_MS = 86_400_000
const CREATING_WAIT_MS = 14 * DAY_MS
const SHIPPING_WAIT_MS = 14 * DAY_MS
const ANSWER_WAIT_MS = 30 * DAY_MS
const ENDED_KEPT_MS = 90 * DAY_MS
const REACH_CUSTOMER_MS = 14 * DAY_MS
const DESTRUCTION_WAIT_MS = 90 * DAY_MS
const COPY_GOAL_GREEN_MS = 7 * DAY_MS
const COPY_GOAL_RED_MS = 10 * DAY_MS

/** All deadlines a record has now; empty when nothing is running. */
export function deadlinesOf(record: AnyRecord): readonly Deadline[] {
  if (record.kind === 'job') return jobDeadlines(record)
  if (record.kind === 'case') return caseDeadlines(record)
  return []
}

/** The earliest one, for a store's index. */
export function nextDueOf(record: AnyRecord): number | undefined {
  const times = deadlinesOf(record).map((d) => d.at)
  return times.length === 0 ? undefined : Math.min(...times)
}

function jobDeadlines(job: JobRecord): Deadline[] {
  if (job.fault !== undefined) return []
  const due = (kind: DeadlineKind, at: number, does: Deadline['does']): Deadline => ({
    kind,
    at,
    does,
    record: { kind: 'job', id: job.id },
  })
  switch (job.state) {
    case 'Creating':
      return [due('creating-expires', job.updatedAt + CREATING_WAIT_MS, 'automatic')]
    case 'Shipping': {
      const since = job.waitingSince ?? job.updatedAt
      // Rule 20: nobody waits for a package that its customer has called off.
      if (job.cancelRequested) return [due('cancelled-ends', since + SHIPPING_WAIT_MS, 'automatic')]
      if (job.overdueNoticeAt === undefined)
        return [due('shipping-overdue', since + SHIPPING_WAIT_MS, 'automatic')]
      return [due('unanswered-closes', job.overdueNoticeAt + ANSWER_WAIT_MS, 'proposal')]
    }
    case 'Received':
    case 'Transferring': {
      const since = job.receivedAt ?? job.updatedAt
      return [
        due('copy-goal-green', since + COPY_GOAL_GREEN_MS, 'goal'),
        due('copy-goal-red', since + COPY_GOAL_RED_MS, 'goal'),
      ]
    }
    case 'Completed':
    case 'Closed':
      return [due('ended-job-deleted', (job.endedAt ?? job.updatedAt) + ENDED_KEPT_MS, 'automatic')]
    case 'Packaging':
    case 'Deleted':
      return []
  }
}

/** Drives that nobody announced or that cannot go home: reach the customer, then return, then destroy. */
const REACHING: ReadonlySet<CaseRecord['reason']> = new Set([
  'unannounced',
  'job-creating',
  'job-gone',
  'return-address-missing',
  'unreturnable',
])

function caseDeadlines(record: CaseRecord): Deadline[] {
  // Any answer stops the clock; so does the end of the case.
  if (record.state === 'resolved' || record.answeredAt !== undefined || !REACHING.has(record.reason))
    return []
  const due = (kind: DeadlineKind, at: number, does: Deadline['does']): Deadline => ({
    kind,
    at,
    does,
    record: { kind: 'case', id: record.id },
  })
  const deadlines: Deadline[] = []
  if (record.firstContactAt === undefined)
    deadlines.push(due('reach-the-customer', record.openedAt + REACH_CUSTOMER_MS, 'goal'))
  if (record.reason === 'unannounced' || record.reason === 'job-creating' || record.reason === 'job-gone')
    deadlines.push(due('return-unannounced', record.openedAt + REACH_CUSTOMER_MS, 'proposal'))
  // Destruction counts from the later of arrival and first recorded attempt, and never without an attempt.
  if (record.firstContactAt !== undefined)
    deadlines.push(
      due('destroy', Math.max(record.openedAt, record.firstContactAt) + DESTRUCTION_WAIT_MS, 'proposal'),
    )
  return deadlines
}
