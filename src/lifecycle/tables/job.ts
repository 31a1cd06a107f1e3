import { illegal, noop, type Table, to } from '../cell.ts'
import type { JobState } from '../states.ts'

/** `Deleted` is ours: the API resource is gone, the journal and the custody of its drives remain. */
export type JobStand = JobState | 'Deleted'

/**
 * What can happen to a job. The first group is ordered by people or the clock; the second follows from the job's drives
 * and is named by `moveName` when `deriveJobState` finds a new state.
 */
export type JobEvent =
  | 'updated'
  | 'announced'
  | 'cancel-requested'
  | 'deleted'
  | 'expired'
  | 'went-unanswered'
  | 'nothing-coming'
  | 'all-in'
  | 'reopened'
  | 'copy-began'
  | 'all-processed'
  | 'work-again'
  | 'all-home'
  | 'all-home-with-errors'

const creating = 'Nothing has been announced for this job yet.'
const packed = 'The drives are being packed.'
const ended = 'The job has ended.'
const deleted = illegal('The job was deleted.')

export const JOB_TABLE: Table<JobStand, JobEvent> = {
  Creating: {
    updated: to('Creating'),
    announced: to('Shipping'),
    'cancel-requested': to('Creating'),
    deleted: to('Deleted'),
    expired: to('Deleted'),
    'went-unanswered': illegal(creating),
    'nothing-coming': to('Completed'),
    'all-in': illegal(creating),
    reopened: noop(creating),
    'copy-began': illegal(creating),
    'all-processed': illegal(creating),
    'work-again': illegal(creating),
    'all-home': illegal(creating),
    'all-home-with-errors': illegal(creating),
  },
  Shipping: {
    updated: to('Shipping'),
    announced: noop('The job is in Shipping already.'),
    'cancel-requested': to('Shipping'),
    deleted: illegal('Only a job in Creating or Completed can be deleted.'),
    expired: illegal('A job in Shipping never expires by itself.'),
    'went-unanswered': to('Closed'),
    'nothing-coming': to('Completed'),
    'all-in': to('Received'),
    reopened: noop('The job is in Shipping already.'),
    'copy-began': illegal('Copying waits until the arrival is closed.'),
    // One closing scan can end the wait for a cancelled job: its drives go straight home.
    'all-processed': to('Packaging'),
    'work-again': illegal('Nothing has been processed yet.'),
    'all-home': to('Completed'),
    'all-home-with-errors': to('Closed'),
  },
  Received: {
    updated: to('Received'),
    announced: noop('The package has arrived already.'),
    'cancel-requested': to('Received'),
    deleted: illegal('Only a job in Creating or Completed can be deleted.'),
    expired: illegal('Its drives are on site.'),
    'went-unanswered': illegal('Its drives are on site.'),
    'nothing-coming': illegal('Its drives are on site.'),
    'all-in': noop('All drives are in already.'),
    reopened: to('Shipping'),
    'copy-began': to('Transferring'),
    'all-processed': to('Packaging'),
    'work-again': illegal('Nothing has been processed yet.'),
    'all-home': to('Completed'),
    'all-home-with-errors': to('Closed'),
  },
  Transferring: {
    updated: to('Transferring'),
    announced: noop('The package has arrived already.'),
    'cancel-requested': to('Transferring'),
    deleted: illegal('Only a job in Creating or Completed can be deleted.'),
    expired: illegal('Its drives are on site.'),
    'went-unanswered': illegal('Its drives are on site.'),
    'nothing-coming': illegal('Its drives are on site.'),
    'all-in': noop('All drives are in already.'),
    reopened: illegal('Copying has begun.'),
    'copy-began': noop('Copying has begun already.'),
    'all-processed': to('Packaging'),
    'work-again': noop('Work is going on already.'),
    'all-home': to('Completed'),
    'all-home-with-errors': to('Closed'),
  },
  Packaging: {
    updated: to('Packaging'),
    announced: noop('The package has arrived already.'),
    'cancel-requested': illegal('The job is being packed and can no longer be cancelled.'),
    deleted: illegal('Only a job in Creating or Completed can be deleted.'),
    expired: illegal('Its drives are on site.'),
    'went-unanswered': illegal('Its drives are on site.'),
    'nothing-coming': illegal('Its drives are on site.'),
    'all-in': noop(packed),
    // Undoing a receipt can leave a cancelled job without a drive on site.
    reopened: to('Shipping'),
    'copy-began': illegal(packed),
    'all-processed': noop('All drives are processed already.'),
    'work-again': to('Transferring'),
    'all-home': to('Completed'),
    'all-home-with-errors': to('Closed'),
  },
  Completed: {
    updated: illegal(ended),
    announced: illegal(ended),
    'cancel-requested': illegal('The job has ended and can no longer be cancelled.'),
    deleted: to('Deleted'),
    expired: to('Deleted'),
    'went-unanswered': illegal(ended),
    'nothing-coming': noop(ended),
    'all-in': noop(ended),
    reopened: illegal(ended),
    'copy-began': illegal(ended),
    'all-processed': noop(ended),
    'work-again': illegal(ended),
    'all-home': noop(ended),
    'all-home-with-errors': noop('How a job ended is judged once.'),
  },
  Closed: {
    updated: illegal(ended),
    announced: illegal(ended),
    'cancel-requested': illegal('The job has ended and can no longer be cancelled.'),
    deleted: illegal('A closed job goes away by itself after 90 days.'),
    expired: to('Deleted'),
    'went-unanswered': noop(ended),
    'nothing-coming': noop(ended),
    'all-in': noop(ended),
    reopened: illegal(ended),
    'copy-began': illegal(ended),
    'all-processed': noop(ended),
    'work-again': illegal(ended),
    'all-home': noop('How a job ended is judged once.'),
    'all-home-with-errors': noop(ended),
  },
  Deleted: {
    updated: deleted,
    announced: deleted,
    'cancel-requested': deleted,
    deleted: noop('The job was deleted already.'),
    expired: noop('The job was deleted already.'),
    'went-unanswered': deleted,
    'nothing-coming': deleted,
    'all-in': deleted,
    reopened: deleted,
    'copy-began': deleted,
    'all-processed': deleted,
    'work-again': deleted,
    'all-home': deleted,
    'all-home-with-errors': deleted,
  },
}

/** The table's word for a move that `deriveJobState` found; `undefined` when no fact about drives can cause it. */
export function moveName(from: JobStand, next: JobStand): JobEvent | undefined {
  if (next === 'Received') return 'all-in'
  if (next === 'Shipping') return 'reopened'
  if (next === 'Transferring') return from === 'Packaging' ? 'work-again' : 'copy-began'
  if (next === 'Packaging') return 'all-processed'
  if (next === 'Completed') return 'all-home'
  if (next === 'Closed') return 'all-home-with-errors'
  return undefined
}
