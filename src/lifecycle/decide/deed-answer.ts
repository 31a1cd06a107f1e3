import { event, type LifeEvent } from '../events.ts'
import type { CaseRecord, Verdict } from '../records.ts'
import type { Next, Say } from '../sentences.ts'
import type { ScanContext } from './context.ts'

/** What a deed did, in words; or why the rules do not allow it. */
export type DeedAnswer =
  | { readonly say: Say; readonly next?: Next; readonly facts?: Verdict['facts'] }
  | { readonly refused: Say; readonly facts?: Verdict['facts'] }

/** Plans all events or none: the sentence of the first one that the rules refuse is kept for the journal. */
export function tryAll(context: ScanContext, events: readonly LifeEvent[]): string | undefined {
  const { draft } = context
  const before = draft.hood
  const kept = draft.events.length
  for (const one of events) {
    const because = draft.tryAdd(one)
    if (because === undefined) continue
    draft.hood = before
    draft.events.length = kept
    return because
  }
  return undefined
}

export const resolveCase = (about: Pick<CaseRecord, 'id'>): LifeEvent =>
  event('case-resolved', { case: about.id })
