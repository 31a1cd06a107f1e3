/** Asks whether the drive really holds what was written to it. */
import { Worker } from 'node:worker_threads'

export interface ProofData {
  readonly device: string | undefined
}

export interface ProofRequest {
  readonly id: number
  readonly path: string
  readonly sizeBytes: number
  /** Of every part but the last. */
  readonly partBytes: number
  /** Index of the first part asked about; 0 when absent. */
  readonly first?: number
  /** Upper-case hex, one for each part from the first on. */
  readonly md5s: readonly string[]
}

export interface ProofAnswer {
  readonly id: number
  /** Indices among `md5s` of parts that do not have their hash. */
  readonly wrong: readonly number[]
  /** Every byte was read around the caches of this machine. */
  readonly fromMedium: boolean
  /** The system's word when the file could not be read. */
  readonly errno?: string
}

export interface Prover {
  prove(request: Omit<ProofRequest, 'id'>): Promise<ProofAnswer>
  close(): Promise<void>
}

export class ThreadProver implements Prover {
  readonly #worker: Worker
  readonly #waiting = new Map<number, PromiseWithResolvers<ProofAnswer>>()
  #queue: ProofRequest[] = []
  #next = 0
  #ended: Error | undefined

  /** `device`: the block device the files are on, where it is known. */
  constructor(device?: string) {
    const workerData: ProofData = { device }
    this.#worker = new Worker(new URL('./prove-thread.ts', import.meta.url), { workerData })
    this.#worker.on('message', (answer: ProofAnswer) => {
      this.#waiting.get(answer.id)?.resolve(answer)
      this.#waiting.delete(answer.id)
    })
    this.#worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))))
    this.#worker.on('exit', () => this.#fail(new Error('the proving thread ended')))
  }

  prove(request: Omit<ProofRequest, 'id'>): Promise<ProofAnswer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended)
    const id = this.#next++
    const waiting = Promise.withResolvers<ProofAnswer>()
    this.#waiting.set(id, waiting)
    this.#queue.push({ ...request, id })
    // What is asked for in the same moment goes over in one message.
    if (this.#queue.length === 1) queueMicrotask(() => this.#worker.postMessage(this.#queue.splice(0)))
    return waiting.promise
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }

  #fail(error: Error): void {
    this.#ended ??= error
    for (const waiting of this.#waiting.values()) waiting.reject(this.#ended)
    this.#waiting.clear()
  }
}
