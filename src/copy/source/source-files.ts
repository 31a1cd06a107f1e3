/**
 * Reads files of a drive, safely and synchronously. It runs in threads of its own, because a sick drive may let one read
 * hang for a minute.
 *
 * No link is followed: every folder on the way is looked at once (`lstat`) and must be a real folder; the file must be a
 * regular file before and after it was opened. Opening never waits for a pipe's other end. NTFS finds names without
 * regard to case, so a name that is not there as written is looked for in its folder.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { join } from 'node:path'
import { isUnlikelyOnNtfs } from './drive-path.ts'
import { errnoOf, type FileRefusal, refusalOf } from './errno.ts'
import type { ProbeAnswer, ReadAnswer, ReadPart } from './source.ts'

/** The system calls used, so that a test can let a drive fail. */
export type SourceCalls = Pick<
  typeof fs,
  'lstatSync' | 'openSync' | 'fstatSync' | 'readSync' | 'closeSync' | 'readdirSync'
>

/** A file being read in several pieces stays open; so few because reading goes in the manifest's order. */
const OPEN_FILES = 4
/** Bounds on what is remembered of a drive with very many folders. */
const KNOWN_FOLDERS = 10_000
const LISTED_FOLDERS = 8

const { O_RDONLY } = fs.constants
const O_NOFOLLOW = fs.constants.O_NOFOLLOW ?? 0
const O_NONBLOCK = fs.constants.O_NONBLOCK ?? 0
const O_DIRECT = fs.constants.O_DIRECT

/** The largest device block in use. */
const BLOCK_BYTES = 4096

export interface FileRead {
  readonly path: readonly string[]
  readonly offsetBytes: number
  readonly into: Uint8Array
  /** Ranges of `into` to hash. */
  readonly parts: readonly ReadPart[]
  /** Read in pieces no larger than this: around a bad sector more can be saved. */
  readonly pieceBytes: number
  readonly keepOpen: boolean
}

export class SourceFiles {
  readonly #root: string
  readonly #calls: SourceCalls
  /** Paths by the manifest's spelling -> paths as they are. */
  #folders = new Map<string, string>()
  /** Names of a folder by their upper-case form; two names of the same form are found by neither. */
  #listings = new Map<string, Map<string, string | undefined>>()
  #open = new Map<string, number>()

  /** `root` must be a real path, no link. */
  constructor(root: string, calls: SourceCalls = fs) {
    this.#root = root
    this.#calls = calls
  }

  read(request: FileRead): ReadAnswer {
    let fd: number
    try {
      const opened = this.#openFile(request.path, request.keepOpen)
      if (typeof opened === 'string') return { kind: 'refused', status: opened }
      fd = opened
    } catch (error) {
      return { kind: 'failed', errno: errnoOf(error) }
    }
    const answer = this.#readOpen(fd, request)
    if (!request.keepOpen || answer.errno !== undefined) this.#close(request.path, fd)
    return answer
  }

  /**
   * Is the drive still there? `identity` as answered before, to tell the drive from the empty folder it was mounted on.
   * With `thorough`, the first bytes of a file that could be read before are read again, around the cache.
   */
  probe(path: readonly string[], identity: string | undefined, thorough: boolean): ProbeAnswer {
    try {
      const stats = this.#calls.lstatSync(this.#root, { bigint: true })
      const now = `${stats.dev}-${stats.ino}`
      if (!stats.isDirectory() || (identity !== undefined && identity !== now)) return { isThere: false }
      this.#calls.readdirSync(this.#root)
      if (thorough && !this.#canRead(join(this.#root, ...path))) return { isThere: false }
      return { isThere: true, identity: now }
    } catch (error) {
      errnoOf(error)
      return { isThere: false }
    }
  }

  close(): void {
    for (const [key, fd] of this.#open) {
      this.#open.delete(key)
      this.#closeQuietly(fd)
    }
  }

  #readOpen(
    fd: number,
    { offsetBytes, into, parts, pieceBytes }: FileRead,
  ): ReadAnswer & { kind: 'read'; errno?: string } {
    let bytesRead = 0
    let errno: string | undefined
    try {
      while (bytesRead < into.length) {
        const length = Math.min(pieceBytes, into.length - bytesRead)
        const read = this.#calls.readSync(fd, into, bytesRead, length, offsetBytes + bytesRead)
        if (read === 0) break
        bytesRead += read
      }
    } catch (error) {
      errno = errnoOf(error)
    }
    const md5s = parts.map(({ at, lengthBytes }) =>
      at + lengthBytes <= bytesRead ? md5Of(into.subarray(at, at + lengthBytes)) : undefined,
    )
    return errno === undefined ? { kind: 'read', bytesRead, md5s } : { kind: 'read', bytesRead, md5s, errno }
  }

  #openFile(path: readonly string[], keepOpen: boolean): number | FileRefusal {
    const key = path.join('\\')
    const open = this.#open.get(key)
    if (open !== undefined) return open
    const found = this.#resolve(path)
    if (found === undefined) return isUnlikelyOnNtfs(path) ? 'FileNameInvalid' : 'FileNotFound'
    if (found.refusal !== undefined) return found.refusal
    try {
      const fd = this.#calls.openSync(found.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
      if (!this.#calls.fstatSync(fd).isFile()) {
        this.#calls.closeSync(fd)
        return 'FileAccessDenied'
      }
      if (keepOpen) this.#keep(key, fd)
      return fd
    } catch (error) {
      const refusal = refusalOf(errnoOf(error))
      if (refusal === undefined) throw error
      return refusal
    }
  }

  /** Undefined: not there. */
  #resolve(path: readonly string[]): { path: string; refusal?: FileRefusal } | undefined {
    let folder = this.#root
    for (let depth = 1; depth < path.length; depth++) {
      const key = path.slice(0, depth).join('\\')
      const known = this.#folders.get(key)
      if (known === undefined) {
        const entry = this.#entry(folder, path[depth - 1] ?? '')
        if (entry === undefined) return undefined
        if (typeof entry.stats === 'string') return { path: entry.path, refusal: entry.stats }
        if (entry.stats.isSymbolicLink()) return { path: entry.path, refusal: 'FileAccessDenied' }
        if (!entry.stats.isDirectory()) return undefined
        if (this.#folders.size >= KNOWN_FOLDERS) this.#folders.clear()
        this.#folders.set(key, entry.path)
        folder = entry.path
      } else folder = known
    }
    const entry = this.#entry(folder, path.at(-1) ?? '')
    if (entry === undefined) return undefined
    if (typeof entry.stats === 'string') return { path: entry.path, refusal: entry.stats }
    return entry.stats.isFile() ? { path: entry.path } : { path: entry.path, refusal: 'FileAccessDenied' }
  }

  /** Undefined: not there. A word: it is there or cannot be, and why it cannot be used. */
  #entry(folder: string, name: string): { path: string; stats: fs.Stats | FileRefusal } | undefined {
    const path = join(folder, name)
    try {
      return { path, stats: this.#calls.lstatSync(path) }
    } catch (error) {
      const errno = errnoOf(error)
      const refusal = refusalOf(errno)
      if (refusal !== undefined && refusal !== 'FileNotFound') return { path, stats: refusal }
      if (refusal === undefined) throw error
    }
    const spelled = this.#listing(folder).get(upperCase(name))
    if (spelled === undefined || spelled === name) return undefined
    const other = join(folder, spelled)
    return { path: other, stats: this.#calls.lstatSync(other) }
  }

  #listing(folder: string): Map<string, string | undefined> {
    const listed = this.#listings.get(folder)
    if (listed !== undefined) return listed
    const names = new Map<string, string | undefined>()
    for (const name of this.#calls.readdirSync(folder)) {
      const key = upperCase(name)
      names.set(key, names.has(key) ? undefined : name)
    }
    const oldest = this.#listings.keys().next()
    if (this.#listings.size >= LISTED_FOLDERS && !oldest.done) this.#listings.delete(oldest.value)
    this.#listings.set(folder, names)
    return names
  }

  #keep(key: string, fd: number): void {
    const oldest = this.#open.entries().next()
    if (this.#open.size >= OPEN_FILES && !oldest.done) {
      this.#open.delete(oldest.value[0])
      this.#closeQuietly(oldest.value[1])
    }
    this.#open.set(key, fd)
  }

  #close(path: readonly string[], fd: number): void {
    this.#open.delete(path.join('\\'))
    this.#closeQuietly(fd)
  }

  /** Closing a file that was only read can tell nothing new: a lost drive has said so already. */
  #closeQuietly(fd: number): void {
    try {
      this.#calls.closeSync(fd)
    } catch (error) {
      errnoOf(error)
    }
  }

  #canRead(path: string): boolean {
    const fd = this.#openDirect(path)
    try {
      this.#calls.readSync(fd, alignedMemory(), 0, BLOCK_BYTES, 0)
      return true
    } finally {
      this.#closeQuietly(fd)
    }
  }

  #openDirect(path: string): number {
    try {
      return this.#calls.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | (O_DIRECT ?? 0))
    } catch (error) {
      // Not every file system reads around its cache; then its cached answer has to do.
      if (errnoOf(error) !== 'EINVAL') throw error
      return this.#calls.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    }
  }
}

function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex').toUpperCase()
}

/** NTFS compares names by an upper-case table of single characters; so does this, as far as they have such a form. */
function upperCase(name: string): string {
  return name.replace(/[a-z\u0080-\uffff]/g, (character) => {
    const upper = character.toUpperCase()
    return upper.length === 1 ? upper : character
  })
}

/** The one part used of a global that the compiler's settings for Node do not describe. */
declare const WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } }

/** Reads around the cache need memory that begins on a device block, as WebAssembly's does. */
function alignedMemory(): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: 1 }).buffer, 0, BLOCK_BYTES)
}
