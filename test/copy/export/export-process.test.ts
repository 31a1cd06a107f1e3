import { expect, test } from 'vitest'
import { bytesReadAgain, exportThroughKills, makeStorage } from './kill-export.ts'

const SEED = Number(process.env.TALLYDOCK_SEED ?? 1)

test(`an export goes on and ends whole through ten kills (seed ${SEED})`, { timeout: 180_000 }, async () => {
  await exportThroughKills(SEED, 10, makeStorage())
})

test('after a kill at most 64 MiB of an open file are read again', async () => {
  expect(await bytesReadAgain(makeStorage())).toBeLessThanOrEqual(64 * 1024 * 1024)
})
