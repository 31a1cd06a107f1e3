/**
 * How fast a drive is imported, folder to folder, beside others on the same files: `rclone copy` + `rclone check --download`,
 * `cp` + `md5sum`, one pass of `dd`, `tee` and `md5sum`, and bare threads that only read, hash and write. The runs alternate;
 * each figure is the median. Every way ends with everything synced to the disk. The source is in the page cache for all.
 *
 * In the environment: FIGURES (large,small,mixed), LARGE_FILES (4) of LARGE_MIB (256), SMALL_FILES (20,000) of 4 KiB, MIXED_FILES
 * (2,000) of 100 bytes to 16 MiB, RUNS (5), BENCH_DIR (the system's temporary folder). The form of a whole comparison is
 * LARGE_FILES=8 LARGE_MIB=1024 SMALL_FILES=200000.
 */
import { spawnSync } from 'node:child_process'
import { createHash, randomFillSync } from 'node:crypto'
import fs from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DriveFile, type PreparedDrive, prepareDrive } from '../fixtures/drive-folder.ts'
import { randomFrom } from '../fixtures/random.ts'
import { barePass } from './import/bare-pass.ts'
import { costOfImport } from './import/copy-process.ts'
import { alternate, costOfScript, rounded, type Way } from './import/measure.ts'

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise)
const FIGURES = (process.env.FIGURES ?? 'large,small,mixed').split(',')
const LARGE_FILES = setting('LARGE_FILES', 4)
const LARGE_BYTES = setting('LARGE_MIB', 256) * 1024 * 1024
const SMALL_FILES = setting('SMALL_FILES', 20_000)
const SMALL_BYTES = 4096
const MIXED_FILES = setting('MIXED_FILES', 2_000)
const MIXED_LEAST_BYTES = 100
const MIXED_MOST_BYTES = 16 * 1024 * 1024
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

/** Sizes as on people's disks: most files small, most bytes in few of them. */
function* mixedFiles(): Generator<DriveFile> {
  const random = randomFrom(7)
  for (let n = 0; n < MIXED_FILES; n++) {
    const lengthBytes = Math.floor(MIXED_LEAST_BYTES * (MIXED_MOST_BYTES / MIXED_LEAST_BYTES) ** random())
    yield {
      blobPath: `mixed/${Math.floor(n / FILES_PER_FOLDER)}/${n}.bin`,
      bytes: randomFillSync(Buffer.allocUnsafe(lengthBytes)),
    }
  }
}

function waysFor(drive: PreparedDrive, figure: string): Record<string, Way> {
  const { root } = drive
  const scripts = (script: (target: string) => string): Way => {
    return async () => costOfScript(script(newTarget()))
  }
  return {
    ours: () => costOfImport(drive, `folder:${newTarget()}`),
    oursReadBack: () => costOfImport(drive, `folder:${newTarget()}`, { proof: 'read-back' }),
    barePass: async () => {
      const startedAt = performance.now()
      await barePass(root, newTarget())
      return { seconds: (performance.now() - startedAt) / 1000 }
    },
    cpMd5sum: scripts(
      (to) =>
        `cp -r ${root} ${to}; sync -f ${to}; cd ${root}; find . -type f -print0 | xargs -0 -P ${availableParallelism()} -n 16 md5sum > ${to}.md5; cd ${to}; md5sum --quiet -c ${to}.md5`,
    ),
    // A shell for each file measures shells when the files are small.
    ...(figure === 'large'
      ? {
          ddMd5sum: scripts(
            (to) =>
              `mkdir -p ${to}; ls ${root}/large | xargs -P ${availableParallelism()} -I {} sh -c 'dd if=${root}/large/{} bs=4M status=none | tee ${to}/{} | md5sum'; sync -f ${to}`,
          ),
        }
      : {}),
    ...(hasRclone
      ? {
          rclone: scripts(
            (to) => `rclone copy ${root} ${to}; sync -f ${to}; rclone check --download ${root} ${to}`,
          ),
        }
      : {}),
  }
}

async function measure(figure: string, files: Iterable<DriveFile>): Promise<void> {
  const drive = await prepareDrive(join(base, figure), files)
  const { count, bytes } = warm(drive.root)
  const medians = await alternate(waysFor(drive, figure), RUNS)
  const of = (name: string) => medians.get(name)?.seconds ?? Number.NaN
  const cpu = (name: string) => rounded((medians.get(name)?.cpuSeconds ?? Number.NaN) / (bytes / 2 ** 30))
  console.log(
    JSON.stringify({
      figure: `import-${figure}`,
      runs: RUNS,
      files: count,
      bytes,
      megabytesPerSecond: Math.round(bytes / 1e6 / of('ours')),
      filesPerSecond: Math.round(count / of('ours')),
      seconds: Object.fromEntries([...medians].map(([name, { seconds }]) => [name, rounded(seconds)])),
      barePassShare: rounded(of('barePass') / of('ours')),
      timesFasterThanRclone: hasRclone ? rounded(of('rclone') / of('ours')) : null,
      timesFasterThanCpMd5sum: rounded(of('cpMd5sum') / of('ours')),
      readBackCost: rounded(of('oursReadBack') / of('ours')),
      cpuSecondsPerGibibyte: cpu('ours'),
      rcloneCpuSecondsPerGibibyte: hasRclone ? cpu('rclone') : null,
      peakMebibytes: Math.round((medians.get('ours')?.peakBytes ?? Number.NaN) / 2 ** 20),
    }),
  )
}

/** Every way reads from memory, so that none pays for being first. */
function warm(root: string): { count: number; bytes: number } {
  const hash = createHash('md5')
  let count = 0
  let bytes = 0
  for (const name of fs.readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    const path = join(root, name)
    const stats = fs.statSync(path)
    if (!stats.isFile()) continue
    hash.update(fs.readFileSync(path))
    if (name.includes('/')) count++
    if (name.includes('/')) bytes += stats.size
  }
  return { count, bytes }
}

try {
  if (FIGURES.includes('large')) await measure('large', largeFiles())
  if (FIGURES.includes('small')) await measure('small', smallFiles())
  if (FIGURES.includes('mixed')) await measure('mixed', mixedFiles())
} finally {
  // Only now: ext4 makes new files slowly for half a minute after many were removed.
  fs.rmSync(base, { recursive: true, force: true })
}
