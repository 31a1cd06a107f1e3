import { createHash } from 'node:crypto'
import type {
  BlobFailure,
  BlobFailureCode,
  BlobHead,
  BlobMetadata,
  BlobNotes,
  BlobOutcome,
  BlobPage,
  BlobProperties,
  BlobStore,
  BlobUpload,
  CommitOrder,
  Committed,
  FoundBlob,
  HeldPart,
  StagedPart,
  UploadOrder,
  UploadTicket,
} from '../../src/ports/blob-store.ts'

export type StoreCall = 'check' | 'find' | 'begin' | 'holds' | 'stage' | 'flush' | 'commit' | 'notes'

interface StoredBlob {
  readonly bytes: Buffer
  readonly kind: UploadOrder['kind']
  readonly properties: BlobProperties
  readonly metadata: BlobMetadata
  readonly ticket: string
}

/** What two handles on one storage share. */
interface Memory {
  readonly blobs: Map<string, StoredBlob>
  readonly staged: Map<string, Buffer>
  readonly notes: Map<string, string>
  writes: number
}

/** Storage in memory, with faults on request. */
export class FakeBlobStore implements BlobStore {
  readonly place = 'memory'
  readonly notes: BlobNotes
  readonly #memory: Memory
  #faults: { call: StoreCall; about: string | undefined; left: number; failure: BlobFailure }[] = []
  /** Bytes that come back other than they were given, by the blob's name. */
  readonly rotten = new Set<string>()

  constructor(memory: Memory = { blobs: new Map(), staged: new Map(), notes: new Map(), writes: 0 }) {
    this.#memory = memory
    this.notes = new FakeNotes(memory, (run) => this.#run('notes', '', run))
  }

  /** The same storage for somebody else. */
  another(): FakeBlobStore {
    return new FakeBlobStore(this.#memory)
  }

  /** The next `times` calls fail; only for blobs of this name when one is given. */
  fail(
    call: StoreCall,
    code: BlobFailureCode,
    options: { times?: number; name?: string; permanent?: boolean } = {},
  ): void {
    const { times = 1, name, permanent = true } = options
    const failure = { code, permanent, sentence: `It was asked to fail with ${code}.` }
    this.#faults.push({ call, about: name, left: times, failure })
  }

  bytesOf(name: string): Buffer | undefined {
    return this.#memory.blobs.get(name)?.bytes
  }

  get names(): string[] {
    return [...this.#memory.blobs.keys()].sort()
  }

  check(): Promise<BlobOutcome<undefined>> {
    return this.#run('check', '', () => undefined)
  }

  find(name: string): Promise<BlobOutcome<FoundBlob | undefined>> {
    return this.#named('find', name, () => {
      const blob = this.#memory.blobs.get(name)
      return blob === undefined ? undefined : { sizeBytes: blob.bytes.length, ticket: blob.ticket }
    })
  }

  head(name: string): Promise<BlobOutcome<BlobHead | undefined>> {
    return this.#named('find', name, () => {
      const blob = this.#memory.blobs.get(name)
      if (blob === undefined) return undefined
      const { bytes, ...rest } = blob
      return { ...rest, sizeBytes: bytes.length, modifiedAt: 0 }
    })
  }

  begin(order: UploadOrder): Promise<BlobOutcome<BlobUpload>> {
    return this.#named('begin', order.name, () => {
      if (!order.continues) this.#memory.staged.delete(order.key)
      return new FakeUpload(this.#memory, order, {
        run: (call, run) => this.#run(call, order.name, run),
        isRotten: () => this.rotten.has(order.name),
      })
    })
  }

  async read(name: string, offsetBytes: number, into: Uint8Array): Promise<BlobOutcome<number>> {
    const blob = this.#memory.blobs.get(name)
    if (blob === undefined)
      return {
        ok: false,
        failure: { code: 'blob-missing', sentence: 'There is no such blob.', permanent: true },
      }
    return { ok: true, value: blob.bytes.subarray(offsetBytes).copy(into) }
  }

  async list(
    prefix: string,
    { after, limit }: { readonly after?: string; readonly limit: number },
  ): Promise<BlobOutcome<BlobPage>> {
    const all = this.names.filter((name) => name.startsWith(prefix) && (after === undefined || name > after))
    const names = all.slice(0, limit)
    const next = names.at(-1)
    return { ok: true, value: all.length > limit && next !== undefined ? { names, next } : { names } }
  }

  async close(): Promise<void> {
    this.#faults = []
  }

  async #named<T>(call: StoreCall, name: string, run: () => T): Promise<BlobOutcome<T>> {
    if (!/^[^/]+\/./su.test(name) || !name.isWellFormed())
      return { ok: false, failure: { code: 'BlobRequestFailed', sentence: 'No blob name.', permanent: true } }
    return this.#run(call, name, run)
  }

  async #run<T>(call: StoreCall, name: string, run: () => T): Promise<BlobOutcome<T>> {
    const fault = this.#faults.find(
      (one) => one.call === call && (one.about ?? name) === name && one.left > 0,
    )
    if (fault === undefined) return { ok: true, value: run() }
    fault.left--
    return { ok: false, failure: fault.failure }
  }
}

interface UploadCalls {
  run<T>(call: StoreCall, run: () => T): Promise<BlobOutcome<T>>
  isRotten(): boolean
}

class FakeUpload implements BlobUpload {
  readonly claimed: { readonly offsetBytes: number; readonly lengthBytes: number }[]
  readonly provable = 'when-staged'
  #memory: Memory
  #order: UploadOrder
  #calls: UploadCalls
  #ticket: string | undefined

  constructor(memory: Memory, order: UploadOrder, calls: UploadCalls) {
    this.#memory = memory
    this.#order = order
    this.#calls = calls
    const lengthBytes = this.#bytes.length
    this.claimed = lengthBytes > 0 ? [{ offsetBytes: 0, lengthBytes }] : []
  }

  holds(part: StagedPart): Promise<BlobOutcome<HeldPart>> {
    return this.#calls.run('holds', () => {
      const bytes = this.#bytes.subarray(part.offsetBytes, part.offsetBytes + part.lengthBytes)
      const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase()
      const holds = bytes.length === part.lengthBytes && md5 === part.md5 && !this.#calls.isRotten()
      return { holds, fromMedium: false }
    })
  }

  stage(chunk: { offsetBytes: number; bytes: Uint8Array }): Promise<BlobOutcome<undefined>> {
    return this.#calls.run('stage', () => {
      const end = chunk.offsetBytes + chunk.bytes.length
      const bytes = Buffer.alloc(Math.max(end, this.#bytes.length))
      this.#bytes.copy(bytes)
      bytes.set(chunk.bytes, chunk.offsetBytes)
      this.#memory.staged.set(this.#order.key, bytes)
      this.#ticket = undefined
      return undefined
    })
  }

  flush(sizeBytes: number): Promise<BlobOutcome<UploadTicket>> {
    return this.#calls.run('flush', () => {
      const bytes = Buffer.alloc(sizeBytes)
      this.#bytes.copy(bytes)
      this.#memory.staged.set(this.#order.key, bytes)
      this.#ticket = `ticket-${++this.#memory.writes}`
      return { ticket: this.#ticket }
    })
  }

  async commit(order: CommitOrder): Promise<BlobOutcome<Committed>> {
    const ticket = this.#ticket
    if (ticket === undefined) throw new Error('commit before flush')
    const replaced = this.#memory.blobs.has(this.#order.name)
    if (replaced && order.condition === 'if-absent')
      return { ok: false, failure: { code: 'blob-exists', sentence: 'It is there.', permanent: true } }
    return this.#calls.run('commit', () => {
      const { properties, metadata } = order
      const { name, kind, key } = this.#order
      this.#memory.blobs.set(name, { bytes: this.#bytes, kind, properties, metadata, ticket })
      this.#memory.staged.delete(key)
      return { replaced }
    })
  }

  async leave(): Promise<void> {
    this.#ticket = undefined
  }

  get #bytes(): Buffer {
    return this.#memory.staged.get(this.#order.key) ?? Buffer.alloc(0)
  }
}

class FakeNotes implements BlobNotes {
  #memory: Memory
  #run: <T>(run: () => T) => Promise<BlobOutcome<T>>

  constructor(memory: Memory, run: <T>(run: () => T) => Promise<BlobOutcome<T>>) {
    this.#memory = memory
    this.#run = run
  }

  read(key: string): Promise<BlobOutcome<string | undefined>> {
    return this.#run(() => this.#memory.notes.get(key))
  }

  replace(key: string, text: string): Promise<BlobOutcome<undefined>> {
    return this.#run(() => {
      this.#memory.notes.set(key, text)
      return undefined
    })
  }

  append(key: string, text: string): Promise<BlobOutcome<undefined>> {
    return this.#run(() => {
      this.#memory.notes.set(key, (this.#memory.notes.get(key) ?? '') + text)
      return undefined
    })
  }

  clearUploads(key: string): Promise<BlobOutcome<undefined>> {
    return this.#run(() => {
      const prefix = `${key.split('/')[0]}/`
      for (const one of [...this.#memory.staged.keys()])
        if (one.startsWith(prefix)) this.#memory.staged.delete(one)
      return undefined
    })
  }
}
