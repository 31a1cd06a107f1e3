/**
 * Thread that reads written files back and hashes them: the proof never waits for the copy, nor the copy for it. Reads go
 * around the page cache where the file system allows that (`O_DIRECT`), so that what is hashed is what the medium holds. The
 * program behind a FUSE mount reads its device through the device's own cache, which is emptied first.
 */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { errnoOf } from '../source/errno.ts'
import type { ProofAnswer, ProofData, ProofRequest } from './prover.ts'

const PAGE_BYTES = 4096
const SPAN_BYTES = 4 * 1024 * 1024
const WASM_PAGE_BYTES = 65_536
/** statfs(2) of Linux. */
const FUSE_MAGIC = 0x65735546

declare const WebAssembly: { Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } }

const memory = new WebAssembly.Memory({ initial: SPAN_BYTES / WASM_PAGE_BYTES + 1 })
/** Begins on a page, as direct reads need it. */
const buffer = new Uint8Array(memory.buffer)

const { device } = workerData as ProofData
/** Everything asked about was synced before, so there is nothing in this cache that the medium does not hold. */
let isDeviceCacheEmpty = false

function prove({ id, path, sizeBytes, partBytes, first = 0, md5s }: ProofRequest): ProofAnswer {
  const wrong: number[] = []
  try {
    const { fd, isDirect } = openAround(path)
    try {
      if (fs.fstatSync(fd).size !== sizeBytes) return { id, wrong: [...md5s.keys()], fromMedium: isDirect }
      let fromMedium = isDirect
      for (const [index, md5] of md5s.entries()) {
        const offset = (first + index) * partBytes
        const length = Math.min(partBytes, sizeBytes - offset)
        const read = readPart(fd, path, offset, length, fromMedium)
        fromMedium &&= read.fromMedium
        if (read.md5 !== md5) wrong.push(index)
      }
      return { id, wrong, fromMedium }
    } finally {
      fs.closeSync(fd)
    }
  } catch (error) {
    return { id, wrong, fromMedium: false, errno: errnoOf(error) }
  }
}

function openAround(path: string): { fd: number; isDirect: boolean } {
  const flags = fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0)
  if (fs.constants.O_DIRECT !== undefined) {
    try {
      const isDirect = fs.statfsSync(path).type !== FUSE_MAGIC || emptyDeviceCache()
      return { fd: fs.openSync(path, flags | fs.constants.O_DIRECT), isDirect }
    } catch (error) {
      if (errnoOf(error) !== 'EINVAL') throw error
    }
  }
  return { fd: fs.openSync(path, flags), isDirect: false }
}

/** Once for all that was asked about together. False: it cannot be, and what is read may come from it. */
function emptyDeviceCache(): boolean {
  if (isDeviceCacheEmpty || device === undefined) return isDeviceCacheEmpty
  try {
    execFileSync('blockdev', ['--flushbufs', device], { env: { PATH: SYSTEM_PATH }, stdio: 'ignore' })
    isDeviceCacheEmpty = true
  } catch (error) {
    // Not root, or no such program: the answer says that it is no proof of the medium.
    if (!(error instanceof Error)) throw error
  }
  return isDeviceCacheEmpty
}

const SYSTEM_PATH = '/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin'

/** Parts begin on pages; the last one may end anywhere, and reading on to the page's end does no harm. */
function readPart(fd: number, path: string, offset: number, length: number, direct: boolean) {
  const hash = createHash('md5')
  let fromMedium = direct
  let done = 0
  while (done < length) {
    const wanted = Math.min(length - done, SPAN_BYTES)
    const span = Math.ceil(wanted / PAGE_BYTES) * PAGE_BYTES
    let read: number
    try {
      read = fs.readSync(fd, buffer, 0, span, offset + done)
    } catch (error) {
      if (errnoOf(error) !== 'EINVAL') throw error
      fromMedium = false
      read = readCached(path, span, offset + done)
    }
    const got = Math.min(read, wanted)
    if (got === 0) break
    hash.update(buffer.subarray(0, got))
    done += got
  }
  return { md5: hash.digest('hex').toUpperCase(), fromMedium }
}

/** This file system opens files for reading around its cache and then does not read so. */
function readCached(path: string, span: number, offset: number): number {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0))
  try {
    return fs.readSync(fd, buffer, 0, span, offset)
  } finally {
    fs.closeSync(fd)
  }
}

parentPort?.on('message', (requests: readonly ProofRequest[]) => {
  isDeviceCacheEmpty = false
  for (const request of requests) parentPort?.postMessage(prove(request))
})
