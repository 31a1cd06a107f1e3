import { noop, type Table, to } from '../cell.ts'
import type { CaseState } from '../states.ts'

/** What can happen to something that needs a person. */
export type CaseEvent = 'taken' | 'contacted' | 'answered' | 'resolved' | 'reopened'

export const CASE_TABLE: Table<CaseState, CaseEvent> = {
  open: {
    taken: to('open'),
    contacted: to('waiting'),
    answered: to('open'),
    resolved: to('resolved'),
    reopened: noop('The case is open already.'),
  },
  waiting: {
    taken: to('waiting'),
    contacted: to('waiting'),
    answered: to('open'),
    resolved: to('resolved'),
    reopened: noop('The case is open already.'),
  },
  resolved: {
    taken: noop('The case is resolved.'),
    contacted: to('waiting'),
    answered: to('open'),
    resolved: noop('The case is resolved already.'),
    reopened: to('open'),
  },
}
