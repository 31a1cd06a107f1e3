/**
 * How fast a drive is imported, folder to folder, beside `cp` and, where it is installed, `rclone copy` + `rclone check` on
 * the same files, and beside bare threads that only read, hash and write. The runs alternate; each figure is the median.
 * Every way ends with everything synced to the disk. The source is in the page cache for all of them.
 *
 * In the environment: LARGE_FILES (4) of LARGE_MIB (256), SMALL_FILES (20,000) of 4 KiB, RUNS (5), BENCH_DIR (the
 * system's temporary folder).
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { createHash, randomFillSync } from 'node:crypto'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CopyResult } from '../../src/contract/copy-messages.ts'
import { type CopyListener, startCopy } from '../../src/copy/process/run-copy.ts'
import { nodeProcessHost } from '../../src/host/node-process-host.ts'
import { FakeLog } from '../fakes/log.ts'
import { type DriveFile, type PreparedDrive, prepareDrive } from '../fixtures/drive-folder.ts'
import { orderOf } from '../fixtures/import-rig.ts'
import { barePass } from './import/bare-pass.ts'

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const LARGE_FILES = setting('LARGE_FILES', 4)
const LARGE_BYTES = setting('LARGE_MIB', 256) * 1024 * 1024
const SMALL_FILES = setting('SMALL_FILES', 20_000)
const SMALL_BYTES = 4096
const RUNS = setting('RUNS', 5)
/** Prepared drives keep their files in folders of some hundreds. */
const FILES_PER_FOLDER = 500

const base = fs.mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'tallydock-bench-'))
let targets = 0
const newTarget = () => join(base, `target-${++targets}`)
const hasRclone = spawnSync('rclone', ['version']).status === 0

function* largeFiles(): Generator<DriveFile> {
  for (let n = 0; n < LARGE_FILES; n++)
    yield { blobPath: `large/${n}.bin`, bytes: randomFillSync(Buffer.allocUnsafe(LARGE_BYTES)) }
}

function* smallFiles(): Generator<DriveFile> {
  for (let n = 0; n < SMALL_FILES; n++)
    yield {
      blobPath: `small/${Math.floor(n / FILES_PER_FOLDER)}/${n}.bin`,
      bytes: randomFillSync(Buffer.allocUnsafe(SMALL_BYTES)),
    }
}

type Way = (drive: PreparedDrive) => Promise<void>

function imported(proof: 'manifest' | 'read-back'): Way {
  return async (drive) => {
    const result = await copied(drive, newTarget(), proof)
    if (result.summary.status !== 'Completed') throw new Error(JSON.stringify(result.summary))
  }
}

function copied(drive: PreparedDrive, storage: string, proof: 'manifest' | 'read-back'): Promise<CopyResult> {
  return new Promise((resolve, reject) => {
    const listener: CopyListener = {
      onStarted: () => undefined,
      onProgress: () => undefined,
      onLost: (sentence) => reject(new Error(sentence)),
      onFound: () => undefined,
      onDriveRefused: () => undefined,
      onEnded: resolve,
      onNotStarted: ({ sentence }) => reject(new Error(sentence)),
      onDied: (sentence) => reject(new Error(sentence)),
    }
    const order = orderOf(drive, { proof, logLevel: 'Error' })
    startCopy(
      nodeProcessHost(new FakeLog()),
      { direction: 'import', storage: `folder:${storage}`, order },
      listener,
    )
  })
}

const WAYS: Readonly<Record<string, Way>> = {
  ours: imported('manifest'),
  oursReadBack: imported('read-back'),
  cp: async ({ root }) => {
    const target = newTarget()
    execFileSync('cp', ['-r', root, target])
    execFileSync('sync', ['-f', target])
  },
  barePass: ({ root }) => barePass(root, newTarget()),
  ...(hasRclone
    ? {
        rclone: async ({ root }: PreparedDrive) => {
          const target = newTarget()
          execFileSync('rclone', ['copy', root, target])
          execFileSync('rclone', ['check', root, target])
          execFileSync('sync', ['-f', target])
        },
      }
    : {}),
}

async function measure(
  figure: string,
  files: Iterable<DriveFile>,
  count: number,
  bytes: number,
): Promise<void> {
  const drive = await prepareDrive(join(base, figure), files)
  warm(drive.root)
  const seconds = new Map<string, number[]>()
  for (let run = 0; run < RUNS; run++)
    for (const [name, way] of Object.entries(WAYS)) {
      const startedAt = performance.now()
      await way(drive)
      seconds.set(name, [...(seconds.get(name) ?? []), (performance.now() - startedAt) / 1000])
    }
  const medianOf = (name: string) => {
    const sorted = [...(seconds.get(name) ?? [])].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  const ours = medianOf('ours')
  const rounded = (value: number) => Number(value.toFixed(3))
  console.log(
    JSON.stringify({
      figure,
      runs: RUNS,
      files: count,
      bytes,
      megabytesPerSecond: Math.round(bytes / 1e6 / ours),
      filesPerSecond: Math.round(count / ours),
      seconds: Object.fromEntries([...seconds.keys()].map((name) => [name, rounded(medianOf(name))])),
      barePassShare: rounded(medianOf('barePass') / ours),
      timesFasterThanRclone: hasRclone ? rounded(medianOf('rclone') / ours) : null,
      readBackCost: rounded(medianOf('oursReadBack') / ours),
    }),
  )
}

/** Every way reads from memory, so that none pays for being first. */
function warm(root: string): void {
  const hash = createHash('md5')
  for (const name of fs.readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name)
    if (fs.statSync(path).isFile()) hash.update(fs.readFileSync(path))
  }
}

try {
  await measure('import-large', largeFiles(), LARGE_FILES, LARGE_FILES * LARGE_BYTES)
  await measure('import-small', smallFiles(), SMALL_FILES, SMALL_FILES * SMALL_BYTES)
} finally {
  // Only now: ext4 makes new files slowly for half a minute after many were removed.
  fs.rmSync(base, { recursive: true, force: true })
}
