import { illegal, noop, type Table, to } from '../cell.ts'
import type { DriveState } from '../states.ts'

/** What can happen to a drive that a job lists (import) or that has joined one (export). */
export type DriveEvent =
  | 'received'
  | 'missed'
  | 'receipt-undone'
  | 'miss-undone'
  | 'copy-began'
  | 'copied'
  | 'copied-more-info'
  | 'retried'
  | 'not-needed'
  | 'declined'
  | 'shipped-back'

const gone = illegal('The drive has left the site.')
const busy = 'The drive is being copied.'
const finished = 'The drive has been processed already.'

export const DRIVE_TABLE: Table<DriveState, DriveEvent> = {
  Specified: {
    received: to('Received'),
    missed: to('NeverReceived'),
    'receipt-undone': noop('It was not received.'),
    'miss-undone': noop('It was not missed.'),
    'copy-began': illegal('The drive has not been received.'),
    copied: illegal('The drive has not been received.'),
    'copied-more-info': illegal('The drive has not been received.'),
    retried: illegal('The drive has not been received.'),
    'not-needed': illegal('The drive has not been received.'),
    declined: illegal('The drive has not been received.'),
    'shipped-back': illegal('The drive has not been received.'),
  },
  Received: {
    received: noop('It is received already.'),
    // Received always beats NeverReceived, whatever order the two are told in.
    missed: noop('It was received.'),
    'receipt-undone': to('came-from'),
    'miss-undone': noop('It was received.'),
    'copy-began': to('Transferring'),
    copied: illegal('Copying has not begun.'),
    'copied-more-info': illegal('Copying has not begun.'),
    retried: illegal('Copying has not begun.'),
    'not-needed': to('Completed'),
    declined: to('CompletedMoreInfo'),
    // A drive of a cancelled or ended job goes home without a copy.
    'shipped-back': to('ShippedBack'),
  },
  NeverReceived: {
    received: to('Received'),
    missed: noop('It is counted as missing already.'),
    'receipt-undone': noop('It was not received.'),
    'miss-undone': to('Specified'),
    'copy-began': illegal('The drive has not been received.'),
    copied: illegal('The drive has not been received.'),
    'copied-more-info': illegal('The drive has not been received.'),
    retried: illegal('The drive has not been received.'),
    'not-needed': illegal('The drive has not been received.'),
    declined: illegal('The drive has not been received.'),
    'shipped-back': illegal('The drive has not been received.'),
  },
  Transferring: {
    received: noop('It is received already.'),
    missed: noop('It was received.'),
    'receipt-undone': illegal(busy),
    'miss-undone': noop('It was received.'),
    'copy-began': noop('Copying has begun already.'),
    copied: to('Completed'),
    'copied-more-info': to('CompletedMoreInfo'),
    retried: noop('Copying has begun already.'),
    'not-needed': illegal(busy),
    declined: illegal(busy),
    'shipped-back': illegal(busy),
  },
  Completed: {
    received: noop('It is received already.'),
    missed: noop('It was received.'),
    'receipt-undone': illegal(finished),
    'miss-undone': noop('It was received.'),
    'copy-began': illegal(finished),
    copied: noop(finished),
    'copied-more-info': illegal(finished),
    retried: illegal('Nothing failed, so there is nothing to try again.'),
    'not-needed': noop(finished),
    declined: illegal(finished),
    'shipped-back': to('ShippedBack'),
  },
  CompletedMoreInfo: {
    received: noop('It is received already.'),
    missed: noop('It was received.'),
    'receipt-undone': illegal(finished),
    'miss-undone': noop('It was received.'),
    'copy-began': illegal('A finished drive is only copied again as a retry.'),
    copied: illegal(finished),
    'copied-more-info': noop(finished),
    retried: to('Transferring'),
    'not-needed': illegal(finished),
    declined: noop(finished),
    'shipped-back': to('ShippedBack'),
  },
  ShippedBack: {
    received: gone,
    missed: noop('It was received and sent back.'),
    'receipt-undone': gone,
    'miss-undone': noop('It was received and sent back.'),
    'copy-began': gone,
    copied: gone,
    'copied-more-info': gone,
    retried: gone,
    'not-needed': gone,
    declined: gone,
    'shipped-back': noop('It has been sent back already.'),
  },
}
