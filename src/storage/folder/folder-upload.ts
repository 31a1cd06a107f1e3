/**
 * One blob being written: a file under `partial/`, made durable, then given its name in one step.
 *
 * A sync that failed once may report success the next time while the bytes are gone, so a failed sync spoils the whole
 * partial: it is set aside and never continued.
 */
import { createHash } from 'node:crypto'
import type {
  BlobKind,
  BlobOutcome,
  BlobUpload,
  ByteRange,
  CommitOrder,
  Committed,
  HeldPart,
  StagedPart,
  UploadOrder,
  UploadTicket,
} from '../../ports/blob-store.ts'
import type { DirectReader } from './direct-read.ts'
import { type FileCalls, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, readFully } from './files.ts'
import { blobFailure, errnoOf, failBlob } from './folder-failure.ts'
import type { FolderTree } from './folder-tree.ts'
import { giveName } from './give-name.ts'
import { type Locator, ticketOf } from './locator.ts'

/** Bounds what a power cut can take from one open file. */
const SYNC_EVERY_BYTES = 64 * 1024 * 1024

export interface UploadPlace {
  readonly tree: FolderTree
  readonly locator: Locator
  readonly direct: DirectReader
  /** The partial's file, below the root. Its folder exists. */
  readonly partial: readonly string[]
}

export async function beginUpload(place: UploadPlace, order: UploadOrder): Promise<BlobOutcome<BlobUpload>> {
  const path = place.tree.path(place.partial)
  const { files } = place.tree
  try {
    if (order.continues) await unlinkVisible(files, path)
    const fd = order.continues
      ? await files.openFile(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o666)
      : await openFresh(files, path)
    const size = order.continues ? Number((await files.fileStat(fd)).size) : 0
    return { ok: true, value: new FolderUpload(place, order, fd, size) }
  } catch (error) {
    return blobFailure(error, 'starting an upload')
  }
}

/** A partial that already is a visible blob (stopped between the two steps of a commit) must never be written to. */
async function unlinkVisible(files: FileCalls, path: string): Promise<void> {
  const stats = await files.linkStat(path)
  if (stats !== undefined && stats.nlink > 1n) await files.unlink(path)
}

async function openFresh(files: FileCalls, path: string): Promise<number> {
  const flags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW
  try {
    return await files.openFile(path, flags, 0o666)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    await files.unlink(path)
    return files.openFile(path, flags, 0o666)
  }
}

class FolderUpload implements BlobUpload {
  readonly claimed: readonly ByteRange[]
  readonly provable = 'when-staged'
  #place: UploadPlace
  #name: string
  #kind: BlobKind
  #path: string
  #fd: number
  #sizeBytes: number
  #unsyncedBytes = 0
  #ticket: string | undefined
  #isSpoiled = false
  #isOpen = true

  constructor(place: UploadPlace, order: UploadOrder, fd: number, sizeBytes: number) {
    this.#place = place
    this.#name = order.name
    this.#kind = order.kind
    this.#path = place.tree.path(place.partial)
    this.#fd = fd
    this.#sizeBytes = sizeBytes
    this.claimed = sizeBytes > 0 ? [{ offsetBytes: 0, lengthBytes: sizeBytes }] : []
  }

  async holds(part: StagedPart, from: 'anywhere' | 'medium'): Promise<BlobOutcome<HeldPart>> {
    const bytes = Buffer.allocUnsafe(part.lengthBytes)
    try {
      const direct =
        from === 'medium' ? await this.#place.direct.read(this.#path, part.offsetBytes, bytes) : undefined
      const length = direct ?? (await readFully(this.#fd, bytes, part.offsetBytes))
      const holds =
        length === bytes.length && createHash('md5').update(bytes).digest('hex').toUpperCase() === part.md5
      return { ok: true, value: { holds, fromMedium: direct !== undefined } }
    } catch (error) {
      return blobFailure(error, 'reading back what was written')
    }
  }

  async stage(chunk: { offsetBytes: number; bytes: Uint8Array }): Promise<BlobOutcome<undefined>> {
    try {
      await this.#place.tree.files.writeAll(this.#fd, chunk.bytes, chunk.offsetBytes)
      this.#ticket = undefined
      this.#sizeBytes = Math.max(this.#sizeBytes, chunk.offsetBytes + chunk.bytes.length)
      this.#unsyncedBytes += chunk.bytes.length
      if (this.#unsyncedBytes >= SYNC_EVERY_BYTES) {
        this.#unsyncedBytes = 0
        await this.#sync()
      }
      return { ok: true, value: undefined }
    } catch (error) {
      return blobFailure(error, 'writing a blob')
    }
  }

  async flush(sizeBytes: number): Promise<BlobOutcome<UploadTicket>> {
    if (this.#isSpoiled) return this.#spoiled()
    try {
      if (this.#sizeBytes !== sizeBytes) await this.#place.tree.files.truncate(this.#fd, sizeBytes)
      this.#sizeBytes = sizeBytes
      this.#unsyncedBytes = 0
      await this.#sync()
      this.#ticket = ticketOf(await this.#place.tree.files.fileStat(this.#fd))
      return { ok: true, value: { ticket: this.#ticket } }
    } catch (error) {
      return blobFailure(error, 'making a blob durable')
    }
  }

  async commit(order: CommitOrder): Promise<BlobOutcome<Committed>> {
    if (this.#isSpoiled) return this.#spoiled()
    if (this.#ticket === undefined) throw new Error('commit before flush')
    try {
      const { tree, locator } = this.#place
      const blob = { partial: this.#path, name: this.#name, kind: this.#kind, ticket: this.#ticket }
      const done = await giveName(tree, locator, blob, order)
      if (done.ok) await this.#close()
      return done
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return this.#place.tree.lostFolder(this.#path)
      return blobFailure(error, 'giving a blob its name')
    }
  }

  async leave(): Promise<void> {
    if (!this.#isOpen) return
    await this.#close()
    if (this.#isSpoiled) await this.#place.tree.files.rename(this.#path, `${this.#path}.spoiled`)
  }

  async #sync(): Promise<void> {
    try {
      await this.#place.tree.files.dataSync(this.#fd)
    } catch (error) {
      this.#isSpoiled = true
      throw error
    }
  }

  async #close(): Promise<void> {
    this.#isOpen = false
    await this.#place.tree.files.closeFile(this.#fd)
  }

  #spoiled() {
    return failBlob(
      'IOFailed',
      'The disk behind the storage folder lost bytes it had taken: check that disk, then copy this file again.',
    )
  }
}
