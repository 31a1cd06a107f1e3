/**
 * The floor an import is measured against: one pass of reading, hashing and writing, on all processors, with nothing
 * else: no manifest, no names to look up, no partial files, no journal. Each file is synced.
 */
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'

const PIECE_BYTES = 4 * 1024 * 1024

interface Share {
  readonly from: string
  readonly to: string
  /** Pieces of files: path, offset. */
  readonly pieces: readonly (readonly [string, number])[]
}

export async function barePass(from: string, to: string): Promise<void> {
  const threads = availableParallelism()
  const shares: [string, number][][] = Array.from({ length: threads }, () => [])
  const names: string[] = []
  let next = 0
  for (const name of fs.readdirSync(from, { recursive: true, encoding: 'utf8' }).sort()) {
    const stats = fs.statSync(join(from, name))
    if (stats.isDirectory()) fs.mkdirSync(join(to, name), { recursive: true })
    else {
      names.push(name)
      for (let offset = 0; offset < Math.max(1, stats.size); offset += PIECE_BYTES)
        shares[next++ % threads]?.push([name, offset])
    }
  }
  await Promise.all(shares.map((pieces) => runThread({ from, to, pieces })))
  // As the import does: each file synced, many at once.
  let at = 0
  const sync = async () => {
    for (let name = names[at++]; name !== undefined; name = names[at++]) {
      const handle = await fs.promises.open(join(to, name), 'r+')
      await handle.datasync()
      await handle.close()
    }
  }
  await Promise.all(Array.from({ length: 16 }, sync))
}

function runThread(share: Share): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: share })
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`a thread ended with ${code}`))))
  })
}

function pass({ from, to, pieces }: Share): void {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES)
  for (const [name, offset] of pieces) {
    fs.mkdirSync(dirname(join(to, name)), { recursive: true })
    const source = fs.openSync(join(from, name), 'r')
    const target = fs.openSync(join(to, name), fs.constants.O_WRONLY | fs.constants.O_CREAT, 0o666)
    const length = fs.readSync(source, buffer, 0, PIECE_BYTES, offset)
    createHash('md5').update(buffer.subarray(0, length)).digest()
    fs.writeSync(target, buffer, 0, length, offset)
    fs.closeSync(source)
    fs.closeSync(target)
  }
}

if (!isMainThread && parentPort !== null) pass(workerData as Share)
