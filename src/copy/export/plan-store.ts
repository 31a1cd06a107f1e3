/**
 * The plan of one export job, kept with the storage so that every drive of the job, filled by whatever station, works from the
 * same one: which blobs are selected, frozen when the first drive was begun, and which drive carries which of them.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { ExportSelection } from '../../contract/copy-messages.ts'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import type { BlobColumns } from './share.ts'

const count = z.int().nonnegative()

/** A selected path that names no blob, or a prefix that is none: the customer hears of it. */
const unmetSchema = z.strictObject({
  text: z.string(),
  status: z.enum(['BlobRequestFailed', 'BlobRequestForbidden', 'Failed']),
  sentence: z.string(),
})
export type Unmet = z.infer<typeof unmetSchema>

const headSchema = z.strictObject({
  /** Digest of the selection as ordered. */
  wanted: z.string(),
  blobs: count,
  bytes: count,
  chunks: count,
  unmet: z.array(unmetSchema),
})
export type PlanHead = z.infer<typeof headSchema>

const claimSchema = z.strictObject({
  driveId: z.string(),
  /** One bit for each selected blob, Base64. */
  share: z.string(),
  /** This drive's log tells of what could not be selected. */
  tellsUnmet: z.boolean(),
})
export interface Claim {
  readonly driveId: string
  /** 1 for each blob it carries. */
  readonly share: Uint8Array
  readonly tellsUnmet: boolean
}

export interface SelectedBlob {
  readonly name: string
  /** When it was selected. */
  readonly sizeBytes: number
}

/** So many names in each note. */
const CHUNK_BLOBS = 20_000

export class PlanStore {
  readonly #store: BlobStore
  readonly #plan: string
  readonly #ask: <T>(question: () => Promise<BlobOutcome<T>>) => Promise<BlobOutcome<T>>

  constructor(
    store: BlobStore,
    plan: string,
    ask: <T>(question: () => Promise<BlobOutcome<T>>) => Promise<BlobOutcome<T>>,
  ) {
    this.#store = store
    this.#plan = plan
    this.#ask = ask
  }

  /** Undefined: nothing was selected yet, or not to the end. */
  async head(): Promise<BlobOutcome<PlanHead | undefined>> {
    return this.#note('selection', headSchema)
  }

  /** Writes the selected blobs down as they come and answers them as columns. `blobs` may end with a failure. */
  async write(
    wanted: string,
    blobs: AsyncGenerator<SelectedBlob | Unmet, BlobOutcome<undefined>>,
  ): Promise<BlobOutcome<PlanHead>> {
    const unmet: Unmet[] = []
    let lines: string[] = []
    let chunks = 0
    let total = { blobs: 0, bytes: 0 }
    const writeChunk = () => {
      const text = lines.join('')
      lines = []
      return this.#ask(() => this.#store.notes.replace(`${this.#plan}/selection-${chunks++}`, text))
    }
    for (;;) {
      const next = await blobs.next()
      if (next.done) {
        if (!next.value.ok) return next.value
        break
      }
      if ('text' in next.value) {
        unmet.push(next.value)
        continue
      }
      const { name, sizeBytes } = next.value
      lines.push(`${JSON.stringify([name, sizeBytes])}\n`)
      total = { blobs: total.blobs + 1, bytes: total.bytes + sizeBytes }
      if (lines.length < CHUNK_BLOBS) continue
      const written = await writeChunk()
      if (!written.ok) return written
    }
    if (lines.length > 0) {
      const written = await writeChunk()
      if (!written.ok) return written
    }
    const head: PlanHead = { wanted, ...total, chunks, unmet }
    const written = await this.#ask(() =>
      this.#store.notes.replace(`${this.#plan}/selection`, JSON.stringify(head)),
    )
    return written.ok ? { ok: true, value: head } : written
  }

  /** The selected blobs in their order. Ends with a failure when a note cannot be read. */
  async *blobs(head: PlanHead): AsyncGenerator<SelectedBlob, BlobOutcome<undefined>> {
    for (let chunk = 0; chunk < head.chunks; chunk++) {
      const text = await this.#ask(() => this.#store.notes.read(`${this.#plan}/selection-${chunk}`))
      if (!text.ok) return text
      for (const line of (text.value ?? '').split('\n')) {
        if (line === '') continue
        const [name, sizeBytes] = lineSchema.parse(JSON.parse(line))
        yield { name, sizeBytes }
      }
    }
    return { ok: true, value: undefined }
  }

  async columns(head: PlanHead): Promise<BlobOutcome<BlobColumns>> {
    const sizeBytes = new Float64Array(head.blobs)
    const nameLength = new Uint16Array(head.blobs)
    const blobs = this.blobs(head)
    for (let at = 0; ; at++) {
      const next = await blobs.next()
      if (next.done) {
        if (!next.value.ok) return next.value
        return at === head.blobs ? { ok: true, value: { sizeBytes, nameLength } } : unreadable(this.#plan)
      }
      sizeBytes[at] = next.value.sizeBytes
      nameLength[at] = next.value.name.length
    }
  }

  async claims(head: PlanHead): Promise<BlobOutcome<readonly Claim[]>> {
    const noted = await this.#note('claims', z.array(claimSchema))
    if (!noted.ok) return noted
    const claims = (noted.value ?? []).map((claim) => ({
      ...claim,
      share: unpacked(claim.share, head.blobs),
    }))
    return { ok: true, value: claims }
  }

  writeClaims(claims: readonly Claim[]): Promise<BlobOutcome<undefined>> {
    const text = JSON.stringify(claims.map((claim) => ({ ...claim, share: packed(claim.share) })))
    return this.#ask(() => this.#store.notes.replace(`${this.#plan}/claims`, text))
  }

  async #note<T>(name: string, schema: z.ZodType<T>): Promise<BlobOutcome<T | undefined>> {
    const text = await this.#ask(() => this.#store.notes.read(`${this.#plan}/${name}`))
    if (!text.ok || text.value === undefined) return text.ok ? { ok: true, value: undefined } : text
    try {
      return { ok: true, value: schema.parse(JSON.parse(text.value)) }
    } catch (error) {
      if (error instanceof SyntaxError || error instanceof z.ZodError) return unreadable(this.#plan)
      throw error
    }
  }
}

const lineSchema = z.tuple([z.string(), count])

/** Blobs that some drive carries already. */
export function takenBy(claims: readonly Claim[], blobs: number): Uint8Array {
  const taken = new Uint8Array(blobs)
  for (const { share } of claims) for (let at = 0; at < blobs; at++) if (share[at] === 1) taken[at] = 1
  return taken
}

/** The same selection has the same digest, whatever the order of its members. */
export function selectionDigest({ blobPath, blobPathPrefix, blobListBlobPath }: ExportSelection): string {
  const text = JSON.stringify([[...blobPath].sort(), [...blobPathPrefix].sort(), blobListBlobPath ?? null])
  return createHash('sha256').update(text).digest('hex')
}

export function sameSelection(head: PlanHead, selection: ExportSelection): Outcome<undefined, 'plan-in-use'> {
  if (head.wanted === selectionDigest(selection)) return ok()
  return fail('plan-in-use', 'This plan belongs to an export of other blobs: choose a new copy id.')
}

function packed(share: Uint8Array): string {
  const bits = Buffer.alloc(Math.ceil(share.length / 8))
  for (const [at, one] of share.entries())
    if (one === 1) bits[at >> 3] = (bits[at >> 3] ?? 0) | (1 << (at & 7))
  return bits.toString('base64')
}

function unpacked(text: string, blobs: number): Uint8Array {
  const bits = Buffer.from(text, 'base64')
  return Uint8Array.from({ length: blobs }, (_, at) => ((bits[at >> 3] ?? 0) >> (at & 7)) & 1)
}

function unreadable(plan: string) {
  return {
    ok: false as const,
    failure: {
      code: 'BlobRequestFailed' as const,
      sentence:
        'The plan of this export cannot be read: remove its notes to start it afresh, or ask support.',
      detail: plan,
      permanent: true,
    },
  }
}
