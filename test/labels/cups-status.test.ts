import { describe, expect, it } from 'vitest'
import { readCupsEnd, readCupsStatus } from '../../src/labels/cups-status.ts'
import { printerTrouble } from '../../src/labels/printer-trouble.ts'

/** Output as CUPS 2.4 prints it. */

const LISTING = `printer bench now printing bench-7.  enabled since Fri Nov 20 12:14:10 2026
\tOut of labels.
\tForm mounted:
\tContent types: any
\tDescription: bench
\tAlerts: media-empty-error toner-low-warning
\tLocation: 
bench-7                 root              1024   Fri Nov 20 12:14:10 2026
\tStatus: Out of labels.
\tAlerts: job-printing
\tqueued for bench
bench-70                root              1024   Fri Nov 20 12:14:10 2026
\tAlerts: none
\tqueued for bench
`

describe('what lpstat says', () => {
  it('is about one queue and one job', () => {
    expect(readCupsStatus(LISTING, 'bench', 'bench-7')).toEqual({
      printer: {
        disabled: false,
        message: 'Out of labels.',
        reasons: ['media-empty-error', 'toner-low-warning'],
      },
      job: { message: 'Out of labels.', reasons: ['job-printing'] },
    })
    expect(readCupsStatus(LISTING, 'bench', 'bench-70')?.job).toEqual({ message: '', reasons: [] })
  })

  it('leaves out a job that is not in the queue, and everything about another queue', () => {
    expect(readCupsStatus(LISTING, 'bench', 'bench-8')?.job).toBeUndefined()
    expect(readCupsStatus(LISTING, 'benc', 'bench-7')).toBeUndefined()
    expect(readCupsStatus('', 'bench', 'bench-7')).toBeUndefined()
  })

  it('takes no fact and no empty phrase for a message', () => {
    const idle = 'printer bench is idle.  enabled since today\n\tForm mounted:\n\tAlerts: none\n'
    expect(readCupsStatus(idle, 'bench', 'bench-7')?.printer).toEqual({
      disabled: false,
      message: '',
      reasons: [],
    })
    const stopped = 'printer bench disabled since today -\n\treason unknown\n\tAlerts: paused\n'
    expect(readCupsStatus(stopped, 'bench', 'bench-7')?.printer).toEqual({
      disabled: true,
      message: '',
      reasons: ['paused'],
    })
  })

  it.each([
    ["cancel: cancel-job failed: Job #11 is already completed - can't cancel.", 'completed'],
    ["cancel: cancel-job failed: Job #9 is already aborted - can't cancel.", 'aborted'],
    ["cancel: cancel-job failed: Job #10 is already canceled - can't cancel.", 'canceled'],
    ['cancel: cancel-job failed: Job #99 does not exist.', 'unknown'],
    ['', 'unknown'],
  ])('%j means %s', (says, end) => {
    expect(readCupsEnd(says)).toBe(end)
  })
})

describe('a printer’s reasons', () => {
  it.each([
    [['media-empty-error'], 'is out of paper or labels'],
    [['media-needed'], 'is out of paper or labels'],
    [['toner-low-warning', 'cover-open-report'], 'is open'],
    [['offline-report'], 'is off or not connected'],
    [['spool-area-full-error'], 'reports spool-area-full-error'],
  ])('%j: it %s', (reasons, is) => {
    expect(printerTrouble(reasons)?.is).toBe(is)
  })

  it.each([[[]], [['media-low-warning']], [['media-empty-warning']], [['cups-waiting-for-job-completed']]])(
    '%j keep no printer from printing',
    (reasons) => {
      expect(printerTrouble(reasons)).toBeUndefined()
    },
  )
})
