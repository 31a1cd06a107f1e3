import { illegal, noop, type Table, to } from '../cell.ts'
import type { ReturnState } from '../states.ts'

/** What can happen to an outgoing package. */
export type ReturnEvent =
  | 'drive-packed'
  | 'drive-unpacked'
  | 'label-printed'
  | 'label-voided'
  | 'closed'
  | 'shipped'
  | 'voided'

const closed = 'The box is closed.'
const shipped = illegal('The box has left the site.')
const voided = illegal('This return was given up.')

export const RETURN_TABLE: Table<ReturnState, ReturnEvent> = {
  packing: {
    'drive-packed': to('packing'),
    'drive-unpacked': to('packing'),
    'label-printed': to('labelled'),
    'label-voided': noop('No label was printed.'),
    closed: illegal('The label has not been earned yet.'),
    shipped: illegal('The box is still open.'),
    voided: to('void'),
  },
  labelled: {
    // The label said what is in the box; another drive makes it wrong.
    'drive-packed': illegal('Void the label before another drive goes in.'),
    'drive-unpacked': illegal('Void the label before a drive comes out.'),
    'label-printed': to('labelled'),
    'label-voided': to('packing'),
    closed: to('closed'),
    shipped: illegal('Scan the label on the box first.'),
    voided: illegal('Void the label first.'),
  },
  closed: {
    'drive-packed': illegal(closed),
    'drive-unpacked': illegal(closed),
    'label-printed': to('closed'),
    'label-voided': illegal(closed),
    closed: noop('The box is closed already.'),
    shipped: to('shipped'),
    // Only when it stands empty because every drive in it was lost or destroyed.
    voided: to('void'),
  },
  shipped: {
    'drive-packed': shipped,
    'drive-unpacked': shipped,
    'label-printed': shipped,
    'label-voided': shipped,
    closed: noop('The box has left the site.'),
    shipped: noop('The box has left the site already.'),
    voided: shipped,
  },
  void: {
    'drive-packed': voided,
    'drive-unpacked': voided,
    'label-printed': voided,
    'label-voided': noop('This return was given up.'),
    closed: voided,
    shipped: voided,
    voided: noop('This return was given up already.'),
  },
}
