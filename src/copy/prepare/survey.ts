import { lstat, statfs, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BlobKind } from '../../ports/blob-store.ts'
import { BLOCK_BYTES, blobKind, type Destination, driveSegment, whyNotName, whyNotSize } from './names.ts'
import { type SourceFile, type Walked, walk } from './walk.ts'

/**
 * Looks at the whole source before one byte is written: every name and size is judged, and the room on the drive. Holds
 * sums, not files.
 */
export interface Problem {
  /** Below the source, slashes between. */
  readonly path: string
  /** `refused`: it cannot be imported, and nothing is prepared until it can. `left-out`: it is no file; the rest goes on. */
  readonly kind: 'refused' | 'left-out'
  /** To stand after the path: "its name has control characters". */
  readonly reason: string
}

export interface Survey {
  readonly files: number
  readonly bytes: number
  readonly refused: number
  readonly leftOut: number
  /** Room the drive still has to give: files that are not on it yet, and the manifest. */
  readonly neededBytes: number
}

/** A file and what becomes of it. */
export interface PlannedBlob {
  readonly file: SourceFile
  /** Container first, slashes between. */
  readonly blobPath: string
  readonly kind: BlobKind
  /** From the drive's root, one item a level; the first is the container. */
  readonly driveSegments: readonly string[]
}

export interface Plan extends Destination {
  readonly pageGlobs: readonly string[]
}

export function planBlob(file: SourceFile, plan: Plan): PlannedBlob {
  const name = [...(plan.prefix === '' ? [] : plan.prefix.split('/')), ...file.segments]
  return {
    file,
    blobPath: [plan.container, ...name].join('/'),
    kind: blobKind(name.join('/'), plan.pageGlobs),
    driveSegments: [plan.container, ...name.map(driveSegment)],
  }
}

/** `report` is told each problem as it is found. Throws what the file system says of the source. */
export async function survey(
  source: string,
  driveRoot: string,
  plan: Plan,
  drive: { readonly caseBlind: boolean },
  report: (problem: Problem) => void,
): Promise<Survey> {
  const sums = { files: 0, bytes: 0, refused: 0, leftOut: 0, neededBytes: 0 }
  const tell = (problem: Problem) => {
    if (problem.kind === 'refused') sums.refused++
    else sums.leftOut++
    report(problem)
  }

  for await (const walked of walk(source)) {
    for (const problem of problemsOf(walked, plan, drive.caseBlind)) tell(problem)
    if (walked.kind !== 'file') continue
    sums.files++
    sums.bytes += walked.sizeBytes
    const { blobPath, driveSegments } = planBlob(walked, plan)
    const known = await sizeOf(join(driveRoot, ...driveSegments))
    sums.neededBytes += manifestBytes(blobPath, walked.sizeBytes)
    if (known !== walked.sizeBytes) sums.neededBytes += walked.sizeBytes
  }
  return sums
}

function problemsOf(walked: Walked, plan: Plan, caseBlind: boolean): readonly Problem[] {
  const path = walked.segments.join('/')
  switch (walked.kind) {
    case 'folder':
      return doubles(walked.names, caseBlind).map(([one, other]) => ({
        path: [...walked.segments, other].join('/'),
        kind: 'refused',
        reason: `the drive cannot tell its name from ${one}; rename one of them`,
      }))
    case 'other':
      return [{ path, kind: 'left-out', reason: `it is ${walked.what}, not a file` }]
    case 'file': {
      const { blobPath, kind } = planBlob(walked, plan)
      const name = whyNotName(blobPath)
      const size = whyNotSize(kind, walked.sizeBytes)
      const reason = name === undefined ? size : `its name ${name}`
      return reason === undefined ? [] : [{ path, kind: 'refused', reason }]
    }
  }
}

/** Names of one folder that would be one name on the drive, each with the earlier one. */
function doubles(names: readonly string[], caseBlind: boolean): readonly (readonly [string, string])[] {
  const seen = new Map<string, string>()
  const found: [string, string][] = []
  for (const name of names) {
    const onDrive = caseBlind ? driveSegment(name).toLowerCase() : driveSegment(name)
    const earlier = seen.get(onDrive)
    if (earlier === undefined) seen.set(onDrive, name)
    else found.push([earlier, name])
  }
  return found
}

/** Whether the drive's file system takes `A` and `a` for the same name, tried out with a file of ours. Throws if it cannot be written. */
export async function isCaseBlind(driveRoot: string): Promise<boolean> {
  const probe = join(driveRoot, '.tallydock-part-probe')
  await writeFile(probe, '')
  const found = await sizeOf(join(driveRoot, '.TALLYDOCK-PART-PROBE'))
  await unlink(probe)
  return found !== undefined
}

/** Undefined when nothing can be seen there; what is really there shows when the file is copied. */
async function sizeOf(path: string): Promise<number | undefined> {
  return lstat(path).then(
    ({ size }) => size,
    () => undefined,
  )
}

/** Ample: the fixed text of a blob and of a block, and a name written twice in which every character is escaped. */
function manifestBytes(blobPath: string, sizeBytes: number): number {
  return 400 + 12 * blobPath.length + 130 * Math.ceil(sizeBytes / BLOCK_BYTES)
}

/** Room on the drive; undefined where the file system does not say. */
export async function freeBytes(driveRoot: string): Promise<number | undefined> {
  const { blocks, bavail, bsize } = await statfs(driveRoot)
  return blocks === 0 ? undefined : bavail * bsize
}
