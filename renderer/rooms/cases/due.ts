/** When a case has to be done, in the words of a day's work. Pure. */
import type { TopicState } from '../../../src/contract/screen.ts'

export type Case = TopicState<'cases'>['cases'][number]

export type Urgency = 'late' | 'today' | 'week' | 'later'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS

export function urgencyOf({ dueAt }: Pick<Case, 'dueAt'>, now: number): Urgency {
  if (dueAt === undefined) return 'later'
  if (dueAt <= now) return 'late'
  if (new Date(dueAt).toDateString() === new Date(now).toDateString()) return 'today'
  return dueAt - now <= WEEK_MS ? 'week' : 'later'
}

/** Cases that are not done, by deadline; those without one last, the oldest first. */
export function byDeadline(cases: readonly Case[]): Case[] {
  const due = ({ dueAt }: Case) => dueAt ?? Number.POSITIVE_INFINITY
  return cases
    .filter(({ state }) => state !== 'resolved')
    .toSorted((a, b) => due(a) - due(b) || a.openedAt - b.openedAt)
}

/** How much of its time is over, 0 to 100, and in days; undefined without a deadline. */
export function spentOf(
  { openedAt, dueAt }: Pick<Case, 'openedAt' | 'dueAt'>,
  now: number,
): { readonly percent: number; readonly day: number; readonly days: number } | undefined {
  if (dueAt === undefined) return undefined
  const whole = Math.max(1, dueAt - openedAt)
  const spent = Math.max(0, Math.min(whole, now - openedAt))
  return { percent: (spent / whole) * 100, day: Math.floor(spent / DAY_MS), days: Math.ceil(whole / DAY_MS) }
}
