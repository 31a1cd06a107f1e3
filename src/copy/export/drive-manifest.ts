/** The manifest of an export drive, in the published form: written from our records, proven, and named last of all files. */
import { createHash, type Hash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import type { BlobOutcome } from '../../ports/blob-store.ts'
import { LogFile } from '../log/log-file.ts'
import { logName } from '../log/log-name.ts'
import { blockId, createManifestWriter } from '../manifest/write-manifest.ts'
import { BLOCK_BYTES } from './block-memory.ts'
import type { ExportContext } from './context.ts'
import { type BlobRecord, isOnDrive } from './records.ts'
import type { Trouble } from './target-drive.ts'

const CLIENT_CREATOR = 'Tallydock'
const WORK_NAME = 'drive.manifest'

export interface MadeManifest {
  /** With a leading backslash. */
  readonly path: string
  readonly md5: string
  /** `container/name` of its copy in the storage; null when none was asked for or it could not be written. */
  readonly backup: string | null
}

/** Files in the root are ours: the manifest's name holds no sign that could lead elsewhere. */
export function manifestName(driveId: string): string {
  return `${driveId
    .trim()
    .replace(/[^A-Za-z0-9._-]/g, '_')
    .slice(0, 200)}.manifest`
}

/** `records`: the blobs to tell of, each once. */
export async function makeManifest(
  context: ExportContext,
  records: () => AsyncGenerator<BlobRecord>,
): Promise<{ readonly made: MadeManifest } | { readonly trouble: Trouble }> {
  const { drive, prover, order } = context
  for (const isLast of [false, true]) {
    const written = await drive.try(() => writeManifest(context, records))
    if (!written.ok) return written
    const { md5, sizeBytes, md5s, backup } = written.value
    const path = drive.workPath(WORK_NAME)
    const answer = await prover.prove({ path, sizeBytes, partBytes: BLOCK_BYTES, md5s })
    if (answer.errno !== undefined) return { trouble: await drive.troubleOf(answer.errno) }
    context.proved(sizeBytes, answer.fromMedium)
    if (answer.wrong.length > 0) {
      if (isLast) return { trouble: { kind: 'file', status: 'IOFailed' } }
      continue
    }
    const name = await freeName(context, manifestName(order.driveId))
    if (typeof name !== 'string') return name
    const named = await drive.name(WORK_NAME, [name])
    return named.ok ? { made: { path: `\\${name}`, md5, backup } } : named
  }
  return { trouble: { kind: 'file', status: 'IOFailed' } }
}

interface WrittenFile {
  readonly md5: string
  readonly sizeBytes: number
  readonly md5s: readonly string[]
  readonly backup: string | null
}

async function writeManifest(
  context: ExportContext,
  records: () => AsyncGenerator<BlobRecord>,
): Promise<WrittenFile> {
  const { drive, order } = context
  const file = await open(drive.workPath(WORK_NAME), 'w')
  const parts = new PartHashes()
  const backup = order.backupDriveManifest ? backupFile(context) : undefined
  let isBackedUp: BlobOutcome<undefined> = { ok: true, value: undefined }
  try {
    const head = { driveId: order.driveId, clientCreator: CLIENT_CREATOR }
    const writer = createManifestWriter(head, async (bytes) => {
      await writeAll(file, bytes, parts.sizeBytes)
      parts.add(bytes)
      if (isBackedUp.ok && backup !== undefined) isBackedUp = await backup.append(bytes.toString())
    })
    for await (const record of records()) {
      if (!isOnDrive(record)) continue
      const { blobPath, filePath, sizeBytes, kind, md5s, properties, metadata } = record
      await writer.add({
        blobPath,
        filePath,
        lengthBytes: sizeBytes,
        kind,
        parts: md5s.map((md5, index) => ({
          offsetBytes: index * BLOCK_BYTES,
          lengthBytes: Math.min(BLOCK_BYTES, sizeBytes - index * BLOCK_BYTES),
          md5,
          ...(kind === 'page' ? {} : { id: blockId(index) }),
        })),
        ...(metadata?.status === 'Completed' ? { metadata: { path: metadata.path, md5: metadata.md5 } } : {}),
        ...(properties?.status === 'Completed'
          ? { properties: { path: properties.path, md5: properties.md5 } }
          : {}),
      })
    }
    const { md5, sizeBytes } = await writer.end()
    await file.sync()
    const name = backup === undefined ? null : await finishBackup(context, backup, isBackedUp)
    return { md5, sizeBytes, md5s: parts.end(), backup: name }
  } finally {
    await backup?.leave()
    await file.close()
  }
}

function backupFile({ store, order, records }: ExportContext): LogFile {
  const name = logName({ ...order, startedAt: records.head.startedAt }, 'manifest')
  return new LogFile({ store, key: `${order.copyId}/manifest-copy`, name })
}

async function finishBackup(
  context: ExportContext,
  backup: LogFile,
  soFar: BlobOutcome<undefined>,
): Promise<string | null> {
  const done = soFar.ok ? await backup.finish(async () => ({ ok: true, value: undefined })) : soFar
  if (done.ok) return backup.name
  context.remark(`The manifest could not be copied into the storage. ${done.failure.sentence}`)
  return null
}

/** The published name, or another one when the drive has a file there that is no manifest of ours for it. */
async function freeName(
  context: ExportContext,
  wanted: string,
): Promise<string | { readonly trouble: Trouble }> {
  const { drive } = context
  for (let count = 1; ; count++) {
    const name = count === 1 ? wanted : wanted.replace(/\.manifest$/, ` (${count}).manifest`)
    const there = await drive.sizeAt([name])
    if (!there.ok) return there
    if (there.value === undefined) return name
    const ours = there.value === 'no-file' ? { ok: true as const, value: false } : await isOurs(context, name)
    if (!ours.ok) return ours
    if (ours.value) return name
  }
}

function isOurs({ drive }: ExportContext, name: string) {
  return drive.try(async () => {
    const file = await open(drive.path([name]), 'r')
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0)
      return buffer.toString('utf8', 0, bytesRead).includes(`<ClientCreator>${CLIENT_CREATOR}<`)
    } finally {
      await file.close()
    }
  })
}

async function writeAll(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; )
    done += (await file.write(bytes, done, bytes.length - done, at + done)).bytesWritten
}

/** MD5 of each block of a file that comes in pieces. */
class PartHashes {
  sizeBytes = 0
  readonly #done: string[] = []
  #open: Hash = createHash('md5')

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const room = BLOCK_BYTES - (this.sizeBytes % BLOCK_BYTES)
      const piece = bytes.subarray(at, at + room)
      this.#open.update(piece)
      this.sizeBytes += piece.length
      at += piece.length
      if (this.sizeBytes % BLOCK_BYTES === 0) this.#cut()
    }
  }

  end(): readonly string[] {
    if (this.sizeBytes % BLOCK_BYTES !== 0) this.#cut()
    return this.#done
  }

  #cut(): void {
    this.#done.push(this.#open.digest('hex').toUpperCase())
    this.#open = createHash('md5')
  }
}
