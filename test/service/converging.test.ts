import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Counted, converging } from './converging.ts'

test('stations that decide at the same time on the same records end up showing what the service knows', {
  timeout: 180_000,
}, async () => {
  const counted: Counted = { overtaken: 0, refused: 0, absent: 0 }
  await fc.assert(converging(counted), { numRuns: 12 })
  expect(counted.overtaken).toBeGreaterThan(12)
})
