import { test } from 'vitest'
import { killOnAzure } from './kill-on-azure.ts'

test('killed at any moment, ten times, an import to Azure ends whole and repeats little', async () => {
  await killOnAzure(20_260_210, 10, 96)
}, 120_000)
