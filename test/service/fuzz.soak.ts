import { test } from 'vitest'
import { fuzzBytes, fuzzRequests } from './fuzz.ts'

test('80,000 requests made from the interface, and 20,000 of bytes', { timeout: 3_600_000 }, async () => {
  const { byStatus } = await fuzzRequests(80_000)
  await fuzzBytes(20_000)
  console.log(JSON.stringify({ requests: 80_000, bytes: 20_000, byStatus }))
})
