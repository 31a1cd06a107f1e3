/**
 * The folders below a storage root: made durably, never through a link, and synced for many writers at once.
 *
 * A folder seen once is taken as seen for the life of the store, until a step fails because somebody removed one.
 */
import { sep } from 'node:path'
import type { BlobOutcome } from '../../ports/blob-store.ts'
import type { FileCalls } from './files.ts'
import { blobFailure, errnoOf, type FailedBlob, failBlob } from './folder-failure.ts'

/** `blocked`: a file stands where a folder is needed, or the name is too long for this file system. */
export type FolderState = 'ready' | 'absent' | 'blocked'

/** Bounds the memory of a drive with millions of folders; asking again costs one system call. */
const REMEMBERED_FOLDERS = 20_000

export class FolderTree {
  readonly root: string
  readonly files: FileCalls
  #seen = new Set<string>()
  #making = new Map<string, Promise<BlobOutcome<FolderState>>>()
  #syncs = new Map<string, FolderSync>()

  /** `root`: a real absolute path, itself no link. */
  constructor(root: string, files: FileCalls) {
    this.root = root
    this.files = files
  }

  path(segments: readonly string[]): string {
    return segments.length === 0 ? this.root : `${this.root}${sep}${segments.join(sep)}`
  }

  /** Looks, changes nothing. */
  async look(segments: readonly string[]): Promise<BlobOutcome<FolderState>> {
    for (let depth = 1; depth <= segments.length; depth++) {
      const folder = this.path(segments.slice(0, depth))
      if (this.#seen.has(folder)) continue
      const state = await this.#lookOnce(folder)
      if (!state.ok || state.value !== 'ready') return state
    }
    return { ok: true, value: 'ready' }
  }

  /** Makes what is missing. Durable when answered. Never answers `absent`. */
  async make(segments: readonly string[]): Promise<BlobOutcome<FolderState>> {
    const folder = this.path(segments)
    if (segments.length === 0 || this.#seen.has(folder)) return { ok: true, value: 'ready' }
    const running = this.#making.get(folder)
    if (running !== undefined) return running
    const made = this.#make(segments, folder).finally(() => this.#making.delete(folder))
    this.#making.set(folder, made)
    return made
  }

  /** Makes the folder's entries durable. Calls that come while one sync runs share the next one. */
  sync(segments: readonly string[]): Promise<void> {
    const folder = this.path(segments)
    let sync = this.#syncs.get(folder)
    if (sync === undefined) {
      sync = new FolderSync(this.files, folder, () => this.#syncs.delete(folder))
      this.#syncs.set(folder, sync)
    }
    return sync.next()
  }

  /** A folder that was there is gone: look afresh from now on. */
  lostFolder(folder: string): FailedBlob {
    this.#seen.clear()
    return failBlob(
      'BlobRequestFailed',
      'A folder inside the storage folder was removed meanwhile: try again.',
      {
        detail: folder,
        permanent: false,
      },
    )
  }

  async #make(segments: readonly string[], folder: string): Promise<BlobOutcome<FolderState>> {
    const parent = await this.make(segments.slice(0, -1))
    if (!parent.ok || parent.value !== 'ready') return parent
    try {
      await this.files.makeDirectory(folder)
      await this.sync(segments.slice(0, -1))
      this.#remember(folder)
      return { ok: true, value: 'ready' }
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') return this.#lookOnce(folder)
      if (errnoOf(error) === 'ENOENT') return this.lostFolder(folder)
      return isBlocked(error) ? { ok: true, value: 'blocked' } : blobFailure(error, 'making a folder')
    }
  }

  async #lookOnce(folder: string): Promise<BlobOutcome<FolderState>> {
    try {
      const stats = await this.files.linkStat(folder)
      if (stats === undefined) return { ok: true, value: 'absent' }
      if (stats.isSymbolicLink()) return refuseLink(folder)
      if (!stats.isDirectory()) return { ok: true, value: 'blocked' }
      this.#remember(folder)
      return { ok: true, value: 'ready' }
    } catch (error) {
      return isBlocked(error) ? { ok: true, value: 'blocked' } : blobFailure(error, 'looking at a folder')
    }
  }

  #remember(folder: string): void {
    if (this.#seen.size >= REMEMBERED_FOLDERS) this.#seen.clear()
    this.#seen.add(folder)
  }
}

/** The file system cannot hold this path, whoever asks. */
export function isBlocked(error: unknown): boolean {
  return ['ENOTDIR', 'ENAMETOOLONG', 'EILSEQ', 'EINVAL'].includes(errnoOf(error) ?? '')
}

export function refuseLink(path: string): FailedBlob {
  return failBlob(
    'BlobRequestForbidden',
    'A link stands inside the storage folder and links are never followed: replace it by a real folder.',
    { detail: path },
  )
}

class FolderSync {
  #files: FileCalls
  #folder: string
  #whenIdle: () => void
  #running: Promise<void> | undefined
  #waiting: Promise<void> | undefined

  constructor(files: FileCalls, folder: string, whenIdle: () => void) {
    this.#files = files
    this.#folder = folder
    this.#whenIdle = whenIdle
  }

  next(): Promise<void> {
    if (this.#running === undefined) return this.#start()
    // What was changed after the running sync began may not be in it.
    this.#waiting ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    )
    return this.#waiting
  }

  #start(): Promise<void> {
    this.#waiting = undefined
    const run = syncFolder(this.#files, this.#folder).finally(() => {
      if (this.#running !== run) return
      this.#running = undefined
      if (this.#waiting === undefined) this.#whenIdle()
    })
    this.#running = run
    return run
  }
}

async function syncFolder(files: FileCalls, folder: string): Promise<void> {
  // Windows cannot open a folder for syncing; NTFS writes its names through its log.
  if (process.platform === 'win32') return
  const fd = await files.openFolder(folder)
  try {
    await files.fullSync(fd)
  } finally {
    await files.closeFile(fd)
  }
}
