import { illegal, noop, type Table, to } from '../cell.ts'
import type { CopyState } from '../states.ts'

/** What can happen to one attempt to copy one drive. A crash of its process is `lost`: nothing proven is undone. */
export type CopyEvent =
  | 'opened'
  | 'began'
  | 'paused'
  | 'resumed'
  | 'lost'
  | 'returned'
  | 'proving'
  | 'ended'
  | 'ended-more-info'

const over = illegal('This copy has ended.')

export const COPY_TABLE: Table<CopyState, CopyEvent> = {
  waiting: {
    opened: to('opening'),
    began: illegal('The drive has not been opened.'),
    paused: to('paused'),
    resumed: noop('It has not begun.'),
    lost: to('lost'),
    returned: noop('The drive is here.'),
    proving: illegal('Nothing has been copied.'),
    ended: illegal('Nothing has been copied.'),
    // A drive that is refused or cancelled before it is opened ends with a report.
    'ended-more-info': to('done-more-info'),
  },
  opening: {
    opened: noop('It is being opened already.'),
    began: to('copying'),
    paused: to('paused'),
    resumed: noop('It is not paused.'),
    lost: to('lost'),
    returned: noop('The drive is here.'),
    proving: illegal('Nothing has been copied.'),
    ended: illegal('Nothing has been copied.'),
    'ended-more-info': to('done-more-info'),
  },
  copying: {
    opened: noop('It was opened already.'),
    began: noop('It has begun already.'),
    paused: to('paused'),
    resumed: noop('It is not paused.'),
    lost: to('lost'),
    returned: noop('The drive is here.'),
    proving: to('proving'),
    ended: to('done'),
    'ended-more-info': to('done-more-info'),
  },
  paused: {
    opened: noop('It is paused.'),
    began: noop('It is paused.'),
    paused: noop('It is paused already.'),
    resumed: to('opening'),
    lost: to('lost'),
    returned: noop('The drive is here.'),
    proving: illegal('It is paused.'),
    ended: illegal('It is paused.'),
    'ended-more-info': to('done-more-info'),
  },
  lost: {
    opened: to('opening'),
    began: illegal('The drive is not readable.'),
    paused: to('paused'),
    resumed: to('opening'),
    lost: noop('It is lost already.'),
    returned: to('opening'),
    proving: illegal('The drive is not readable.'),
    ended: illegal('The drive is not readable.'),
    'ended-more-info': to('done-more-info'),
  },
  proving: {
    opened: noop('Everything has been copied.'),
    began: to('copying'),
    paused: to('paused'),
    resumed: noop('It is not paused.'),
    lost: to('lost'),
    returned: noop('The drive is here.'),
    proving: noop('It is being proven already.'),
    ended: to('done'),
    'ended-more-info': to('done-more-info'),
  },
  done: {
    opened: over,
    began: over,
    paused: over,
    resumed: over,
    lost: noop('This copy has ended.'),
    returned: noop('This copy has ended.'),
    proving: over,
    ended: noop('This copy has ended already.'),
    'ended-more-info': over,
  },
  'done-more-info': {
    opened: over,
    began: over,
    paused: over,
    resumed: over,
    lost: noop('This copy has ended.'),
    returned: noop('This copy has ended.'),
    proving: over,
    ended: over,
    'ended-more-info': noop('This copy has ended already.'),
  },
}
