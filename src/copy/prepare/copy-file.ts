import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, open, rename } from 'node:fs/promises'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { StagedPart } from '../../ports/blob-store.ts'
import { blockId } from '../manifest/write-manifest.ts'
import { BLOCK_BYTES } from './names.ts'
import type { PlannedBlob } from './survey.ts'

/**
 * Brings one file onto the drive and answers the hashes of its parts, reading each byte of the source once.
 *
 * A file that is there already is compared, never overwritten: that is also how an interrupted run goes on. A new one is
 * written beside its place, made durable and then named, so a file under its true name is always whole.
 */
export type CopyFailureCode =
  | 'source-unreadable'
  | 'source-changed'
  | 'name-taken'
  | 'drive-full'
  | 'drive-unwritable'

export interface CopiedFile {
  readonly parts: readonly StagedPart[]
  readonly wasThere: boolean
}

export async function copyFile(
  blob: PlannedBlob,
  target: string,
  partial: string,
): Promise<Outcome<CopiedFile, CopyFailureCode>> {
  const source = await opened(blob.file.path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
  if (!source.ok) return unreadable(blob, source.error)
  try {
    const there = await opened(target, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0))
    if (there.ok) return await closing(there.file, () => compare(blob, source.file, there.file, target))
    if (there.error.code !== 'ENOENT') return unwritable(target, there.error)

    const written = await opened(partial, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC)
    if (!written.ok) return unwritable(target, written.error)
    const parts = await closing(written.file, () => write(blob, source.file, written.file, target))
    if (!parts.ok) return parts
    try {
      await rename(partial, target)
    } catch (error) {
      return unwritable(target, asErrno(error))
    }
    return ok({ parts: parts.value, wasThere: false })
  } finally {
    await source.file.close()
  }
}

async function write(
  blob: PlannedBlob,
  source: FileHandle,
  written: FileHandle,
  target: string,
): Promise<Outcome<readonly StagedPart[], CopyFailureCode>> {
  let wrong: NodeJS.ErrnoException | undefined
  const parts = await readParts(blob, source, async (bytes, offsetBytes) => {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += (await written.write(bytes, done, bytes.length - done, offsetBytes + done)).bytesWritten
      }
    } catch (error) {
      wrong = asErrno(error)
    }
    return wrong === undefined
  })
  if (wrong !== undefined) return unwritable(target, wrong)
  if (!parts.ok) return parts
  try {
    await written.sync()
  } catch (error) {
    return unwritable(target, asErrno(error))
  }
  return parts
}

async function compare(
  blob: PlannedBlob,
  source: FileHandle,
  there: FileHandle,
  target: string,
): Promise<Outcome<CopiedFile, CopyFailureCode>> {
  const taken = fail(
    'name-taken',
    `The drive already holds another file at ${target}; move it away or use an empty drive.`,
  )
  const facts = await there.stat()
  if (!facts.isFile() || facts.size !== blob.file.sizeBytes) return taken

  const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, blob.file.sizeBytes))
  let wrong: NodeJS.ErrnoException | undefined
  let same = true
  const parts = await readParts(blob, source, async (bytes, offsetBytes) => {
    try {
      const count = await readFully(there, buffer.subarray(0, bytes.length), offsetBytes)
      same = count === bytes.length && bytes.equals(buffer.subarray(0, count))
    } catch (error) {
      wrong = asErrno(error)
    }
    return same && wrong === undefined
  })
  if (wrong !== undefined) return unwritable(target, wrong)
  if (!same) return taken
  if (!parts.ok) return parts
  try {
    // It may have been written by a run that was killed before the system had put it on the disk.
    await there.sync()
  } catch (error) {
    return unwritable(target, asErrno(error))
  }
  return ok({ parts: parts.value, wasThere: true })
}

/**
 * Reads a file block by block, hashes each block and hands it to `take`, which may end the reading by answering false.
 * The bytes handed over are only good until `take` has answered.
 */
async function readParts(
  blob: PlannedBlob,
  source: FileHandle,
  take: (bytes: Buffer, offsetBytes: number) => Promise<boolean>,
): Promise<Outcome<readonly StagedPart[], CopyFailureCode>> {
  const { sizeBytes, modifiedMs } = blob.file
  const buffer = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, sizeBytes))
  const parts: StagedPart[] = []
  for (let offsetBytes = 0; offsetBytes < sizeBytes; offsetBytes += BLOCK_BYTES) {
    const block = buffer.subarray(0, Math.min(BLOCK_BYTES, sizeBytes - offsetBytes))
    let count: number
    try {
      count = await readFully(source, block, offsetBytes)
    } catch (error) {
      return unreadable(blob, asErrno(error))
    }
    if (count < block.length) return changed(blob)
    const md5 = createHash('md5').update(block).digest('hex').toUpperCase()
    const part = { offsetBytes, lengthBytes: block.length, md5 }
    parts.push(blob.kind === 'block' ? { ...part, id: blockId(parts.length) } : part)
    if (!(await take(block, offsetBytes))) return ok(parts)
  }
  const now = await source.stat()
  return now.size === sizeBytes && now.mtimeMs === modifiedMs ? ok(parts) : changed(blob)
}

async function readFully(file: FileHandle, into: Buffer, offsetBytes: number): Promise<number> {
  let count = 0
  while (count < into.length) {
    const { bytesRead } = await file.read(into, count, into.length - count, offsetBytes + count)
    if (bytesRead === 0) break
    count += bytesRead
  }
  return count
}

type Opened =
  | { readonly ok: true; readonly file: FileHandle }
  | { readonly ok: false; readonly error: NodeJS.ErrnoException }

async function opened(path: string, flags: number): Promise<Opened> {
  return open(path, flags, 0o644).then(
    (file): Opened => ({ ok: true, file }),
    (error: unknown): Opened => ({ ok: false, error: asErrno(error) }),
  )
}

async function closing<T>(file: FileHandle, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } finally {
    await file.close()
  }
}

function asErrno(error: unknown): NodeJS.ErrnoException {
  if (error instanceof Error) return error
  throw error
}

function unreadable(blob: PlannedBlob, error: NodeJS.ErrnoException) {
  return fail(
    'source-unreadable',
    `The file ${blob.file.path} cannot be read; mend that and start again, what is done is kept.`,
    error.message,
  )
}

function changed(blob: PlannedBlob) {
  return fail(
    'source-changed',
    `The file ${blob.file.path} changed while it was copied; leave the source alone and start again.`,
  )
}

/** Also said of what else is written to the drive. */
export function unwritable(target: string, error: unknown) {
  const { code, message } = asErrno(error)
  return code === 'ENOSPC'
    ? fail('drive-full', 'The drive is full; split the source over several drives.', `${target}: ${message}`)
    : fail(
        'drive-unwritable',
        `The drive cannot be written at ${target}; check it and start again, what is done is kept.`,
        message,
      )
}
