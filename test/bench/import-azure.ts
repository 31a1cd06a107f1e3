/**
 * How fast a drive is imported into the real storage emulator (azurite), beside `rclone copy` + `rclone check` with the same
 * SAS. The runs alternate; each figure is the median. The emulator shares the processors with whoever copies to it, so this
 * compares the two ways; it says nothing about Azure's own speed.
 *
 * In the environment: AZURE_LARGE_FILES (4) of AZURE_LARGE_MIB (32), AZURE_SMALL_FILES (1,000) of 4 KiB, RUNS (5).
 */
import { randomFillSync } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BlobServiceClient } from '@azure/storage-blob'
import { startAzurite } from '../fixtures/azurite.ts'
import { type DriveFile, prepareDrive } from '../fixtures/drive-folder.ts'
import { costOfImport } from './import/copy-process.ts'
import { alternate, costOfScript, rounded } from './import/measure.ts'

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const LARGE_BYTES = setting('AZURE_LARGE_MIB', 32) * 1024 * 1024
const RUNS = setting('RUNS', 5)

const base = fs.mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'tallydock-bench-'))

function* files(container: string, count: number, lengthBytes: number): Generator<DriveFile> {
  for (let n = 0; n < count; n++)
    yield { blobPath: `${container}/${n}.bin`, bytes: randomFillSync(Buffer.allocUnsafe(lengthBytes)) }
}

async function measure(container: string, count: number, lengthBytes: number): Promise<void> {
  const drive = await prepareDrive(join(base, container), files(container, count, lengthBytes))
  // One for each figure: it grows with what it holds.
  const azurite = await startAzurite()
  try {
    const medians = await alternate(
      {
        ours: () => costOfImport(drive, azurite.account()),
        oursReadBack: () => costOfImport(drive, azurite.account(), { proof: 'read-back' }),
        rclone: async () => {
          const url = azurite.account()
          await new BlobServiceClient(url).getContainerClient(container).create()
          const env = { RCLONE_CONFIG_DOCK_TYPE: 'azureblob', RCLONE_CONFIG_DOCK_SAS_URL: url }
          const [from, to] = [`'${join(drive.root, container)}'`, `dock:${container}`]
          return costOfScript(`rclone copy ${from} ${to}; rclone check --download ${from} ${to}`, env)
        },
      },
      RUNS,
    )
    const of = (name: string) => medians.get(name)?.seconds ?? Number.NaN
    console.log(
      JSON.stringify({
        figure: `import-azurite-${container}`,
        runs: RUNS,
        files: count,
        bytes: count * lengthBytes,
        megabytesPerSecond: Math.round((count * lengthBytes) / 1e6 / of('ours')),
        filesPerSecond: Math.round(count / of('ours')),
        seconds: Object.fromEntries([...medians].map(([name, { seconds }]) => [name, rounded(seconds)])),
        cpuSeconds: rounded(medians.get('ours')?.cpuSeconds ?? Number.NaN),
        rcloneCpuSeconds: rounded(medians.get('rclone')?.cpuSeconds ?? Number.NaN),
        peakMebibytes: Math.round((medians.get('ours')?.peakBytes ?? Number.NaN) / 2 ** 20),
        timesFasterThanRclone: rounded(of('rclone') / of('ours')),
        readBackTimesFasterThanRclone: rounded(of('rclone') / of('oursReadBack')),
      }),
    )
  } finally {
    await azurite.end()
  }
}

try {
  await measure('large', setting('AZURE_LARGE_FILES', 4), LARGE_BYTES)
  await measure('small', setting('AZURE_SMALL_FILES', 1_000), 4096)
} finally {
  fs.rmSync(base, { recursive: true, force: true })
}
