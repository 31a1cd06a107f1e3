/** Random things that happen at a dock, in any order: most are impossible, which a ledger has to bear. */
import fc from 'fast-check'
import type { NewEvent } from '../../src/ledger/ledger.ts'
import { announced, happened, jobPut, opened, received, scanned } from './tellings.ts'

const JOBS = ['j1', 'j2']
const SERIALS = ['WD1', 'WD2', 'WD3', 'WD4']

const job = fc.constantFrom(...JOBS)
const serial = fc.constantFrom(...SERIALS)
const arrival = job.map((id) => `a-${id}`)
const box = job.map((id) => `r-${id}`)
const bay = fc.constantFrom('bay-1', 'bay-2')
const copy = fc.tuple(job, serial).map(([j, s]) => `c-${j}-${s}`)

/** What customers and the clock order. */
export const orderings: fc.Arbitrary<NewEvent> = fc.oneof(
  fc.tuple(job, fc.subarray(SERIALS)).map(([id, serials]) => jobPut(id, serials)),
  job.map((id) => announced(id, `1Z-${id}`)),
  job.map((id) => happened('job-cancel-requested', { job: id })),
  fc.tuple(job, fc.subarray(SERIALS)).map(([id, serials]) =>
    happened('job-updated', {
      job: id,
      changes: { drives: serials.map((s) => ({ serial: s, driveId: s })) },
    }),
  ),
  job.map((id) => happened('job-deleted', { job: id, by: 'customer' })),
)

/** What is seen and done at a dock. */
export const happenings: fc.Arbitrary<NewEvent> = fc.oneof(
  fc.tuple(arrival, job).map(([a, id]) => opened(a, `1Z-${id}`, [id])),
  { weight: 4, arbitrary: fc.tuple(job, serial, arrival).map(([j, s, a]) => received(j, s, a)) },
  arrival.map((a) => happened('arrival-closed', { arrival: a, short: true })),
  arrival.map((a) => happened('arrival-reopened', { arrival: a })),
  fc.tuple(job, serial).map(([j, s]) => happened('drive-missed', { job: j, serial: s, by: 'arrival' })),
  fc.tuple(job, serial).map(([j, s]) => happened('receipt-undone', { job: j, serial: s })),
  fc.tuple(serial, bay).map(([s, b]) => happened('drive-placed', { serial: s, bay: b })),
  serial.map((s) => happened('drive-shelved', { serial: s, tray: 'B' })),
  serial.map((s) => happened('drive-held', { serial: s, because: 'operator' })),
  fc.tuple(job, serial).map(([j, s]) =>
    happened('copy-began', {
      copy: `c-${j}-${s}`,
      job: j,
      serial: s,
      direction: 'import',
      proof: 'manifest',
    }),
  ),
  copy.map((c) => happened('copy-moved', { copy: c, move: 'began' })),
  copy.map((c) => happened('copy-moved', { copy: c, move: 'proving' })),
  copy.map((c) =>
    happened('copy-ended', {
      copy: c,
      status: 'Completed',
      driveStatus: 'Completed',
      errors: false,
      copyStatus: 'Completed',
      bytesSucceeded: 1,
      blobs: { total: 1, completed: 1, withErrors: 0, failed: 0 },
    }),
  ),
  fc.tuple(box, job).map(([r, j]) => happened('return-opened', { return: r, number: `TDR-${j}`, job: j })),
  fc.tuple(box, serial).map(([r, s]) => happened('drive-packed', { return: r, serial: s })),
  box.map((r) => happened('label-printed', { return: r, reprint: false })),
  box.map((r) => happened('return-closed', { return: r })),
  box.map((r) => happened('return-shipped', { return: r, carrier: 'FedEx', tracking: '77' })),
  fc.uuid().map((id) => scanned(id)),
)

/** Enough orders to make much of the rest possible, then anything. */
export const stories: fc.Arbitrary<readonly NewEvent[]> = fc
  .array(fc.oneof({ weight: 1, arbitrary: orderings }, { weight: 6, arbitrary: happenings }), {
    maxLength: 60,
  })
  .map((rest) => [
    jobPut('j1', ['WD1', 'WD2']),
    jobPut('j2', ['WD2', 'WD3']),
    announced('j1', '1Z-j1'),
    announced('j2', '1Z-j2'),
    opened('a-j1', '1Z-j1', ['j1']),
    ...rest,
  ])
