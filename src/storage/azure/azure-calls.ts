/** The one way requests go out: bounded in number and time, their answers turned into values, their containers made. */
import {
  AnonymousCredential,
  BlobServiceClient,
  type BlockBlobClient,
  type ContainerClient,
  type PageBlobClient,
} from '@azure/storage-blob'
import type { BlobOutcome } from '../../ports/blob-store.ts'
import { azureFailure, codeOf } from './azure-failure.ts'
import { type AzureName, OWN_CONTAINER } from './azure-names.ts'

/** More at once only makes a storage say that it is busy. */
const MOST_REQUESTS = 64
const SHORT_TIMEOUT_MS = 60_000
/** 4 MB on a line of 128 kbit/s. */
const DATA_TIMEOUT_MS = 300_000

/** What a request is about, in words that complete "failed while …", and whether it carries a blob's bytes. */
export interface Call {
  readonly doing: string
  readonly carriesData?: boolean
}

export interface CallOptions {
  readonly abortSignal: AbortSignal
}

export class AzureCalls {
  #service: BlobServiceClient
  #running = 0
  #waiting: (() => void)[] = []
  #containers = new Map<string, Promise<BlobOutcome<undefined>>>()

  /** `url`: of the account, with its SAS. */
  constructor(url: string) {
    // Trying again is decided where it is known what for.
    this.#service = new BlobServiceClient(url, new AnonymousCredential(), { retryOptions: { maxTries: 1 } })
  }

  get service(): BlobServiceClient {
    return this.#service
  }

  container(name: string): ContainerClient {
    return this.#service.getContainerClient(name)
  }

  block({ container, blob }: AzureName): BlockBlobClient {
    return this.container(container).getBlockBlobClient(blob)
  }

  page({ container, blob }: AzureName): PageBlobClient {
    return this.container(container).getPageBlobClient(blob)
  }

  own(blob: string): AzureName {
    return { container: OWN_CONTAINER, blob }
  }

  /** One request, or several that belong together. */
  async ask<T>(call: Call, request: (options: CallOptions) => Promise<T>): Promise<BlobOutcome<T>> {
    await this.#enter()
    try {
      const timeoutMs = call.carriesData === true ? DATA_TIMEOUT_MS : SHORT_TIMEOUT_MS
      return { ok: true, value: await request({ abortSignal: AbortSignal.timeout(timeoutMs) }) }
    } catch (error) {
      return azureFailure(error, call.doing)
    } finally {
      this.#leave()
    }
  }

  /** The same, where an answer that there is no such thing is an answer. */
  askIfThere<T>(
    call: Call,
    request: (options: CallOptions) => Promise<T>,
  ): Promise<BlobOutcome<T | undefined>> {
    return this.ask(call, async (options) => {
      try {
        return await request(options)
      } catch (error) {
        if (ABSENT.has(codeOf(error) ?? '')) return undefined
        throw error
      }
    })
  }

  /** The same, for a request that writes: a container that is not there yet is made first. */
  async put<T>(
    container: string,
    call: Call,
    request: (options: CallOptions) => Promise<T>,
  ): Promise<BlobOutcome<T>> {
    const done = await this.ask(call, async (options) => {
      try {
        return { answer: await request(options) }
      } catch (error) {
        if (codeOf(error) === 'ContainerNotFound') return undefined
        throw error
      }
    })
    if (!done.ok) return done
    if (done.value !== undefined) return { ok: true, value: done.value.answer }
    const made = await this.#make(container)
    return made.ok ? this.ask(call, request) : made
  }

  /** Asked for by many at once; one request answers them all, and none is remembered. */
  #make(container: string): Promise<BlobOutcome<undefined>> {
    const running = this.#containers.get(container)
    if (running !== undefined) return running
    const made = this.ask({ doing: 'making a container' }, async (options) => {
      await this.container(container).createIfNotExists(options)
      return undefined
    }).finally(() => this.#containers.delete(container))
    this.#containers.set(container, made)
    return made
  }

  async #enter(): Promise<void> {
    if (this.#running >= MOST_REQUESTS) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
  }

  /** Whoever waits takes over the place. */
  #leave(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#running--
    else next()
  }
}

const ABSENT = new Set(['BlobNotFound', 'ContainerNotFound', 'ResourceNotFound'])
