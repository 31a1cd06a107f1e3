/** How old a job is against the promise: 7 days is the goal, 10 days the limit, counted from Received. Pure. */
import type { TopicState } from '../../../src/contract/screen.ts'

export type Job = TopicState<'jobs'>['jobs'][number]

const DAY_MS = 86_400_000
export const GOAL_MS = 7 * DAY_MS
export const LIMIT_MS = 10 * DAY_MS
/** The age bar reaches this far. */
export const SCALE_MS = 12 * DAY_MS

export interface Age {
  readonly ms: number
  readonly stand: 'in-time' | 'past-goal' | 'past-limit'
}

/** Undefined before anything was received. An ended job keeps the age it ended with. */
export function ageOf(
  { receivedAt, endedAt }: Pick<Job, 'receivedAt' | 'endedAt'>,
  now: number,
): Age | undefined {
  if (receivedAt === undefined) return undefined
  const ms = Math.max(0, (endedAt ?? now) - receivedAt)
  return { ms, stand: ms <= GOAL_MS ? 'in-time' : ms <= LIMIT_MS ? 'past-goal' : 'past-limit' }
}
