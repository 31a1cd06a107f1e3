/**
 * Reads and hashes in as many threads as there are processors: hashing is what a fast disk waits for. Requests that queue
 * up while all threads are busy are handed over together, which is what makes small files fast.
 */
import { realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { errnoOf } from './errno.ts'
import type { Slabs } from './slabs.ts'
import type {
  ProbeAnswer,
  ProbeRequest,
  ReadAnswer,
  ReadPart,
  SourceReader,
  SourceRequest,
} from './source.ts'

export interface WorkerData {
  readonly memories: readonly SharedArrayBuffer[]
  readonly root: string
}

export type WorkerRequest =
  | {
      readonly type: 'read'
      /** Joined by backslashes: one text crosses to a thread faster than many. */
      readonly path: string
      readonly offsetBytes: number
      readonly slab: number
      readonly at: number
      readonly lengthBytes: number
      /** Undefined: one part, which is everything. */
      readonly parts: readonly ReadPart[] | undefined
      readonly pieceBytes: number
      readonly keepOpen: boolean
    }
  | ({ readonly type: 'probe' } & ProbeRequest)
  | { readonly type: 'move'; readonly root: string }

export type WorkerAnswer = ReadAnswer | ProbeAnswer | undefined

interface Waiting {
  readonly request: WorkerRequest
  readonly resolve: (answer: WorkerAnswer) => void
  readonly reject: (error: Error) => void
}

/** As much as is handed to one thread at once. */
const MOST_REQUESTS = 64
const MOST_BYTES = 1024 * 1024
const FEW_REQUESTS = 16
const SMALL_BYTES = 64 * 1024

/** Two even on one processor: one waits for the disk while the other hashes. */
const THREADS = Math.max(2, availableParallelism())

export class SourcePool implements SourceReader {
  #threads: Thread[]
  #queue: Waiting[] = []
  #isScheduled = false

  constructor(slabs: Slabs, root: string) {
    const data: WorkerData = { memories: slabs.memories, root: realPath(root) }
    this.#threads = Array.from({ length: THREADS }, () => new Thread(data, () => this.#hand()))
  }

  read({ slice, path, parts, offsetBytes, pieceBytes, keepOpen }: SourceRequest): Promise<ReadAnswer> {
    const { slab, at, bytes } = slice
    const isWhole = parts.length === 1 && parts[0]?.lengthBytes === bytes.length
    return this.#ask<ReadAnswer>({
      type: 'read',
      path: path.join('\\'),
      offsetBytes,
      slab,
      at,
      lengthBytes: bytes.length,
      parts: isWhole ? undefined : parts,
      pieceBytes,
      keepOpen,
    })
  }

  probe(request: ProbeRequest): Promise<ProbeAnswer> {
    return this.#ask<ProbeAnswer>({ type: 'probe', ...request })
  }

  /** Nothing else may be asked until this is answered. */
  async moveTo(root: string): Promise<void> {
    const request: WorkerRequest = { type: 'move', root: realPath(root) }
    await Promise.all(this.#threads.map((thread) => thread.ask(request)))
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()))
  }

  /** Each request's answer is of the kind that belongs to it. */
  #ask<Answer extends WorkerAnswer>(request: WorkerRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ request, resolve: resolve as (answer: WorkerAnswer) => void, reject })
      if (this.#isScheduled) return
      // What is asked for in the same moment goes over in one message.
      this.#isScheduled = true
      queueMicrotask(() => {
        this.#isScheduled = false
        this.#hand()
      })
    })
  }

  #hand(): void {
    const ended = this.#threads.map((thread) => thread.ended)
    if (ended.every((error) => error !== undefined))
      for (const waiting of this.#queue.splice(0)) waiting.reject(ended[0] ?? new Error('no reading thread'))
    let isAnyBusy = this.#threads.some((thread) => !thread.isIdle)
    for (const thread of this.#threads) {
      if (!thread.isIdle) continue
      const count = this.#batchSize()
      // A message costs more than a small read: while one thread works, small ones gather for the next message.
      if (
        count === 0 ||
        (isAnyBusy && count === this.#queue.length && count < FEW_REQUESTS && this.#isSmall())
      )
        return
      thread.give(this.#queue.splice(0, count))
      isAnyBusy = true
    }
  }

  #batchSize(): number {
    let bytes = 0
    let count = 0
    for (const { request } of this.#queue) {
      bytes += lengthOf(request)
      if (count > 0 && (count >= MOST_REQUESTS || bytes > MOST_BYTES)) break
      count++
    }
    return count
  }

  #isSmall(): boolean {
    return this.#queue.every(({ request }) => lengthOf(request) <= SMALL_BYTES)
  }
}

class Thread {
  #worker: Worker
  #whenIdle: () => void
  #serving: Waiting[] = []
  #ended: Error | undefined

  constructor(data: WorkerData, whenIdle: () => void) {
    this.#whenIdle = whenIdle
    this.#worker = new Worker(new URL('./source-worker.ts', import.meta.url), { workerData: data })
    this.#worker.on('message', (answers: readonly WorkerAnswer[]) => this.#answered(answers))
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#fail(new Error('a reading thread ended')))
  }

  get ended(): Error | undefined {
    return this.#ended
  }

  get isIdle(): boolean {
    return this.#serving.length === 0 && this.#ended === undefined
  }

  give(batch: Waiting[]): void {
    this.#serving = batch
    this.#worker.postMessage(batch.map(({ request }) => request))
  }

  /** For what every thread has to hear. The thread must be idle or about to be. */
  ask(request: WorkerRequest): Promise<WorkerAnswer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#serving.push({ request, resolve, reject })
      this.#worker.postMessage([request])
    })
  }

  async end(): Promise<void> {
    await this.#worker.terminate()
  }

  #answered(answers: readonly WorkerAnswer[]): void {
    for (const [index, waiting] of this.#serving.splice(0, answers.length).entries())
      waiting.resolve(answers[index])
    if (this.isIdle) this.#whenIdle()
  }

  #fail(error: Error): void {
    this.#ended ??= error
    for (const waiting of this.#serving.splice(0)) waiting.reject(this.#ended)
    this.#whenIdle()
  }
}

function lengthOf(request: WorkerRequest): number {
  return request.type === 'read' ? request.lengthBytes : 0
}

/** A root that is not there stays as it is named: probing it will tell. */
function realPath(root: string): string {
  try {
    return realpathSync.native(root)
  } catch (error) {
    errnoOf(error)
    return root
  }
}
