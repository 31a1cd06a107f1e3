import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { step } from '../../src/lifecycle/cell.ts'
import { type DriveFacts, deriveJobState, type JobFacts } from '../../src/lifecycle/derive-job-state.ts'
import { DRIVE_STATES, JOB_STATES } from '../../src/lifecycle/states.ts'
import { JOB_TABLE, type JobStand, moveName } from '../../src/lifecycle/tables/job.ts'

const drive = (state: DriveFacts['state'], more: Partial<DriveFacts> = {}): DriveFacts => ({
  state,
  released: false,
  endedWithError: false,
  faulted: false,
  ...more,
})

const job = (drives: readonly DriveFacts[], more: Partial<JobFacts> = {}): JobFacts => ({
  state: 'Shipping',
  cancelRequested: false,
  leftShipping: false,
  arrivalOpen: false,
  drives,
  ...more,
})

/** All the way, as the caller goes it. */
function settled(facts: JobFacts): JobStand {
  let now = facts
  for (let moves = 0; moves < 10; moves++) {
    const state = deriveJobState(now)
    if (state === now.state) return state
    now = { ...now, state, leftShipping: state !== 'Shipping' }
  }
  throw new Error(`It never comes to rest: ${JSON.stringify(facts)}`)
}

const anyDrive = fc.record({
  state: fc.constantFrom(...DRIVE_STATES),
  released: fc.boolean(),
  endedWithError: fc.boolean(),
  faulted: fc.boolean(),
})
const anyJob: fc.Arbitrary<JobFacts> = fc.record({
  state: fc.constantFrom<JobStand>(...JOB_STATES, 'Deleted'),
  cancelRequested: fc.boolean(),
  leftShipping: fc.boolean(),
  arrivalOpen: fc.boolean(),
  drives: fc.array(anyDrive, { maxLength: 10 }),
})

describe('whatever the facts are', () => {
  it('every move found is one the table knows', () => {
    fc.assert(
      fc.property(anyJob, (facts) => {
        const next = deriveJobState(facts)
        if (next === facts.state) return
        const move = moveName(facts.state, next)
        expect(move).toBeDefined()
        if (move !== undefined)
          expect(step(JOB_TABLE, facts.state, move)).toEqual({ kind: 'moved', state: next })
      }),
      { numRuns: 20_000 },
    )
  })

  it('it comes to rest, and stays there', () => {
    // Only an undo clears `leftShipping`, and none is allowed once copying has begun.
    const possible = anyJob.map((facts) => ({
      ...facts,
      leftShipping: facts.state === 'Transferring' || (facts.state !== 'Shipping' && facts.leftShipping),
    }))
    fc.assert(
      fc.property(possible, (facts) => {
        const state = settled(facts)
        expect(deriveJobState({ ...facts, state, leftShipping: state !== 'Shipping' })).toBe(state)
      }),
      { numRuns: 20_000 },
    )
  })

  it('what is ordered by people or the clock is never derived, and how a job ended is judged once', () => {
    const still = anyJob.filter(({ state }) => ['Creating', 'Completed', 'Closed', 'Deleted'].includes(state))
    fc.assert(
      fc.property(still, (facts) => {
        expect(deriveJobState(facts)).toBe(facts.state)
      }),
    )
  })

  it('the order of the drives does not matter', () => {
    fc.assert(
      fc.property(anyJob, (facts) => {
        expect(deriveJobState({ ...facts, drives: [...facts.drives].reverse() })).toBe(deriveJobState(facts))
      }),
    )
  })

  it('no job ends while a drive of it may still have to go home', () => {
    fc.assert(
      fc.property(anyJob, (facts) => {
        const next = deriveJobState(facts)
        if (next === facts.state || (next !== 'Completed' && next !== 'Closed')) return
        const here = facts.drives.filter((d) => d.state !== 'Specified' && d.state !== 'NeverReceived')
        expect(facts.arrivalOpen).toBe(false)
        expect(here.every((d) => d.released || d.state === 'ShippedBack')).toBe(true)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('rule 9: when a job leaves Shipping', () => {
  it.each<[string, JobFacts, JobStand]>([
    ['nothing is here', job([drive('Specified')]), 'Shipping'],
    ['nothing came at all', job([drive('NeverReceived')]), 'Shipping'],
    ['one is still awaited', job([drive('Received'), drive('Specified')]), 'Shipping'],
    ['a package is open', job([drive('Received')], { arrivalOpen: true }), 'Shipping'],
    ['all are in', job([drive('Received'), drive('Received')]), 'Received'],
    ['one is here, the others are given up', job([drive('Received'), drive('NeverReceived')]), 'Received'],
    ['an export job has what came', job([drive('Received')]), 'Received'],
    [
      'a new drive is listed after it has left',
      job([drive('Received'), drive('Specified')], { state: 'Received', leftShipping: true }),
      'Received',
    ],
  ])('%s', (_, facts, state) => expect(settled(facts)).toBe(state))
})

describe('rule 10: a late drive of a job in Packaging', () => {
  const late = { state: 'Packaging', leftShipping: true } as const
  it.each<[string, JobFacts, JobStand]>([
    ['pulls it back', job([drive('Completed'), drive('Received')], late), 'Transferring'],
    [
      'also when all others are lost',
      job([drive('Received', { released: true }), drive('Received')], late),
      'Transferring',
    ],
    [
      'not when nothing but lost drives is here and a package is open',
      job([drive('Completed', { released: true })], { ...late, arrivalOpen: true }),
      'Packaging',
    ],
    [
      'not when the job is cancelled',
      job([drive('Completed'), drive('Received')], { ...late, cancelRequested: true }),
      'Packaging',
    ],
  ])('%s', (_, facts, state) => expect(settled(facts)).toBe(state))
})

describe('rules 18 and 19: how a job ends', () => {
  const home = { state: 'Packaging', leftShipping: true } as const
  const sent = drive('ShippedBack')
  it.each<[string, JobFacts, JobStand]>([
    ['all home', job([sent, sent], home), 'Completed'],
    ['one not yet', job([sent, drive('Completed')], home), 'Packaging'],
    ['one never came', job([sent, drive('NeverReceived')], home), 'Closed'],
    ['one ended with an error', job([sent, drive('ShippedBack', { endedWithError: true })], home), 'Closed'],
    ['one went home faulted', job([drive('ShippedBack', { faulted: true })], home), 'Closed'],
    ['one was lost', job([sent, drive('Completed', { released: true })], home), 'Closed'],
    [
      'all were lost',
      job([drive('Received', { released: true })], { state: 'Received', leftShipping: true }),
      'Closed',
    ],
    ['a package is open', job([sent], { ...home, arrivalOpen: true }), 'Packaging'],
  ])('%s', (_, facts, state) => expect(settled(facts)).toBe(state))
})

describe('rule 20: a cancelled job', () => {
  const cancelled = (state: JobStand) => ({
    state,
    leftShipping: state !== 'Shipping',
    cancelRequested: true,
  })
  it.each<[string, JobFacts, JobStand]>([
    ['waits for its package', job([drive('Specified')], cancelled('Shipping')), 'Shipping'],
    ['sends home what came', job([drive('Received')], cancelled('Shipping')), 'Packaging'],
    ['sends home what is here', job([drive('Received')], cancelled('Received')), 'Packaging'],
    [
      'lets a running copy stop first',
      job([drive('Transferring'), drive('Received')], cancelled('Transferring')),
      'Transferring',
    ],
    [
      'ends Completed with a drive missing',
      job([drive('ShippedBack'), drive('NeverReceived')], cancelled('Packaging')),
      'Completed',
    ],
    [
      'ends Completed with a copy that was cut off',
      job([drive('ShippedBack', { endedWithError: true })], cancelled('Packaging')),
      'Completed',
    ],
    [
      'ends Closed if we lost one of its drives',
      job([drive('Received', { released: true })], cancelled('Packaging')),
      'Closed',
    ],
  ])('%s', (_, facts, state) => expect(settled(facts)).toBe(state))
})
