/** Every row of the published transitions and failures, beside the story that shows it. */
import { describe, it } from 'vitest'
import { ALL_STORIES } from './stories/index.ts'

const CLEAN = 'a clean package: the box, its drives, and it closes itself'
const HOME = 'a label is earned, scanned, and the carrier’s number sends the box off'
const GOES_AWAY = 'a job nobody announced goes away: by its customer, or by the clock'
const ENDED_GOES_AWAY = 'an ended job goes away: Completed also by its customer, Closed by the clock alone'
const FAULTED = 'a job that does not progress is faulted: nothing is copied or packed until it is cleared'
const SECOND_PARCEL =
  'late: the box was closed short, the drive comes in a second parcel under the same number'

/** When a clock is part of a row, `deadlines.test.ts` holds the instant. */
const ROWS: Readonly<Record<string, readonly string[]>> = {
  'job: (none) to Creating to Shipping': [CLEAN],
  'job: Creating stays Creating on any other change': [GOES_AWAY],
  'job: Creating is deleted by its customer or after 14 days': [GOES_AWAY],
  'job: Shipping to Received, last listed drive checked in': [CLEAN],
  'job: Received to Transferring, first drive begins': ['too late once a drive of the job is being copied'],
  'job: Transferring to Packaging, last drive finishes': [
    'cancelled in Transferring: the running copy stops and says so',
    HOME,
  ],
  'job: Packaging to Completed': [HOME],
  'job: Packaging to Closed': [
    'a job with a missing drive ends Closed',
    'notices leave a job Completed, errors close it',
  ],
  'job: Shipping to Closed after 30 days of silence': [
    'nothing came and nobody answered: Closed; a drive that comes after all goes home',
  ],
  'job: any to Faulted and back to the appropriate state': [FAULTED],
  'job: Completed and Closed are deleted after 90 days': [ENDED_GOES_AWAY],
  'failure: drives arrive although the job is not in Shipping, or is unknown': [
    'early: a job in Creating; its drives are received when it is announced',
    'early: nobody had heard of the job; it claims its box from the hold shelf',
    'a package without a job is sent back once its sender has said where to',
  ],
  'failure: the package is late; extend, cancel, or no answer': [
    'the wait is extended: what the timer gave up is awaited again',
    'cancelled in Shipping and nothing came: even at the deadline it ends Completed',
    'nothing came and nobody answered: Closed; a drive that comes after all goes home',
  ],
  'failure: return address wrong or missing': [
    'at the first drive a missing address or account is a case at once',
    'a refusal leaves nothing to take back',
  ],
  'failure: a drive that is not in the list goes back when the job completes': [
    'a mixed package: nine right, one missing, one extra',
    'an extra goes home with the arrival’s only job',
  ],
  'drive: import begins Specified, is Received at the dock': [CLEAN],
  'drive: export begins Received': [
    'export: what no live job lists joins, and the announced number closes the box',
  ],
  'drive: NeverReceived when it is missing from the package, or by the timer': [
    'a mixed package: nine right, one missing, one extra',
    'late: the timer had given it up, but it is of this box',
  ],
  'drive: NeverReceived to Received when it comes in another shipment': [SECOND_PARCEL],
  'drive: Transferring to Completed or CompletedMoreInfo': ['notices leave a job Completed, errors close it'],
  'drive: Completed and CompletedMoreInfo to ShippedBack': [
    HOME,
    'notices leave a job Completed, errors close it',
  ],
  'drive: Received to ShippedBack in a cancelled job': [
    'cancelled in Shipping: what comes goes straight home',
  ],
  'drive failure: the NeverReceived drive arrives': [SECOND_PARCEL],
  'drive failure: an extra drive': ['an extra goes home with the arrival’s only job'],
}

describe.each(Object.entries(ROWS))('%s', (_, names) => {
  it.each(names)('%s', (name) => {
    const tell = ALL_STORIES[name]
    if (tell === undefined) throw new Error(`There is no story "${name}".`)
    tell()
  })
})
