import { access, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Disposition } from '../manifest/manifest.ts'
import { type CopyFailureCode, unwritable } from './copy-file.ts'
import { fillDrive, MANIFEST_NAME, type PrepareProgress, unreadableSource } from './fill-drive.ts'
import { isWithin } from './folders.ts'
import { whyNotDestination } from './names.ts'
import { freeBytes, isCaseBlind, type Plan, type Problem, type Survey, survey } from './survey.ts'

/**
 * The customer's side of an import, on any system: files and manifest onto a drive.
 *
 * Files go to `\container\prefix\path`, the manifest to `\DriveManifest.xml`. The same source gives the same manifest,
 * byte for byte. A run that was interrupted goes on by being started again: what is on the drive already is compared and
 * kept. A drive that has its manifest is done and is not touched.
 */
export interface PrepareRequest {
  /** A folder, all of whose files are taken, or one file. */
  readonly source: string
  /** Where the drive's volume is mounted. */
  readonly driveRoot: string
  /** The drive's hardware serial number. */
  readonly driveId: string
  readonly container: string
  /** Put before each blob's name, with a slash between. */
  readonly prefix?: string
  readonly disposition: Disposition
  /** Files that become page blobs, beside `*.vhd` and `*.vhdx`: globs over the blob's name without container. */
  readonly pageBlobs?: readonly string[]
  /** Names the writing program in the manifest. */
  readonly clientCreator?: string
}

export interface PrepareDeps {
  /** Told each file that is refused or left out, as it is found. */
  readonly report: (problem: Problem) => void
  /** Told after each group of files. */
  readonly progress?: (progress: PrepareProgress) => void
}

export interface PreparedDrive {
  /** For the job's `driveList`. The BitLocker key is the customer's to add; we compute no `driveHeaderHash`. */
  readonly driveListEntry: {
    readonly driveId: string
    readonly manifestFile: string
    /** MD5 of the manifest, Base16, upper case. */
    readonly manifestHash: string
  }
  readonly files: number
  readonly bytes: number
  /** Of `files`, those that were on the drive before. */
  readonly filesKept: number
  /** Links and the like that were reported and not copied. */
  readonly leftOut: number
  readonly manifestSizeBytes: number
}

export type PrepareFailureCode =
  | CopyFailureCode
  | 'destination-refused'
  | 'source-missing'
  | 'source-on-drive'
  | 'drive-missing'
  | 'drive-prepared-already'
  | 'files-refused'

const MANIFEST_FILE = `\\${MANIFEST_NAME}`

export async function prepareDrive(
  request: PrepareRequest,
  deps: PrepareDeps,
): Promise<Outcome<PreparedDrive, PrepareFailureCode>> {
  const plan: Plan = {
    container: request.container,
    prefix: (request.prefix ?? '').replace(/^\/+|\/+$/g, ''),
    pageGlobs: request.pageBlobs ?? [],
  }
  const places = await checkPlaces(request, plan)
  if (!places.ok) return places
  const { source, driveRoot } = places.value

  let caseBlind: boolean
  try {
    caseBlind = await isCaseBlind(driveRoot)
  } catch (error) {
    return unwritable(driveRoot, error)
  }
  let surveyed: Survey
  try {
    surveyed = await survey(source, driveRoot, plan, { caseBlind }, deps.report)
  } catch (error) {
    return unreadableSource(error)
  }
  const refusal = await whyNotStart(surveyed, driveRoot)
  if (refusal !== undefined) return refusal

  const { driveId, clientCreator, disposition } = request
  const head = clientCreator === undefined ? { driveId } : { driveId, clientCreator }
  const { progress } = deps
  const filled = await fillDrive({ source, driveRoot, plan, surveyed, head, disposition, progress })
  if (!filled.ok) return filled
  const { manifest, files, bytes, filesKept } = filled.value
  return ok({
    driveListEntry: { driveId, manifestFile: MANIFEST_FILE, manifestHash: manifest.md5 },
    files,
    bytes,
    filesKept,
    leftOut: surveyed.leftOut,
    manifestSizeBytes: manifest.sizeBytes,
  })
}

async function checkPlaces(
  request: PrepareRequest,
  plan: Plan,
): Promise<Outcome<{ readonly source: string; readonly driveRoot: string }, PrepareFailureCode>> {
  if (!/^[\x21-\x7e]{1,64}$/.test(request.driveId)) {
    return fail('destination-refused', 'The drive id must be the serial number on the label, without blanks.')
  }
  const wrong = whyNotDestination(plan)
  if (wrong !== undefined) {
    const destination = plan.prefix === '' ? plan.container : `${plan.container}/${plan.prefix}`
    return fail('destination-refused', `The destination ${destination} ${wrong}; choose another name.`)
  }
  const source = await realpath(request.source).catch(() => undefined)
  if (source === undefined) {
    return fail('source-missing', `The source ${request.source} is not there; check its path.`)
  }
  const driveRoot = await realpath(request.driveRoot).catch(() => undefined)
  if (driveRoot === undefined || !(await stat(driveRoot)).isDirectory()) {
    return fail(
      'drive-missing',
      `The drive's folder ${request.driveRoot} is not there; mount the drive first.`,
    )
  }
  if (isWithin(source, driveRoot) || isWithin(driveRoot, source)) {
    return fail(
      'source-on-drive',
      'Source and drive lie within each other; choose a source beside the drive.',
    )
  }
  const prepared = await access(join(driveRoot, MANIFEST_NAME)).then(
    () => true,
    () => false,
  )
  if (!prepared) return ok({ source, driveRoot })
  return fail(
    'drive-prepared-already',
    `The drive already has its ${MANIFEST_NAME}; ship it as it is, or delete that file to prepare the drive anew.`,
  )
}

async function whyNotStart(surveyed: Survey, driveRoot: string) {
  if (surveyed.refused > 0) {
    return fail(
      'files-refused',
      `${surveyed.refused} files cannot be imported as they are; mend each one reported. Nothing was written.`,
    )
  }
  const free = await freeBytes(driveRoot).catch(() => undefined)
  if (free === undefined || free >= surveyed.neededBytes) return undefined
  return fail(
    'drive-full',
    `The source needs ${surveyed.neededBytes} bytes more, the drive has ${free}; split it over several drives.`,
  )
}
