import { mkdir, readFile, rmdir, unlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Timers } from '../../ports/clock.ts'
import { type Commands, complaint } from './commands.ts'
import { mountsUnder, processesGiven } from './mountinfo.ts'
import { isPluggedIn, type KernelFolders } from './sysfs.ts'

/**
 * One folder per opened drive, and how everything made for it goes away again: after a normal close, after an open that
 * failed half-way, and after a crash. The kernel's own mount table says what is mounted; a small record, written before
 * each thing it names is made, says the rest. Folders are removed only when empty, so a mount can never be deleted into.
 */
export interface OpenFolder {
  readonly path: string
  /** Mount point of the data volume. */
  readonly volume: string
  /** Mount point of dislocker's file. */
  readonly unlocked: string
  /** Name of the mapped device of an unlocked volume. */
  readonly mapperName: string
}

const RECORD = z.object({
  /** Nodes of loop devices made read-only by us: their numbers are used again for other files. */
  restoreWritable: z.array(z.string()),
})
export type OpenRecord = z.infer<typeof RECORD>

export interface TeardownDeps {
  readonly commands: Commands
  readonly timers: Timers
  readonly kernel: KernelFolders
}

export function openFolder(mountDir: string, attachment: string): OpenFolder {
  const path = join(mountDir, attachment)
  return {
    path,
    volume: join(path, 'volume'),
    unlocked: join(path, 'unlocked'),
    mapperName: `tallydock-${attachment}`,
  }
}

export async function makeOpenFolder(folder: OpenFolder, record: OpenRecord): Promise<void> {
  await mkdir(folder.path, { mode: 0o700 })
  await writeFile(join(folder.path, 'open.json'), JSON.stringify(record), { mode: 0o600, flush: true })
  await mkdir(folder.volume)
  await mkdir(folder.unlocked)
}

/** Answers what was closed, in words. Doing it again after a failure goes on where it stopped. */
export async function tearDown(
  folder: OpenFolder,
  deps: TeardownDeps,
): Promise<Outcome<readonly string[], 'volume-busy'>> {
  const record = await readRecord(folder)
  const closed: string[] = []

  for (const { mountPoint } of (await mountsUnder(folder.path, deps.kernel)).toReversed()) {
    const wrong = await patiently(deps, () => unmount(mountPoint, folder, deps))
    if (wrong !== undefined) return stillOpen(wrong)
    closed.push(`mount ${mountPoint}`)
  }

  const mapped = await deps.commands.run('cryptsetup', ['status', folder.mapperName])
  if (mapped.kind === 'ended' && mapped.exitCode === 0) {
    const wrong = await patiently(deps, () => complaintOf(deps, 'cryptsetup', 'close', folder.mapperName))
    if (wrong !== undefined) return stillOpen(wrong)
    closed.push(`mapped volume ${folder.mapperName}`)
  }

  const lingering = await endHelpers(folder, deps)
  if (lingering !== undefined) return stillOpen(lingering)

  for (const node of record.restoreWritable) {
    const wrong = await complaintOf(deps, 'blockdev', '--setrw', node)
    if (wrong !== undefined) return stillOpen(wrong)
  }
  const kept = await removeFolder(folder)
  return kept === undefined ? ok(closed) : stillOpen(kept)
}

/**
 * A drive that is still plugged in must come clean: who reads on it has to end first. One that was pulled out has nothing
 * left to keep clean, and a reader waiting on it may never end: its mount is taken out of sight (`umount --lazy`), and goes
 * for good with the last open file.
 */
async function unmount(
  mountPoint: string,
  folder: OpenFolder,
  deps: TeardownDeps,
): Promise<string | undefined> {
  const wrong = await complaintOf(deps, 'umount', mountPoint)
  if (wrong === undefined || (await isPluggedIn(basename(folder.path), deps.kernel))) return wrong
  return complaintOf(deps, 'umount', '--lazy', mountPoint)
}

/** Nothing to restore when there is no whole record: it is written to the end before the first device is touched. */
async function readRecord(folder: OpenFolder): Promise<OpenRecord> {
  try {
    return RECORD.parse(JSON.parse(await readFile(join(folder.path, 'open.json'), 'utf8')))
  } catch {
    return { restoreWritable: [] }
  }
}

async function complaintOf(
  deps: TeardownDeps,
  program: string,
  ...args: string[]
): Promise<string | undefined> {
  return complaint(program, await deps.commands.run(program, args))
}

/**
 * FUSE programs end shortly after their mount has gone and hold the device until then. One that has no mount any more and
 * stays is stuck and is killed.
 */
async function endHelpers(folder: OpenFolder, deps: TeardownDeps): Promise<string | undefined> {
  const left = async () => {
    const pids = await processesGiven([folder.volume, folder.unlocked], deps.kernel)
    return pids.length === 0 ? undefined : `still running: ${pids.join(', ')}`
  }
  if ((await patiently(deps, left)) === undefined) return undefined
  for (const pid of await processesGiven([folder.volume, folder.unlocked], deps.kernel)) {
    // `kill` and not process.kill: one that ends just now must not throw.
    await deps.commands.run('kill', ['-9', String(pid)])
  }
  return patiently(deps, left)
}

const ATTEMPTS = 20
const PAUSE_MS = 100

/** Repeats until there is nothing to complain of, for about two seconds: who reads on the drive may just be ending. */
async function patiently(
  deps: TeardownDeps,
  attempt: () => Promise<string | undefined>,
): Promise<string | undefined> {
  let wrong: string | undefined
  for (let count = 0; count < ATTEMPTS; count++) {
    wrong = await attempt()
    if (wrong === undefined) return undefined
    await new Promise<void>((resume) => deps.timers.after(PAUSE_MS, resume))
  }
  return wrong
}

function stillOpen(detail: string) {
  return fail(
    'volume-busy',
    'The drive is still in use; wait for the copy to end, then close it again.',
    detail,
  )
}

/** Answers what would not go. */
async function removeFolder(folder: OpenFolder): Promise<string | undefined> {
  try {
    await unlessAbsent(rmdir(folder.volume))
    await unlessAbsent(rmdir(folder.unlocked))
    await unlessAbsent(unlink(join(folder.path, 'open.json')))
    await unlessAbsent(rmdir(folder.path))
    return undefined
  } catch (error) {
    return String(error)
  }
}

async function unlessAbsent(removal: Promise<void>): Promise<void> {
  await removal.catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  })
}
