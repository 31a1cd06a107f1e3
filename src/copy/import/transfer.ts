/**
 * Moves one blob's bytes: each part is read once, hashed in memory, compared with the manifest, and only then written.
 * Several pieces are under way at a time.
 */
import type { BlobFailure, BlobUpload, StagedPart } from '../../ports/blob-store.ts'
import type { PartStatus } from '../log/blob-report.ts'
import type { ManifestBlob } from '../manifest/manifest.ts'
import type { FileRefusal } from '../source/errno.ts'
import type { Slice } from '../source/slabs.ts'
import { type Chunk, chunksOf, isClaimed } from './chunks.ts'
import type { ImportContext } from './context.ts'
import type { Turn } from './turns.ts'

export interface TransferOrder {
  readonly blob: ManifestBlob
  readonly path: readonly string[]
  /** Reads in pieces no larger than this. */
  readonly pieceBytes: number
}

export class Transfer {
  /** `Uncommitted`: the storage holds it. */
  readonly partStatuses: PartStatus[]
  readonly upload: BlobUpload
  #context: ImportContext
  #order: TransferOrder
  #fileProblem: FileRefusal | 'IOFailed' | undefined
  #storeFailure: BlobFailure | undefined
  #isBroken = false
  #isCancelled = false
  #countedBytes = 0
  /** Reads under way, each followed by its writes. None rejects: what breaks unexpectedly is kept in `#defect`. */
  #reads: Promise<void>[] = []
  #defect: unknown

  constructor(context: ImportContext, order: TransferOrder, upload: BlobUpload) {
    this.#context = context
    this.#order = order
    this.upload = upload
    this.partStatuses = order.blob.parts.map(() => 'Cancelled')
  }

  /** The file as a whole could not be used. */
  get fileProblem(): FileRefusal | 'IOFailed' | undefined {
    return this.#fileProblem
  }

  get storeFailure(): BlobFailure | undefined {
    return this.#storeFailure
  }

  /** The drive could not read some of it, and nothing else is wrong: another try may read more. */
  get mayBeRetried(): boolean {
    return this.#isBroken && this.#storeFailure === undefined && !this.#isCancelled
  }

  get isCancelled(): boolean {
    return this.#isCancelled
  }

  get parts(): readonly StagedPart[] {
    return this.#order.blob.parts
  }

  /** Its bytes are to be read back, and can be only after `flush`. */
  get isProvenLater(): boolean {
    return this.#mustProve && this.upload.provable === 'when-flushed'
  }

  get isWhole(): boolean {
    const isClean = this.#fileProblem === undefined && this.#storeFailure === undefined && !this.#isCancelled
    return isClean && this.partStatuses.every((status) => status === 'Uncommitted')
  }

  /** Leaves the turn as soon as its reads are under way. When it is over, nothing writes to the upload any more. */
  async run(turn: Turn): Promise<void> {
    const chunks = chunksOf(this.#order.blob.parts)
    const fresh = chunks.filter((chunk) => !isClaimed(chunk, this.upload.claimed))
    const claimed = chunks.filter((chunk) => isClaimed(chunk, this.upload.claimed))
    await turn.ready
    try {
      await this.#start(chunks.length === 0 ? [NO_BYTES] : fresh)
      turn.leave()
      for (const chunk of claimed) await this.#confirm(chunk)
    } finally {
      await Promise.all(this.#reads)
    }
    if (this.#defect !== undefined) throw this.#defect
  }

  /** Copies these parts once more. When it is over, nothing writes to the upload any more. */
  async again(indices: readonly number[]): Promise<void> {
    for (const first of indices) {
      const part = this.parts[first]
      if (part === undefined) continue
      this.partStatuses[first] = 'Cancelled'
      this.#count(-part.lengthBytes)
      await this.#start([{ ...rangeOf(part), first, parts: [part] }])
    }
    await Promise.all(this.#reads)
    if (this.#defect !== undefined) throw this.#defect
  }

  /** The storage does not give back what it was given. */
  giveUp(indices: readonly number[]): void {
    for (const index of indices) this.partStatuses[index] = 'Corrupted'
    this.#context.remark(
      `${this.#order.blob.blobPath}: the storage gave back other bytes than it was given. Check its disk.`,
    )
  }

  cancel(): void {
    this.#isCancelled = true
  }

  /** This blob's bytes no longer count as under way. */
  uncount(): void {
    this.#count(-this.#countedBytes)
  }

  async #start(chunks: readonly Chunk[]): Promise<void> {
    for (const chunk of chunks) {
      if (!(await this.#context.control.pass())) this.#isCancelled = true
      if (this.#isHopeless) break
      const slice = await this.#context.slabs.take(chunk.lengthBytes)
      const read = this.#move(chunk, slice).catch((error: unknown) => {
        this.#defect ??= error
      })
      this.#reads.push(read.finally(() => slice.release()))
    }
  }

  get #isHopeless(): boolean {
    const isOver = this.#isCancelled || this.#defect !== undefined
    return isOver || this.#fileProblem !== undefined || this.#storeFailure !== undefined
  }

  /** An earlier run seems to have stored this. What the storage does not really hold is copied again. */
  async #confirm(chunk: Chunk): Promise<void> {
    for (const [index, part] of chunk.parts.entries()) {
      if (this.#isHopeless) return
      const held = await this.#context.ask(() => this.upload.holds(part, this.#provesFrom, chunk.parts))
      if (!held.ok) return this.refuse(held.failure)
      if (!held.value.holds) {
        const again = { ...chunk, ...rangeOf(part), first: chunk.first + index, parts: [part] }
        await this.#start([again])
        continue
      }
      if (this.#provesAtOnce) this.proved(part, held.value.fromMedium)
      this.partStatuses[chunk.first + index] = 'Uncommitted'
      this.#count(part.lengthBytes)
    }
  }

  async #move(chunk: Chunk, slice: Slice): Promise<void> {
    if (this.#isHopeless) return
    const { path, pieceBytes, blob } = this.#order
    const start = chunk.offsetBytes
    const parts = chunk.parts.map(({ offsetBytes, lengthBytes }) => ({
      at: offsetBytes - start,
      lengthBytes,
    }))
    const keepOpen = blob.parts.length > chunk.parts.length
    const answer = await this.#context.drive.read({
      path,
      offsetBytes: start,
      slice,
      parts,
      pieceBytes,
      keepOpen,
    })
    if (answer.kind === 'cancelled') this.#isCancelled = true
    else if (answer.kind === 'refused') {
      this.#fileProblem ??= answer.status
      this.#isBroken ||= answer.status === 'IOFailed'
    } else {
      this.#isBroken ||= answer.isBroken
      const verdicts = chunk.parts.map((part, index) => verdictOf(part, answer.md5s[index], answer.isBroken))
      for (const run of goodRuns(chunk, verdicts, this.partStatuses)) await this.#store(run, slice, start)
    }
  }

  /** `run`: parts that follow each other and have the right hash. */
  async #store(run: Chunk, slice: Slice, start: number): Promise<void> {
    if (run.lengthBytes > 0) {
      const at = run.offsetBytes - start
      const bytes = slice.bytes.subarray(at, at + run.lengthBytes)
      const stage = () => this.upload.stage({ offsetBytes: run.offsetBytes, bytes, parts: run.parts })
      const staged = await this.#context.ask(stage)
      if (!staged.ok) return this.refuse(staged.failure, run)
      if (this.#provesAtOnce && !(await this.#prove(run, stage))) return
    }
    for (const index of run.parts.keys()) this.partStatuses[run.first + index] = 'Uncommitted'
    this.#count(run.lengthBytes)
  }

  /** Reads back what was just written. A part that comes back wrong is written once more, then given up. */
  async #prove(run: Chunk, stageAgain: () => ReturnType<BlobUpload['stage']>): Promise<boolean> {
    for (const [index, part] of run.parts.entries()) {
      for (const isLast of [false, true]) {
        const held = await this.#context.ask(() => this.upload.holds(part, 'medium'))
        if (!held.ok) return this.#failed(held.failure, run)
        this.proved(part, held.value.fromMedium)
        if (held.value.holds) break
        if (isLast) {
          this.giveUp([run.first + index])
          return false
        }
        const staged = await this.#context.ask(stageAgain)
        if (!staged.ok) return this.#failed(staged.failure, run)
      }
    }
    return true
  }

  #failed(failure: BlobFailure, run: Chunk): false {
    this.refuse(failure, run)
    return false
  }

  refuse(failure: BlobFailure, run?: Chunk): void {
    this.#storeFailure ??= failure
    this.#context.noteFailure(failure)
    const status = failure.code === 'IOFailed' ? 'IOFailed' : 'BlobRequestFailed'
    if (run !== undefined) for (const index of run.parts.keys()) this.partStatuses[run.first + index] = status
  }

  get #mustProve(): boolean {
    return this.#context.order.proof === 'read-back'
  }

  get #provesAtOnce(): boolean {
    return this.#mustProve && this.upload.provable === 'when-staged'
  }

  get #provesFrom(): 'anywhere' | 'medium' {
    return this.#provesAtOnce ? 'medium' : 'anywhere'
  }

  proved({ lengthBytes }: StagedPart, fromMedium: boolean): void {
    this.#context.proof.bytesReadBack += lengthBytes
    this.#context.proof.isAllFromMedium &&= fromMedium
  }

  #count(bytes: number): void {
    this.#countedBytes += bytes
    this.#context.progress.staged(bytes)
  }
}

/** A blob without parts still needs its file to be there. */
const NO_BYTES: Chunk = { offsetBytes: 0, lengthBytes: 0, first: 0, parts: [] }

function rangeOf({ offsetBytes, lengthBytes }: StagedPart) {
  return { offsetBytes, lengthBytes }
}

function verdictOf(part: StagedPart, md5: string | undefined, isBroken: boolean): PartStatus {
  if (md5 === undefined) return isBroken ? 'IOFailed' : 'FileUnexpectedEnd'
  return md5 === part.md5 ? 'Completed' : 'Corrupted'
}

/** Runs of parts that are right and follow each other; what is wrong goes into `statuses`. */
function goodRuns(chunk: Chunk, verdicts: readonly PartStatus[], statuses: PartStatus[]): Chunk[] {
  const runs: { first: number; parts: StagedPart[] }[] = []
  let isOpen = false
  for (const [index, part] of chunk.parts.entries()) {
    const verdict = verdicts[index] ?? 'Failed'
    if (verdict !== 'Completed') statuses[chunk.first + index] = verdict
    else if (isOpen) runs.at(-1)?.parts.push(part)
    else runs.push({ first: chunk.first + index, parts: [part] })
    isOpen = verdict === 'Completed'
  }
  return runs.map(({ first, parts }) => ({
    first,
    parts,
    offsetBytes: parts[0]?.offsetBytes ?? 0,
    lengthBytes: parts.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0),
  }))
}
