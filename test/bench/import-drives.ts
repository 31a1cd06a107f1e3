/**
 * Several drives at once: what two and four copying processes reach together, and how fairly they share. And what reading back
 * costs when the drive is the slowest part, as customers' drives are.
 *
 * In the environment: DRIVE_FILES (2) of DRIVE_MIB (128) for each drive, RUNS (5), THROTTLED_MB_PER_S (250), BENCH_DIR.
 */
import { randomFillSync } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DriveFile, type PreparedDrive, prepareDrive } from '../fixtures/drive-folder.ts'
import { costOfImport } from './import/copy-process.ts'
import { alternate, type Cost, rounded } from './import/measure.ts'

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const FILES = setting('DRIVE_FILES', 2)
const FILE_BYTES = setting('DRIVE_MIB', 128) * 1024 * 1024
const RUNS = setting('RUNS', 5)
const THROTTLED_BYTES_PER_S = setting('THROTTLED_MB_PER_S', 250) * 1e6
const DRIVES = 4

const base = fs.mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'tallydock-bench-'))
let targets = 0
const newTarget = () => `folder:${join(base, `target-${++targets}`)}`

function* files(): Generator<DriveFile> {
  for (let n = 0; n < FILES; n++)
    yield { blobPath: `large/${n}.bin`, bytes: randomFillSync(Buffer.allocUnsafe(FILE_BYTES)) }
}

async function together(drives: readonly PreparedDrive[]): Promise<Cost> {
  const startedAt = performance.now()
  const costs = await Promise.all(drives.map((drive) => costOfImport(drive, newTarget())))
  return { seconds: (performance.now() - startedAt) / 1000, each: costs.map(({ seconds }) => seconds) }
}

try {
  const drives: PreparedDrive[] = []
  for (let n = 0; n < DRIVES; n++) drives.push(await prepareDrive(join(base, `drive-${n}`), files()))
  const first = drives.slice(0, 1)
  const bytes = FILES * FILE_BYTES
  const medians = await alternate(
    {
      one: () => together(first),
      two: () => together(drives.slice(0, 2)),
      four: () => together(drives),
    },
    RUNS,
  )
  const speed = (name: string, count: number) =>
    Math.round((bytes * count) / 1e6 / (medians.get(name)?.seconds ?? Number.NaN))
  const spread = (name: string) => rounded(medians.get(name)?.spread ?? Number.NaN)
  console.log(
    JSON.stringify({
      figure: 'import-drives-at-once',
      runs: RUNS,
      bytesEach: bytes,
      megabytesPerSecond: { one: speed('one', 1), two: speed('two', 2), four: speed('four', 4) },
      slowestToFastest: { two: spread('two'), four: spread('four') },
    }),
  )
  const [drive] = drives
  if (drive === undefined) throw new Error('no drive was made')
  const readBytesPerS = THROTTLED_BYTES_PER_S
  const throttled = await alternate(
    {
      plain: () => costOfImport(drive, newTarget(), { readBytesPerS }),
      readBack: () => costOfImport(drive, newTarget(), { readBytesPerS, proof: 'read-back' }),
    },
    RUNS,
  )
  const seconds = (name: string) => throttled.get(name)?.seconds ?? Number.NaN
  console.log(
    JSON.stringify({
      figure: 'import-read-back-of-slow-drive',
      runs: RUNS,
      bytes,
      readBytesPerS,
      seconds: { plain: rounded(seconds('plain')), readBack: rounded(seconds('readBack')) },
      readBackCost: rounded(seconds('readBack') / seconds('plain')),
    }),
  )
} finally {
  fs.rmSync(base, { recursive: true, force: true })
}
