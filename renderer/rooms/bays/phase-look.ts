/** How a bay's head looks. A flood asks for a hand; what runs by itself stays grey. Pure. */
import type { TopicState } from '../../../src/contract/screen.ts'
import type { Family, Glyph } from '../../parts/family.ts'

export type Bay = TopicState<'bays'>['bays'][number]

interface PhaseLook {
  readonly family: Family
  readonly glyph: Glyph
}

const FLOODS: Readonly<Record<Bay['phase'], PhaseLook>> = {
  free: { family: 'already', glyph: 'question' },
  waiting: { family: 'already', glyph: 'question' },
  opening: { family: 'attention', glyph: 'exclamation' },
  copying: { family: 'attention', glyph: 'exclamation' },
  proving: { family: 'attention', glyph: 'exclamation' },
  paused: { family: 'attention', glyph: 'pause' },
  lost: { family: 'attention', glyph: 'exclamation' },
  done: { family: 'received', glyph: 'check' },
  'done-more-info': { family: 'attention', glyph: 'exclamation' },
  held: { family: 'stop', glyph: 'cross' },
  unknown: { family: 'already', glyph: 'question' },
}

const RUNNING: ReadonlySet<Bay['phase']> = new Set(['opening', 'copying', 'proving'])

export function isRunning({ phase }: Pick<Bay, 'phase'>): boolean {
  return RUNNING.has(phase)
}

/** Undefined for a bay that needs nobody. */
export function floodOf({ phase, needsHand }: Pick<Bay, 'phase' | 'needsHand'>): PhaseLook | undefined {
  return needsHand ? FLOODS[phase] : undefined
}

export interface RackTotals {
  readonly needHand: number
  readonly working: number
  readonly free: number
  readonly bytesPerSecond: number
  /** When the last copy under way is done; undefined while one of them has no estimate. */
  readonly doneAt: number | undefined
}

export function totalsOf(bays: readonly Bay[]): RackTotals {
  const running = bays.filter(isRunning)
  const ends = running.flatMap(({ doneAt }) => doneAt ?? [])
  return {
    needHand: bays.filter(({ needsHand }) => needsHand).length,
    working: running.length,
    free: bays.filter(({ phase }) => phase === 'free').length,
    bytesPerSecond: running.reduce((sum, bay) => sum + (bay.bytesPerSecond ?? 0), 0),
    doneAt: ends.length === running.length && ends.length > 0 ? Math.max(...ends) : undefined,
  }
}
