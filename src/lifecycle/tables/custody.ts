import { illegal, noop, type Table, to } from '../cell.ts'
import type { CustodyState } from '../states.ts'

/** What can happen to a physical drive as a thing with a place. */
export type CustodyEvent =
  | 'put-in-tray'
  | 'held'
  | 'set-aside'
  | 'placed-in-bay'
  | 'packed'
  | 'unpacked'
  | 'handed-over'
  | 'taken-back'
  | 'put-back'
  | 'lost'
  | 'destroyed'
  | 'found'

const absent = illegal('The drive is not on site.')
const dead = illegal('The drive was destroyed.')
const lost = illegal('The drive is recorded as lost; record it as found first.')

export const CUSTODY_TABLE: Table<CustodyState, CustodyEvent> = {
  away: {
    'put-in-tray': to('tray'),
    held: to('held'),
    'set-aside': to('extra'),
    'placed-in-bay': absent,
    packed: absent,
    unpacked: absent,
    'handed-over': absent,
    'taken-back': noop('The drive is not on site.'),
    'put-back': noop('The drive is not on site.'),
    lost: absent,
    destroyed: absent,
    found: noop('The drive was not lost.'),
  },
  tray: {
    'put-in-tray': to('tray'),
    held: to('held'),
    'set-aside': illegal('The drive belongs to a job.'),
    'placed-in-bay': to('bay'),
    packed: to('packed'),
    unpacked: noop('The drive is not in a box.'),
    'handed-over': illegal('The drive is not in a box.'),
    'taken-back': to('away'),
    'put-back': noop('The drive is in its tray.'),
    lost: to('lost'),
    destroyed: to('destroyed'),
    found: noop('The drive was not lost.'),
  },
  bay: {
    'put-in-tray': to('tray'),
    held: to('held'),
    'set-aside': illegal('The drive belongs to a job.'),
    'placed-in-bay': to('bay'),
    packed: to('packed'),
    unpacked: noop('The drive is not in a box.'),
    'handed-over': illegal('The drive is not in a box.'),
    'taken-back': to('away'),
    'put-back': noop('The drive is in a bay.'),
    lost: to('lost'),
    destroyed: to('destroyed'),
    found: noop('The drive was not lost.'),
  },
  held: {
    'put-in-tray': to('tray'),
    held: noop('The drive is on the hold shelf already.'),
    'set-aside': to('extra'),
    // A serial listed twice is settled by reading its manifest, which needs a bay.
    'placed-in-bay': to('bay'),
    packed: to('packed'),
    unpacked: noop('The drive is not in a box.'),
    'handed-over': illegal('The drive is not in a box.'),
    'taken-back': to('away'),
    'put-back': to('came-from'),
    lost: to('lost'),
    destroyed: to('destroyed'),
    found: noop('The drive was not lost.'),
  },
  extra: {
    'put-in-tray': to('tray'),
    held: to('held'),
    'set-aside': noop('The drive is on the extra shelf already.'),
    'placed-in-bay': illegal('No live job lists this drive.'),
    packed: to('packed'),
    unpacked: noop('The drive is not in a box.'),
    'handed-over': illegal('The drive is not in a box.'),
    'taken-back': to('away'),
    'put-back': to('came-from'),
    lost: to('lost'),
    destroyed: to('destroyed'),
    found: noop('The drive was not lost.'),
  },
  packed: {
    'put-in-tray': illegal('The drive is in a box; take it out first.'),
    held: illegal('The drive is in a box; take it out first.'),
    'set-aside': illegal('The drive is in a box; take it out first.'),
    'placed-in-bay': illegal('The drive is in a box; take it out first.'),
    packed: noop('The drive is in a box already.'),
    unpacked: to('came-from'),
    'handed-over': to('gone'),
    'taken-back': illegal('The drive is in a box; take it out first.'),
    'put-back': illegal('The drive is in a box; take it out first.'),
    lost: to('lost'),
    destroyed: to('destroyed'),
    found: noop('The drive was not lost.'),
  },
  // A drive that went home may come back with another job.
  gone: {
    'put-in-tray': to('tray'),
    held: to('held'),
    'set-aside': to('extra'),
    'placed-in-bay': absent,
    packed: absent,
    unpacked: illegal('The box has left the site.'),
    'handed-over': noop('The drive was handed over already.'),
    'taken-back': noop('The drive is not on site.'),
    'put-back': noop('The drive is not on site.'),
    lost: absent,
    destroyed: absent,
    found: noop('The drive was not lost.'),
  },
  lost: {
    'put-in-tray': lost,
    held: lost,
    'set-aside': lost,
    'placed-in-bay': lost,
    packed: lost,
    unpacked: lost,
    'handed-over': lost,
    'taken-back': lost,
    'put-back': lost,
    lost: noop('It is recorded as lost already.'),
    destroyed: to('destroyed'),
    // Its job may have ended, so a person decides where it goes.
    found: to('held'),
  },
  destroyed: {
    'put-in-tray': dead,
    held: dead,
    'set-aside': dead,
    'placed-in-bay': dead,
    packed: dead,
    unpacked: dead,
    'handed-over': dead,
    'taken-back': dead,
    'put-back': dead,
    lost: dead,
    destroyed: noop('It was destroyed already.'),
    found: dead,
  },
}
