/**
 * The drive an export writes to. What the system says of a write is told apart: no more room, a fault of this file, or a
 * drive that is gone, which never looks like a fault of the file.
 *
 * What is being written lies in a folder of ours on the drive; a file gets its true name when it is whole and proven.
 */
import fs from 'node:fs'
import { type FileHandle, lstat, mkdir, open, realpath, rename, rm, rmdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../../lifecycle/outcome.ts'
import { fail, ok } from '../../lifecycle/outcome.ts'
import { isWithin, syncFolder } from '../prepare/folders.ts'
import { errnoOf, type FileRefusal, refusalOf } from '../source/errno.ts'
import type { Room } from './share.ts'

/** Where partial files and our records lie until the drive is done. */
export const WORK_FOLDER = '.tallydock'
export const RECORDS = 'export-records.jsonl'

export type Trouble =
  /** The drive no longer answers. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'full' }
  | { readonly kind: 'file'; readonly status: FileRefusal | 'IOFailed' }

export type OnDrive<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly trouble: Trouble }

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])
/** Largest file of FAT file systems. */
const FAT_FILE_BYTES = 2 ** 32 - 1
const FAT = new Set(['vfat', 'fat', 'fat32', 'msdos'])
/** statfs(2) of Linux. */
const MSDOS_MAGIC = 0x4d44

export class TargetDrive {
  readonly root: string
  #isLost = false
  #bearsRecords = false
  #folders = new Set<string>()
  #looking: Promise<boolean> | undefined

  private constructor(root: string) {
    this.root = root
  }

  static async open(root: string): Promise<Outcome<TargetDrive, 'DiskNotFound'>> {
    try {
      return ok(new TargetDrive(await realpath(root)))
    } catch (error) {
      const detail = errnoOf(error)
      return fail('DiskNotFound', 'There is no drive at this place: plug it in again.', detail)
    }
  }

  get isLost(): boolean {
    return this.#isLost
  }

  /** Our records are on it: from now on it is known by them. */
  bearsRecords(): void {
    this.#bearsRecords = true
  }

  path(segments: readonly string[]): string {
    return join(this.root, ...segments)
  }

  workPath(name: string): string {
    return join(this.root, WORK_FOLDER, name)
  }

  /** Runs calls of the system and says what their failure means. */
  async try<T>(work: () => Promise<T>): Promise<OnDrive<T>> {
    if (this.#isLost) return { ok: false, trouble: { kind: 'lost' } }
    try {
      return { ok: true, value: await work() }
    } catch (error) {
      return { ok: false, trouble: await this.#judge(errnoOf(error)) }
    }
  }

  /** What a thread of ours met when it read. */
  async troubleOf(errno: string): Promise<Trouble> {
    return this.#isLost ? { kind: 'lost' } : this.#judge(errno)
  }

  /** Undefined where the file system does not say how much room it has. */
  async room(fileSystem: string): Promise<OnDrive<Room>> {
    return this.try(async () => {
      const facts = await statfs(this.root)
      const isFat = FAT.has(fileSystem) || facts.type === MSDOS_MAGIC
      return {
        freeBytes: facts.blocks === 0 ? Number.MAX_SAFE_INTEGER : facts.bavail * facts.bsize,
        clusterBytes: Math.max(512, facts.bsize),
        largestFileBytes: isFat ? FAT_FILE_BYTES : Number.MAX_SAFE_INTEGER,
      }
    })
  }

  /** A real folder of ours: on a drive that comes from outside even that may be a link. */
  makeWorkFolder(): Promise<OnDrive<boolean>> {
    return this.try(async () => {
      await mkdir(join(this.root, WORK_FOLDER), { recursive: true })
      return (await lstat(join(this.root, WORK_FOLDER))).isDirectory()
    })
  }

  /** Ready for files. False: a link or a file on the drive stands in its way. */
  makeFolder(segments: readonly string[]): Promise<OnDrive<boolean>> {
    return this.try(async () => {
      const folder = this.path(segments)
      if (this.#folders.has(folder)) return true
      try {
        await mkdir(folder, { recursive: true })
      } catch (error) {
        if (errnoOf(error) === 'EEXIST' || errnoOf(error) === 'ENOTDIR') return false
        throw error
      }
      // A link on the drive must not lead our files off it.
      if (!isWithin(await realpath(folder), this.root)) return false
      for (let depth = segments.length; depth > 0; depth--)
        this.#folders.add(this.path(segments.slice(0, depth)))
      return true
    })
  }

  /** Opens a partial file of ours, with what an earlier run left in it. */
  openWork(name: string): Promise<OnDrive<FileHandle>> {
    return this.try(() =>
      open(this.workPath(name), fs.constants.O_RDWR | fs.constants.O_CREAT | NO_LINK, 0o644),
    )
  }

  /** What has this name already; undefined: nothing. */
  sizeAt(segments: readonly string[]): Promise<OnDrive<number | 'no-file' | undefined>> {
    return this.try(async () => {
      try {
        const facts = await lstat(this.path(segments))
        return facts.isFile() ? facts.size : 'no-file'
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined
        throw error
      }
    })
  }

  /** Durable when answered. */
  writeSmall(workName: string, bytes: Uint8Array): Promise<OnDrive<undefined>> {
    return this.try(async () => {
      const flags = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_TRUNC | NO_LINK
      const file = await open(this.workPath(workName), flags, 0o644)
      try {
        for (let done = 0; done < bytes.length; )
          done += (await file.write(bytes, done, bytes.length - done, done)).bytesWritten
        await file.sync()
      } finally {
        await file.close()
      }
      return undefined
    })
  }

  /** What an earlier run wrote may still lie in the system's memory. */
  syncFile(segments: readonly string[]): Promise<OnDrive<undefined>> {
    return this.try(async () => {
      const file = await open(this.path(segments), fs.constants.O_RDONLY | NO_LINK)
      try {
        await file.sync()
      } finally {
        await file.close()
      }
      return undefined
    })
  }

  /** Gives a whole file its true name. */
  name(workName: string, segments: readonly string[]): Promise<OnDrive<undefined>> {
    return this.try(async () => {
      await rename(this.workPath(workName), this.path(segments))
      return undefined
    })
  }

  forget(workName: string): Promise<OnDrive<undefined>> {
    return this.try(async () => {
      await rm(this.workPath(workName), { force: true })
      return undefined
    })
  }

  /** The names of all files written are durable when this is answered. */
  syncFolders(): Promise<OnDrive<undefined>> {
    return this.try(async () => {
      for (const folder of this.#folders) await syncFolder(folder)
      await syncFolder(this.root)
      return undefined
    })
  }

  /** Nothing of ours stays on a drive that goes home. */
  leaveNothing(): Promise<OnDrive<undefined>> {
    return this.try(async () => {
      const folder = join(this.root, WORK_FOLDER)
      if (!(await lstat(folder)).isDirectory()) return undefined
      for (const name of await fs.promises.readdir(folder))
        if (name === RECORDS || /\.(part|side|manifest)$/.test(name)) await rm(join(folder, name))
      await rmdir(folder)
      await syncFolder(this.root)
      return undefined
    })
  }

  async #judge(errno: string): Promise<Trouble> {
    if (FULL.has(errno)) return { kind: 'full' }
    const refusal = refusalOf(errno)
    const isOfFile = refusal !== undefined && refusal !== 'FileNotFound'
    if (isOfFile) return { kind: 'file', status: refusal }
    if (!(await this.#isThere())) {
      this.#isLost = true
      return { kind: 'lost' }
    }
    return { kind: 'file', status: refusal ?? 'IOFailed' }
  }

  /** Reads our own records from the medium: what the system remembers of a drive says nothing about the drive. */
  #isThere(): Promise<boolean> {
    const look = this.#bearsRecords ? readsFromMedium(this.workPath(RECORDS)) : isFolder(this.root)
    this.#looking ??= look.finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }
}

const NO_LINK = fs.constants.O_NOFOLLOW ?? 0
const PAGE_BYTES = 4096
const WASM_PAGE_BYTES = 65_536

/** The one part used of a global that the compiler's settings for Node do not describe. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } }

/** Memory that begins on a page, as reading around the cache needs it. */
function alignedBytes(bytes: number): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE_BYTES) }).buffer)
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    errnoOf(error)
    return false
  }
}

async function readsFromMedium(path: string): Promise<boolean> {
  const buffer = alignedBytes(PAGE_BYTES)
  for (const direct of [fs.constants.O_DIRECT ?? 0, 0]) {
    try {
      const file = await open(path, fs.constants.O_RDONLY | NO_LINK | direct)
      try {
        await file.read(buffer, 0, PAGE_BYTES, 0)
        return true
      } finally {
        await file.close()
      }
    } catch (error) {
      if (errnoOf(error) !== 'EINVAL' || direct === 0) return false
    }
  }
  return false
}
