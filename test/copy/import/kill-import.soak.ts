import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'vitest'
import { prepareDrive } from '../../fixtures/drive-folder.ts'
import { killUntilDone, variedFiles } from '../../fixtures/kill-import.ts'
import { randomFrom } from '../../fixtures/random.ts'
import { temporaryFolder } from '../../fixtures/temporary-folder.ts'
import { killOnAzure } from '../../storage/azure/kill-on-azure.ts'

const KILLS = Number(process.env.KILLS ?? 200)
const HOUR_MS = 3_600_000

test(
  'an import to a folder that is killed hundreds of times ends whole each time',
  async () => {
    const random = randomFrom(Number(process.env.SEED ?? 1))
    const files = variedFiles(96, 64)
    const drive = await prepareDrive(temporaryFolder(), files)
    for (let done = 0, copy = 1; done < KILLS; copy++) {
      const root = join(temporaryFolder(), 'storage')
      const hiddenBytes = async () =>
        readdirSync(root, { recursive: true, encoding: 'utf8' })
          .filter((name) => /partial\/[^/]+\/\d+$/.test(name))
          .reduce((sum, name) => sum + statSync(join(root, name)).size, 0)
      const run = { files, drive, random, copyId: `kill-${copy}`, longestMs: 1_500, hiddenBytes }
      done += await killUntilDone({ ...run, storage: `folder:${root}` }, Math.min(KILLS - done, 12))
    }
  },
  4 * HOUR_MS,
)

test(
  'an import to Azure that is killed hundreds of times ends whole each time',
  async () => {
    await killOnAzure(Number(process.env.SEED ?? 1), KILLS, 96)
  },
  4 * HOUR_MS,
)
