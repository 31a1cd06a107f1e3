/**
 * The system calls the folder store makes, on plain file descriptors: about half the cost of `fs/promises` handles,
 * which counts at ten thousand small files a second.
 */
import fs from 'node:fs'
import { promisify } from 'node:util'

export const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT, O_EXCL, O_TRUNC } = fs.constants
/** Absent on Windows, where opening never follows a link into another volume unseen: `lstat` comes first everywhere. */
export const O_NOFOLLOW = fs.constants.O_NOFOLLOW ?? 0
/** Absent where the system has no uncached reads by flag. */
export const O_DIRECT: number | undefined = fs.constants.O_DIRECT

export const openFile = promisify(fs.open)
export const closeFile = promisify(fs.close)
export const readFile = promisify(fs.readFile)
export const listFolder = promisify(fs.readdir)

export interface FileCalls {
  readonly openFile: (path: string, flags: number, mode?: number) => Promise<number>
  readonly openFolder: (path: string) => Promise<number>
  readonly dataSync: (fd: number) => Promise<void>
  readonly fullSync: (fd: number) => Promise<void>
  readonly truncate: (fd: number, sizeBytes: number) => Promise<void>
  /** Undefined: there is nothing of this name. Being told so often, it must not cost an error each time. */
  readonly linkStat: (path: string) => Promise<fs.BigIntStats | undefined>
  readonly fileStat: (fd: number) => Promise<fs.BigIntStats>
  readonly closeFile: (fd: number) => Promise<void>
  readonly makeDirectory: (path: string) => Promise<void>
  readonly link: (from: string, to: string) => Promise<void>
  readonly unlink: (path: string) => Promise<void>
  readonly rename: (from: string, to: string) => Promise<void>
  /** Writes all of `bytes` at this place of the file. */
  readonly writeAll: (fd: number, bytes: Uint8Array, offsetBytes: number) => Promise<void>
}

const makeDirectory = promisify(fs.mkdir)

/** By the thread pool, so that many can wait for a network at once. */
export const POOLED_CALLS: FileCalls = {
  openFile,
  openFolder: (path) => openFile(path, O_RDONLY),
  dataSync: promisify(fs.fdatasync),
  fullSync: promisify(fs.fsync),
  truncate: promisify(fs.ftruncate),
  linkStat: (path) =>
    new Promise((resolve, reject) =>
      fs.lstat(path, { bigint: true }, (error, stats) => {
        if (error === null) resolve(stats)
        else if (error.code === 'ENOENT') resolve(undefined)
        else reject(error)
      }),
    ),
  fileStat: promisify((fd: number, done: (error: Error | null, stats: fs.BigIntStats) => void) =>
    fs.fstat(fd, { bigint: true }, done),
  ),
  closeFile,
  makeDirectory: (path) => makeDirectory(path),
  link: promisify(fs.link),
  unlink: promisify(fs.unlink),
  rename: promisify(fs.rename),
  writeAll: pooledWrite,
}

/** A write this small only fills memory; a larger one is worth a thread of its own. */
const SMALL_WRITE_BYTES = 64 * 1024

/**
 * What a local disk answers from its cache in a few microseconds is called at once: handing it to another thread costs
 * several times the call. On a network share, where each call waits for milliseconds, this would be far slower.
 */
export const DIRECT_CALLS: FileCalls = {
  ...POOLED_CALLS,
  openFolder: async (path) => fs.openSync(path, O_RDONLY),
  linkStat: async (path) => fs.lstatSync(path, { bigint: true, throwIfNoEntry: false }),
  fileStat: async (fd) => fs.fstatSync(fd, { bigint: true }),
  closeFile: async (fd) => fs.closeSync(fd),
  makeDirectory: async (path) => fs.mkdirSync(path),
  link: async (from, to) => fs.linkSync(from, to),
  unlink: async (path) => fs.unlinkSync(path),
  rename: async (from, to) => fs.renameSync(from, to),
  writeAll: async (fd, bytes, offsetBytes) => {
    if (bytes.length > SMALL_WRITE_BYTES) return pooledWrite(fd, bytes, offsetBytes)
    for (let done = 0; done < bytes.length; )
      done += fs.writeSync(fd, bytes, done, bytes.length - done, offsetBytes + done)
  },
}

async function pooledWrite(fd: number, bytes: Uint8Array, offsetBytes: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const at = done
    done += await new Promise<number>((resolve, reject) =>
      fs.write(fd, bytes, at, bytes.length - at, offsetBytes + at, (error, written) =>
        error === null ? resolve(written) : reject(error),
      ),
    )
  }
}

/** One read: at the end of the file, and on a file read around the cache only there, fewer bytes than asked for. */
export function readOnce(fd: number, into: Uint8Array, offsetBytes: number): Promise<number> {
  return new Promise((resolve, reject) =>
    fs.read(fd, into, 0, into.length, offsetBytes, (error, bytesRead) =>
      error === null ? resolve(bytesRead) : reject(error),
    ),
  )
}

/** Reads until `into` is full or the file ends; answers how many bytes there were. */
export async function readFully(fd: number, into: Uint8Array, offsetBytes: number): Promise<number> {
  let done = 0
  while (done < into.length) {
    const read = await readOnce(fd, into.subarray(done), offsetBytes + done)
    if (read === 0) break
    done += read
  }
  return done
}
