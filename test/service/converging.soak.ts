import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Counted, converging } from './converging.ts'

const RUNS = 500

test(`${RUNS} runs of two to four stations and a service converge`, { timeout: 3_600_000 }, async () => {
  const counted: Counted = { overtaken: 0, refused: 0, absent: 0 }
  await fc.assert(converging(counted), { numRuns: RUNS })
  console.log(JSON.stringify({ runs: RUNS, ...counted }))
  expect(counted.overtaken).toBeGreaterThan(RUNS)
})
