/**
 * A drive log, streamed to the storage while the copy runs: memory holds a piece of it, whatever its length. After a
 * restart it goes on at the last mark.
 */
import { createHash } from 'node:crypto'
import type { BlobOutcome, BlobStore, BlobUpload } from '../../ports/blob-store.ts'

/** How far the log is written: this much is durable in the storage, and `tail` follows. */
export interface LogMark {
  readonly stagedBytes: number
  readonly tail: string
}

/** Written out when the text is this long. */
const PIECE_CHARS = 1024 * 1024
/** A shorter tail travels in the mark. */
const LONGEST_TAIL_CHARS = 128 * 1024

export interface LogPlace {
  readonly store: BlobStore
  /** Of the upload. */
  readonly key: string
  readonly name: string
}

export class LogFile {
  readonly name: string
  #place: LogPlace
  #upload: BlobUpload | undefined
  #text: string
  #stagedBytes: number
  #isFlushed = true

  constructor(place: LogPlace, mark: LogMark = { stagedBytes: 0, tail: '' }) {
    this.name = place.name
    this.#place = place
    this.#text = mark.tail
    this.#stagedBytes = mark.stagedBytes
  }

  get isEmpty(): boolean {
    return this.#stagedBytes === 0 && this.#text === ''
  }

  async append(text: string): Promise<BlobOutcome<undefined>> {
    this.#text += text
    return this.#text.length < PIECE_CHARS ? { ok: true, value: undefined } : this.#stage()
  }

  /** What to remember so that this log can go on from here. */
  async mark(): Promise<BlobOutcome<LogMark>> {
    if (this.#text.length > LONGEST_TAIL_CHARS) {
      const staged = await this.#stage()
      if (!staged.ok) return staged
    }
    if (!this.#isFlushed && this.#upload !== undefined) {
      const flushed = await this.#upload.flush(this.#stagedBytes)
      if (!flushed.ok) return flushed
      this.#isFlushed = true
    }
    return { ok: true, value: { stagedBytes: this.#stagedBytes, tail: this.#text } }
  }

  /** Makes the log visible. `intend` is told its ticket before. */
  async finish(intend: (ticket: string) => Promise<BlobOutcome<undefined>>): Promise<BlobOutcome<undefined>> {
    const staged = await this.#stage()
    if (!staged.ok) return staged
    const upload = await this.#begun()
    if (!upload.ok) return upload
    const flushed = await upload.value.flush(this.#stagedBytes)
    if (!flushed.ok) return flushed
    const intended = await intend(flushed.value.ticket)
    if (!intended.ok) return intended
    const done = await upload.value.commit({ condition: 'overwrite', properties: {}, metadata: {} })
    return done.ok ? { ok: true, value: undefined } : done
  }

  /** Keeps what was written for a later run. */
  async leave(): Promise<void> {
    await this.#upload?.leave()
  }

  async #stage(): Promise<BlobOutcome<undefined>> {
    if (this.#text === '') return { ok: true, value: undefined }
    const upload = await this.#begun()
    if (!upload.ok) return upload
    const bytes = Buffer.from(this.#text)
    const offsetBytes = this.#stagedBytes
    const md5 = createHash('md5').update(bytes).digest('hex').toUpperCase()
    const parts = [{ offsetBytes, lengthBytes: bytes.length, md5 }]
    const staged = await upload.value.stage({ offsetBytes, bytes, parts })
    if (!staged.ok) return staged
    this.#text = ''
    this.#stagedBytes += bytes.length
    this.#isFlushed = false
    return staged
  }

  async #begun(): Promise<BlobOutcome<BlobUpload>> {
    if (this.#upload !== undefined) return { ok: true, value: this.#upload }
    const { store, key, name } = this.#place
    const begun = await store.begin({ key, name, kind: 'block', continues: this.#stagedBytes > 0 })
    if (!begun.ok) return begun
    const held = begun.value.claimed.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)
    if (held < this.#stagedBytes) {
      await begun.value.leave()
      return lostPiece(name)
    }
    this.#upload = begun.value
    return begun
  }
}

function lostPiece(name: string): BlobOutcome<never> {
  const failure = {
    code: 'IOFailed' as const,
    sentence: 'Part of the log that was written before is gone from the storage: the log cannot go on.',
    detail: name,
    permanent: true,
  }
  return { ok: false, failure }
}
