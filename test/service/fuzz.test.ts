import { expect, test } from 'vitest'
import { fuzzBytes, fuzzRequests } from './fuzz.ts'

test('requests made from the interface and spoilt in places: no 5xx, nothing of the inside', {
  timeout: 120_000,
}, async () => {
  const { byStatus } = await fuzzRequests(2_500)
  // Enough of them are good enough to reach the work behind the gate.
  expect(byStatus[200] ?? 0).toBeGreaterThan(100)
  expect(byStatus[400] ?? 0).toBeGreaterThan(100)
})

test('bytes on the line that are hardly a request: no 5xx, and the service goes on', {
  timeout: 120_000,
}, async () => {
  await fuzzBytes(600)
})
