import { test } from 'vitest'
import { liveThroughKills } from './kill-day.ts'

const SEED = Number(process.env.TALLYDOCK_SEED ?? 1)
const DAYS = 20

for (let day = 0; day < DAYS; day++)
  test(`a day with ten kills (seed ${SEED + day})`, { timeout: 300_000 }, () =>
    liveThroughKills(SEED + day, 10),
  )
