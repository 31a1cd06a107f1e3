import { type FileHandle, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { Disposition } from '../manifest/manifest.ts'
import { createManifestWriter, type ManifestHead, type ManifestWriter } from '../manifest/write-manifest.ts'
import { type CopiedFile, type CopyFailureCode, copyFile, unwritable } from './copy-file.ts'
import { keepFolders, syncFolder } from './folders.ts'
import { BLOCK_BYTES } from './names.ts'
import { type Plan, type PlannedBlob, planBlob, type Survey } from './survey.ts'
import { walk } from './walk.ts'

/** Copies the surveyed files and writes the manifest, which gets its name last: a drive with a manifest is whole. */
export interface Filling {
  readonly source: string
  readonly driveRoot: string
  readonly plan: Plan
  readonly surveyed: Survey
  readonly head: ManifestHead
  readonly disposition: Disposition
  /** Told after each group of files. */
  readonly progress: ((progress: PrepareProgress) => void) | undefined
}

export interface PrepareProgress {
  readonly filesDone: number
  readonly filesTotal: number
  readonly bytesDone: number
  readonly bytesTotal: number
}

export interface Filled {
  readonly manifest: Awaited<ReturnType<ManifestWriter['end']>>
  readonly files: number
  readonly bytes: number
  readonly filesKept: number
}

export const MANIFEST_NAME = 'DriveManifest.xml'

/** Partial files of ours lie in the drive's root and are written over by the next run. */
const PARTIAL = '.tallydock-part-'

export async function fillDrive(filling: Filling): Promise<Outcome<Filled, CopyFailureCode>> {
  const partial = join(filling.driveRoot, `${PARTIAL}manifest`)
  const target = join(filling.driveRoot, MANIFEST_NAME)
  let file: FileHandle
  try {
    file = await open(partial, 'w')
  } catch (error) {
    return unwritable(partial, error)
  }
  let filled: Outcome<Filled, CopyFailureCode>
  try {
    filled = await writeAll(filling, file)
  } finally {
    await file.close()
  }
  if (!filled.ok) return filled
  try {
    await rename(partial, target)
    await syncFolder(filling.driveRoot)
  } catch (error) {
    return unwritable(target, error)
  }
  return filled
}

export function unreadableSource(error: unknown) {
  return fail(
    'source-unreadable',
    'The source cannot be read; mend that and start again, what is done is kept.',
    String(error),
  )
}

async function writeAll(filling: Filling, file: FileHandle): Promise<Outcome<Filled, CopyFailureCode>> {
  let unwritten: unknown
  const manifest = createManifestWriter(filling.head, async (bytes) => {
    try {
      await file.appendFile(bytes)
    } catch (error) {
      unwritten = error
      throw error
    }
  })
  try {
    const copied = await copyAll(filling, manifest)
    if (!copied.ok) return copied
    const written = await manifest.end()
    await file.sync().catch((error: unknown) => {
      unwritten = error
      throw error
    })
    return ok({ ...copied.value, manifest: written })
  } catch (error) {
    return unwritten === undefined ? unreadableSource(error) : unwritable(MANIFEST_NAME, unwritten)
  }
}

/** Throws what the manifest's sink throws, and what the file system says of a source folder. */
async function copyAll(
  filling: Filling,
  manifest: ManifestWriter,
): Promise<Outcome<Omit<Filled, 'manifest'>, CopyFailureCode>> {
  const { driveRoot, surveyed, disposition } = filling
  const folders = keepFolders(driveRoot)
  let files = 0
  let bytes = 0
  let filesKept = 0
  for await (const batch of batches(filling.source, filling.plan)) {
    const ready = await folders.make(batch.map(({ driveSegments }) => driveSegments.slice(0, -1)))
    if (!ready.ok) return ready
    const copied = await copyBatch(batch, driveRoot)
    if (!copied.ok) return copied
    for (const { blob, parts, wasThere } of copied.value) {
      await manifest.add({
        blobPath: blob.blobPath,
        filePath: `\\${blob.driveSegments.join('\\')}`,
        lengthBytes: blob.file.sizeBytes,
        kind: blob.kind,
        disposition,
        parts,
      })
      files++
      bytes += blob.file.sizeBytes
      if (wasThere) filesKept++
    }
    filling.progress?.({
      filesDone: files,
      filesTotal: surveyed.files,
      bytesDone: bytes,
      bytesTotal: surveyed.bytes,
    })
  }
  const settled = await folders.settle()
  if (!settled.ok) return settled
  if (files === surveyed.files && bytes === surveyed.bytes) return ok({ files, bytes, filesKept })
  return fail(
    'source-changed',
    'Files came, went or changed while the source was copied; leave it alone and start again.',
    `${surveyed.files} files of ${surveyed.bytes} bytes were surveyed, ${files} of ${bytes} copied`,
  )
}

async function copyBatch(
  batch: readonly PlannedBlob[],
  driveRoot: string,
): Promise<Outcome<readonly (CopiedFile & { readonly blob: PlannedBlob })[], CopyFailureCode>> {
  const outcomes = await Promise.all(
    batch.map(async (blob, place) => {
      const target = join(driveRoot, ...blob.driveSegments)
      return { blob, copied: await copyFile(blob, target, join(driveRoot, `${PARTIAL}${place}`)) }
    }),
  )
  const done: (CopiedFile & { readonly blob: PlannedBlob })[] = []
  for (const { blob, copied } of outcomes) {
    if (!copied.ok) return copied
    done.push({ ...copied.value, blob })
  }
  return ok(done)
}

/** So many small files at once: their syncs then share the file system's commits. */
const MOST_AT_ONCE = 16

/** Small files in groups, a large one by itself: one stream is what a spinning disk takes best. In the order of the walk. */
async function* batches(source: string, plan: Plan): AsyncGenerator<readonly PlannedBlob[]> {
  let small: PlannedBlob[] = []
  for await (const walked of walk(source)) {
    if (walked.kind !== 'file') continue
    const blob = planBlob(walked, plan)
    const large = walked.sizeBytes > BLOCK_BYTES
    if (small.length > 0 && (large || small.length === MOST_AT_ONCE)) {
      yield small
      small = []
    }
    if (large) yield [blob]
    else small.push(blob)
  }
  if (small.length > 0) yield small
}
