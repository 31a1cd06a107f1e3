import fs from 'node:fs'
import type { Slabs } from '../../src/copy/source/slabs.ts'
import type {
  ProbeAnswer,
  ProbeRequest,
  ReadAnswer,
  SourceReader,
  SourceRequest,
} from '../../src/copy/source/source.ts'
import { type SourceCalls, SourceFiles } from '../../src/copy/source/source-files.ts'

/** A drive that fails where it is told to. Files come from real folders; only some calls are made to fail. */
export class FaultyDrive {
  readonly calls: SourceCalls
  #open = new Map<number, string>()
  #faults: { path: string; errno: string; from: number; to: number; left: number; longestBytes: number }[] =
    []
  /** Bytes handed out. */
  bytesRead = 0
  /** Called before each read, with the file's path. */
  onRead: (path: string) => void = () => undefined

  constructor() {
    this.calls = {
      ...fs,
      lstatSync: ((path: string, options?: object) => {
        this.#throwIf(path, 'lstat')
        return fs.lstatSync(path, options)
      }) as typeof fs.lstatSync,
      openSync: (path, flags) => {
        this.#throwIf(String(path), 'open')
        const fd = fs.openSync(path, flags)
        this.#open.set(fd, String(path))
        return fd
      },
      closeSync: (fd) => {
        this.#open.delete(fd)
        fs.closeSync(fd)
      },
      readSync: ((fd: number, into: Uint8Array, at: number, length: number, position: number) => {
        const path = this.#open.get(fd) ?? ''
        this.onRead(path)
        const readable = this.#readable(path, position, length)
        const bytes = fs.readSync(fd, into, at, readable, position)
        this.bytesRead += bytes
        return bytes
      }) as typeof fs.readSync,
    }
  }

  get openFiles(): number {
    return this.#open.size
  }

  /** Reads that touch these bytes of a file fail, so often; with `longestBytes`, only longer reads do. */
  breakBytes(
    path: string,
    range: { from: number; to: number },
    options: { errno?: string; times?: number; longestBytes?: number } = {},
  ): void {
    const { errno = 'EIO', times = Number.POSITIVE_INFINITY, longestBytes = 0 } = options
    this.#faults.push({ path, errno, ...range, left: times, longestBytes })
  }

  /** Looking at or opening this file fails. */
  breakFile(path: string, errno: string, times = Number.POSITIVE_INFINITY): void {
    this.#faults.push({ path, errno, from: -1, to: -1, left: times, longestBytes: 0 })
  }

  #readable(path: string, position: number, length: number): number {
    for (const fault of this.#faults) {
      if (!path.endsWith(fault.path) || fault.from < 0 || fault.left <= 0 || length <= fault.longestBytes)
        continue
      if (position >= fault.to || position + length <= fault.from) continue
      // What lies before the bad place can still be read.
      if (position < fault.from) return fault.from - position
      fault.left--
      throw systemError(fault.errno)
    }
    return length
  }

  #throwIf(path: string, call: string): void {
    const fault = this.#faults.find((one) => path.endsWith(one.path) && one.from < 0 && one.left > 0)
    if (fault === undefined || (call === 'lstat' && fault.errno === 'EIO')) return
    fault.left--
    throw systemError(fault.errno)
  }
}

/** Reads in this thread instead of others, so that faults can be put in. */
export class FakeSourceReader implements SourceReader {
  #calls: SourceCalls
  #files: SourceFiles

  constructor(_slabs: Slabs, root: string, drive: Pick<FaultyDrive, 'calls'> = { calls: fs }) {
    this.#calls = drive.calls
    this.#files = new SourceFiles(root, drive.calls)
  }

  async read({ slice, ...request }: SourceRequest): Promise<ReadAnswer> {
    return this.#files.read({ ...request, into: slice.bytes })
  }

  async probe({ path, identity, isThorough }: ProbeRequest): Promise<ProbeAnswer> {
    return this.#files.probe(path, identity, isThorough)
  }

  async moveTo(root: string): Promise<void> {
    this.#files.close()
    this.#files = new SourceFiles(root, this.#calls)
  }

  async close(): Promise<void> {
    this.#files.close()
  }
}

function systemError(errno: string): Error {
  return Object.assign(new Error(`${errno}: asked to fail`), { code: errno })
}
