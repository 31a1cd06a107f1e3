import { illegal, noop, type Table, to } from '../cell.ts'
import type { ArrivalState } from '../states.ts'

/** What can happen to a package that came in. */
export type ArrivalEvent =
  | 'job-attached'
  | 'taken-over'
  | 'closed'
  | 'held'
  | 'reopened'
  | 'opening-undone'
  | 'forwarded'

const undone = illegal('Opening this arrival was undone.')
const forwarded = illegal('The package was sent on to its own site.')

export const ARRIVAL_TABLE: Table<ArrivalState, ArrivalEvent> = {
  open: {
    'job-attached': to('open'),
    'taken-over': to('open'),
    closed: to('closed'),
    held: to('held'),
    reopened: noop('The arrival is open already.'),
    'opening-undone': to('undone'),
    forwarded: to('forwarded'),
  },
  held: {
    // A job created later claims a package that nobody had announced.
    'job-attached': to('open'),
    'taken-over': to('held'),
    closed: to('closed'),
    held: noop('The arrival is held already.'),
    reopened: to('open'),
    // A box of another site is held at its first scan; one whose drives are on the shelf is refused by the fold.
    'opening-undone': to('undone'),
    forwarded: to('forwarded'),
  },
  closed: {
    'job-attached': noop('The arrival is closed.'),
    'taken-over': noop('The arrival is closed.'),
    closed: noop('The arrival is closed already.'),
    held: illegal('The arrival is closed.'),
    reopened: to('open'),
    'opening-undone': illegal('The arrival is closed.'),
    forwarded: illegal('The arrival is closed.'),
  },
  forwarded: {
    'job-attached': forwarded,
    'taken-over': forwarded,
    closed: forwarded,
    held: forwarded,
    reopened: forwarded,
    'opening-undone': forwarded,
    forwarded: noop('The package was sent on already.'),
  },
  undone: {
    'job-attached': undone,
    'taken-over': undone,
    closed: undone,
    held: undone,
    reopened: undone,
    'opening-undone': noop('It was undone already.'),
    forwarded: undone,
  },
}
