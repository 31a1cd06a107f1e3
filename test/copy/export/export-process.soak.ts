import { test } from 'vitest'
import { exportThroughKills, makeStorage } from './kill-export.ts'

const SEED = Number(process.env.TALLYDOCK_SEED ?? Math.floor(Math.random() * 1e9))

test(`exports end whole through 200 kills (seed ${SEED})`, { timeout: 3_600_000 }, async () => {
  const storage = makeStorage()
  for (let round = 0; round < 20; round++) await exportThroughKills(SEED + round, 10, storage)
})
