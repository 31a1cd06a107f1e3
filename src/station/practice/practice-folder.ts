import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { StationConfig } from '../../contract/config.ts'
import { takeLock } from '../../ledger/folder-lock.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'

/**
 * The data folder of a practice dock. A marker file in it says that nothing in it is real: only a folder with the marker
 * is ever wiped, and neither kind of dock opens the other's folder.
 */
const MARKER = 'practice.json'

const NOT_REAL = 'Nothing in this folder is real. "tallydock station --practice --reset" empties it.'

const marker = z.strictObject({
  practice: z.literal(NOT_REAL),
  round: z.int().positive(),
})

export interface PracticeFolder {
  readonly dataDir: string
  /** Drives, and what is known of them. */
  readonly world: string
  /** 1 at first; grows each time a person begins again. */
  readonly round: number
}

export type PracticeFolderFailure =
  | 'practice-folder-refused'
  | 'practice-folder-unusable'
  | 'data-folder-unusable'
  | 'data-folder-in-use'

export const BAYS = ['1', '2', '3', '4'] as const

/** Whether this folder is a practice dock's; such a folder is no place for a real station. */
export function isPracticeFolder(dataDir: string): boolean {
  try {
    return marker.safeParse(JSON.parse(readFileSync(join(dataDir, MARKER), 'utf8'))).success
  } catch {
    // No marker, or one nobody can read: not a practice folder.
    return false
  }
}

/** Opens the folder, marks a new one, and empties it first when told to. Call it while no station runs on it. */
export function openPracticeFolder(
  dataDir: string,
  { reset }: { readonly reset: boolean },
): Outcome<PracticeFolder, PracticeFolderFailure> {
  try {
    mkdirSync(dataDir, { recursive: true })
    const filled = readdirSync(dataDir).length > 0
    if (filled && !isPracticeFolder(dataDir))
      return fail(
        'practice-folder-refused',
        `${dataDir} holds something else than a practice dock. Unset TALLYDOCK_DATA, or name an empty folder.`,
      )
    if (reset && filled) {
      const wiped = wipe(dataDir)
      if (!wiped.ok) return wiped
    }
    // Before anything else: a start that is interrupted leaves a folder that is known.
    if (!isPracticeFolder(dataDir)) markRound(dataDir, 1)
    const world = join(dataDir, 'practice')
    mkdirSync(world, { recursive: true })
    const config = join(dataDir, 'config.json')
    if (!existsSync(config))
      writeFileSync(config, `${JSON.stringify(practiceConfig(dataDir, world), null, 2)}\n`)
    const { round } = marker.parse(JSON.parse(readFileSync(join(dataDir, MARKER), 'utf8')))
    return ok({ dataDir, world, round })
  } catch (error) {
    return fail(
      'practice-folder-unusable',
      `The practice folder ${dataDir} cannot be used. Check space and permissions.`,
      String(error),
    )
  }
}

/** The marker goes last: a wipe that was interrupted is still known as a practice folder and wiped again. */
function wipe(dataDir: string): Outcome<undefined, 'data-folder-in-use' | 'data-folder-unusable'> {
  const lock = takeLock(join(dataDir, 'lock'))
  if (!lock.ok) return lock
  try {
    for (const name of readdirSync(dataDir))
      if (name !== MARKER && name !== 'lock') rmSync(join(dataDir, name), { recursive: true, force: true })
    rmSync(join(dataDir, MARKER))
  } finally {
    lock.value.release()
  }
  rmSync(join(dataDir, 'lock'), { force: true })
  return ok()
}

/** Writes which round it is: whole, or not at all. */
export function markRound(dataDir: string, round: number): void {
  const file = join(dataDir, MARKER)
  const content: z.infer<typeof marker> = { practice: NOT_REAL, round }
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`)
  renameSync(`${file}.new`, file)
}

function practiceConfig(dataDir: string, world: string): StationConfig {
  return {
    station: 'practice',
    site: 'homedock',
    sender: { name: 'Practice dock', lines: ['Nothing here is real'] },
    servicePort: 0,
    storageAccounts: {},
    defaultStorage: `folder:${join(dataDir, 'storage')}`,
    proof: 'manifest',
    copiesAtOnce: 4,
    bays: Object.fromEntries(BAYS.map((bay) => [`bay-${bay}`, bay])),
    virtualDrives: join(world, 'plugged.json'),
    loopDrives: [],
  }
}
