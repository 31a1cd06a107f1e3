import { deadlinesOf } from '../deadlines.ts'
import type { CaseReason, CaseRecord, RecordKind, RecordOf } from '../records.ts'

/** What people can do about a case, by the command barcode that does it. */
export const DEED_CODES = [
  'TD-TAKE',
  'TD-CALLED',
  'TD-MAILED',
  'TD-ANSWERED',
  'TD-NOTE',
  'TD-EXTEND',
  'TD-CANCEL',
  'TD-CLOSE',
  'TD-NOTHING',
  'TD-ABSENT',
  'TD-REPAIRED',
  'TD-DECLINE',
  'TD-RELEASE',
  'TD-OVERRIDE',
  'TD-FORWARD',
  'TD-HOME',
  'TD-DESTROY',
  'TD-LOST',
  'TD-RESOLVE',
] as const
export type DeedCode = (typeof DEED_CODES)[number]

/** Who may do it. `two`: a supervisor, and a second person who confirms by badge. */
export type Authority = 'anyone' | 'supervisor' | 'two'

export const AUTHORITY: Readonly<Record<DeedCode, Authority>> = {
  'TD-TAKE': 'anyone',
  'TD-CALLED': 'anyone',
  'TD-MAILED': 'anyone',
  'TD-ANSWERED': 'anyone',
  'TD-NOTE': 'anyone',
  'TD-EXTEND': 'anyone',
  'TD-CANCEL': 'supervisor',
  // Irreversible: the customer loses the job.
  'TD-CLOSE': 'supervisor',
  'TD-NOTHING': 'supervisor',
  'TD-ABSENT': 'two',
  'TD-REPAIRED': 'anyone',
  'TD-DECLINE': 'anyone',
  'TD-RELEASE': 'anyone',
  'TD-OVERRIDE': 'two',
  'TD-FORWARD': 'anyone',
  'TD-HOME': 'supervisor',
  'TD-DESTROY': 'two',
  'TD-LOST': 'two',
  'TD-RESOLVE': 'anyone',
}

/** Confirmed by a second person, without a supervisor being one of them: two pairs of eyes, not two ranks. */
export const EYES_ONLY: ReadonlySet<DeedCode> = new Set(['TD-ABSENT', 'TD-OVERRIDE'])

const ALWAYS: readonly DeedCode[] = ['TD-TAKE', 'TD-CALLED', 'TD-MAILED', 'TD-ANSWERED', 'TD-NOTE']

/** What settles a case, the likeliest first. */
const SETTLING: Readonly<Record<CaseReason, readonly DeedCode[]>> = {
  'job-creating': ['TD-RESOLVE', 'TD-DESTROY'],
  'job-gone': ['TD-RESOLVE', 'TD-DESTROY'],
  'listed-twice': ['TD-LOST'],
  unannounced: ['TD-RESOLVE', 'TD-DESTROY'],
  'identity-contradicted': ['TD-OVERRIDE', 'TD-DECLINE', 'TD-LOST'],
  'storage-not-configured': ['TD-RESOLVE'],
  'return-address-missing': ['TD-RESOLVE', 'TD-DESTROY'],
  'carrier-account-missing': ['TD-RESOLVE'],
  'closed-short': ['TD-ABSENT'],
  'fewer-than-announced': ['TD-ABSENT'],
  'more-than-ten': ['TD-RESOLVE'],
  'late-drive': ['TD-RESOLVE', 'TD-LOST'],
  damaged: ['TD-REPAIRED', 'TD-DECLINE', 'TD-LOST'],
  declined: ['TD-RESOLVE', 'TD-LOST'],
  'shipping-overdue': ['TD-EXTEND', 'TD-CANCEL', 'TD-NOTHING', 'TD-CLOSE'],
  cancelled: ['TD-NOTHING'],
  unreturnable: ['TD-RESOLVE', 'TD-DESTROY'],
  'whose-extra': ['TD-HOME', 'TD-LOST'],
  released: ['TD-RESOLVE', 'TD-LOST'],
  'consequence-refused': ['TD-RESOLVE'],
  'held-by-operator': ['TD-RELEASE', 'TD-DECLINE', 'TD-LOST'],
  'copy-failed': ['TD-RESOLVE', 'TD-LOST'],
  faulted: ['TD-REPAIRED', 'TD-DECLINE', 'TD-LOST'],
  'other-site': ['TD-FORWARD'],
}

/** Cases in which nothing may be decided over the customer's head. */
const ASKS_CUSTOMER: ReadonlySet<CaseReason> = new Set([
  'job-creating',
  'job-gone',
  'unannounced',
  'return-address-missing',
  'carrier-account-missing',
  'unreturnable',
])

/** Why a deed cannot be done yet; the words are in the locale files. */
export type NotYet =
  | { readonly because: 'not-for-it' }
  | { readonly because: 'ask-first' }
  | { readonly because: 'too-early'; readonly at: number }

/** Everything that fits the reason of a case, whether or not it is time for it. */
export function deedsFor(reason: CaseReason): readonly DeedCode[] {
  return [...SETTLING[reason], ...ALWAYS]
}

/** Where a record is looked up: a neighbourhood, or a ledger. */
export interface Known {
  get<K extends RecordKind>(kind: K, id: string): RecordOf<K> | undefined
}

/** Whether it is time for a deed; the instant is the service's clock. Pure. */
export function notYet(hood: Known, about: CaseRecord, deed: DeedCode, at: number): NotYet | undefined {
  if (!deedsFor(about.reason).includes(deed)) return { because: 'not-for-it' }
  const job = about.job === undefined ? undefined : hood.get('job', about.job)
  if (deed === 'TD-DESTROY') {
    // Any answer of the customer stops destruction for good.
    if (about.answeredAt !== undefined) return { because: 'not-for-it' }
    if (about.firstContactAt === undefined) return { because: 'ask-first' }
    return waitFor(deadlinesOf(about).find(({ kind }) => kind === 'destroy')?.at, at)
  }
  if (deed === 'TD-CLOSE') {
    if (job?.state !== 'Shipping') return { because: 'not-for-it' }
    return waitFor(deadlinesOf(job).find(({ kind }) => kind === 'unanswered-closes')?.at, at)
  }
  if (deed === 'TD-RESOLVE' && ASKS_CUSTOMER.has(about.reason) && !isSettled(hood, about))
    return { because: 'ask-first' }
  return undefined
}

/** The customer answered, or put right by themselves what was missing. */
function isSettled(hood: Known, about: CaseRecord): boolean {
  if (about.answeredAt !== undefined) return true
  const job = about.job === undefined ? undefined : hood.get('job', about.job)
  if (about.reason === 'return-address-missing') return job?.hasReturnAddress === true
  if (about.reason === 'carrier-account-missing') return job?.hasCarrierAccount === true
  return false
}

function waitFor(due: number | undefined, at: number): NotYet | undefined {
  if (due === undefined) return { because: 'not-for-it' }
  return due <= at ? undefined : { because: 'too-early', at: due }
}
