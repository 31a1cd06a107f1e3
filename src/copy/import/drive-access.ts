/**
 * The drive as a copy sees it: reads are answered by the file's bytes or by what is wrong with that file. What is wrong
 * with the whole drive (unplugged, unmounted, its device gone) never looks like a missing file: the copy waits until the
 * drive is back, and asks again.
 */
import { createHash } from 'node:crypto'
import { fail, type Outcome, ok } from '../../lifecycle/outcome.ts'
import type { ManifestFailureCode } from '../manifest/manifest.ts'
import type { ManifestBytes } from '../manifest/read-manifest.ts'
import { normalHash } from '../manifest/read-manifest.ts'
import type { FileRefusal } from '../source/errno.ts'
import { SLAB_BYTES, type Slabs, type Slice } from '../source/slabs.ts'
import type { ReadAnswer, ReadPart, SourceReader } from '../source/source.ts'
import type { CopyControl } from './copy-control.ts'

export interface DriveRead {
  readonly path: readonly string[]
  readonly offsetBytes: number
  readonly slice: Slice
  readonly parts: readonly ReadPart[]
  readonly pieceBytes?: number
  readonly keepOpen?: boolean
}

export type DriveAnswer =
  | {
      readonly kind: 'read'
      readonly bytesRead: number
      readonly md5s: readonly (string | undefined)[]
      /** The drive is there but could not read beyond these bytes. */
      readonly isBroken: boolean
    }
  | { readonly kind: 'refused'; readonly status: FileRefusal | 'IOFailed' }
  /** Cancelled while the drive was lost. */
  | { readonly kind: 'cancelled' }

export interface DriveEvents {
  readonly onLost: (sentence: string) => void
  readonly onFound: () => void
}

export interface DriveOptions {
  readonly reader: SourceReader
  readonly slabs: Slabs
  readonly control: CopyControl
  readonly events: DriveEvents
  readonly manifest: { readonly path: readonly string[]; readonly hash: string }
}

/** How much of the manifest is read at once. */
const MANIFEST_CHUNK_BYTES = 1024 * 1024

export class DriveAccess {
  #reader: SourceReader
  /** Memory of its own for the manifest and for a drive on trial: neither may wait for blobs that wait for the drive. */
  #manifestSlice: Slice
  #trialSlice: Slice
  #control: CopyControl
  #events: DriveEvents
  #manifest: readonly string[]
  #manifestHash: string
  #identity: string | undefined
  /** Until the manifest's hash was checked, no drive can be told from another by it. */
  #isManifestProven = false
  #probing: Promise<boolean> | undefined
  #bytesRead = 0

  private constructor(options: DriveOptions, manifestSlice: Slice, trialSlice: Slice) {
    this.#reader = options.reader
    this.#manifestSlice = manifestSlice
    this.#trialSlice = trialSlice
    this.#control = options.control
    this.#events = options.events
    this.#manifest = options.manifest.path
    this.#manifestHash = normalHash(options.manifest.hash)
    this.#control.judgeBy((root) => this.#adopt(root))
  }

  /** Undefined: there is no drive at this root. */
  static async open(options: DriveOptions): Promise<DriveAccess | undefined> {
    const { slabs } = options
    const drive = new DriveAccess(
      options,
      await slabs.take(MANIFEST_CHUNK_BYTES),
      await slabs.take(MANIFEST_CHUNK_BYTES),
    )
    const answer = await drive.#reader.probe({
      path: drive.#manifest,
      identity: undefined,
      isThorough: false,
    })
    if (!answer.isThere) return undefined
    drive.#identity = answer.identity
    return drive
  }

  /** All bytes that came from the drive, the manifest's too. */
  get bytesRead(): number {
    return this.#bytesRead
  }

  /** The manifest is the job's; a drive that comes back must bear the same one. */
  manifestIsProven(): void {
    this.#isManifestProven = true
  }

  async read(request: DriveRead): Promise<DriveAnswer> {
    for (;;) {
      const answer = await this.#readOnce(request)
      const judged = judge(answer)
      if (judged.kind === 'read') this.#bytesRead += judged.bytesRead
      const doubt = doubtOf(answer)
      if (doubt === undefined || (await this.#isThere(doubt))) return judged
      this.#lose()
      if (!(await this.#control.pass())) return { kind: 'cancelled' }
    }
  }

  /** The manifest's bytes, for the two passes over it. */
  manifestBytes(): ManifestBytes {
    return { read: (offsetBytes) => this.#readManifest(offsetBytes) }
  }

  async #readManifest(offsetBytes: number): Promise<Outcome<Uint8Array, ManifestFailureCode>> {
    const slice = this.#manifestSlice
    const answer = await this.read({ path: this.#manifest, offsetBytes, slice, parts: [], keepOpen: true })
    if (answer.kind === 'read' && !answer.isBroken)
      return { ok: true, value: Buffer.from(slice.bytes.subarray(0, answer.bytesRead)) }
    return manifestFailure(answer.kind === 'refused' ? answer.status : 'IOFailed')
  }

  #readOnce(request: DriveRead): Promise<ReadAnswer> {
    const { pieceBytes = SLAB_BYTES, keepOpen = false, ...rest } = request
    return this.#reader.read({ ...rest, pieceBytes, keepOpen })
  }

  /** Asked for by many reads at once when a drive goes; one look answers them all. */
  #isThere(doubt: 'missing' | 'broken'): Promise<boolean> {
    if (this.#control.isLost) return Promise.resolve(false)
    this.#probing ??= this.#reader
      .probe({ path: this.#manifest, identity: this.#identity, isThorough: doubt === 'broken' })
      .then((answer) => answer.isThere)
      .finally(() => {
        this.#probing = undefined
      })
    return this.#probing
  }

  #lose(): void {
    if (this.#control.lose())
      this.#events.onLost('The drive stopped answering: plug it in again, the copy goes on by itself.')
  }

  async #adopt(root: string): Promise<Outcome<undefined, 'other-drive'>> {
    await this.#reader.moveTo(root)
    const answer = await this.#reader.probe({ path: this.#manifest, identity: undefined, isThorough: false })
    if (!answer.isThere) return otherDrive('There is no drive at this place.')
    if (this.#isManifestProven && !(await this.#bearsManifest()))
      return otherDrive('This is not the drive that was lost: its manifest is another one.')
    this.#identity = answer.identity
    this.#events.onFound()
    return ok()
  }

  /** Reads past the waiting that `read` does for lost drives: here the drive is on trial. */
  async #bearsManifest(): Promise<boolean> {
    const hash = createHash(this.#manifestHash.length === 64 ? 'sha256' : 'md5')
    const slice = this.#trialSlice
    for (let offsetBytes = 0; ; ) {
      const request = { path: this.#manifest, offsetBytes, slice, parts: [], keepOpen: true }
      const answer = await this.#readOnce(request)
      if (answer.kind !== 'read' || answer.errno !== undefined) return false
      if (answer.bytesRead === 0) return hash.digest('hex').toUpperCase() === this.#manifestHash
      hash.update(slice.bytes.subarray(0, answer.bytesRead))
      offsetBytes += answer.bytesRead
      this.#bytesRead += answer.bytesRead
    }
  }
}

/** Could this answer be the drive's going rather than the file's fault? */
function doubtOf(answer: ReadAnswer): 'missing' | 'broken' | undefined {
  if (answer.kind === 'failed' || (answer.kind === 'read' && answer.errno !== undefined)) return 'broken'
  return answer.kind === 'refused' && answer.status === 'FileNotFound' ? 'missing' : undefined
}

function judge(answer: ReadAnswer): Exclude<DriveAnswer, { kind: 'cancelled' }> {
  if (answer.kind === 'failed') return { kind: 'refused', status: 'IOFailed' }
  if (answer.kind === 'refused') return answer
  const { bytesRead, md5s, errno } = answer
  return { kind: 'read', bytesRead, md5s, isBroken: errno !== undefined }
}

function manifestFailure(status: FileRefusal | 'IOFailed') {
  switch (status) {
    case 'FileNotFound':
      return fail('ManifestNotFound', 'The manifest is not on the drive: ask the customer for its path.')
    case 'FileAccessDenied':
      return fail('ManifestAccessDenied', 'The manifest is no file that may be opened: ask the customer.')
    case 'FileNameInvalid':
      return fail(
        'ManifestNameInvalid',
        'The path of the manifest is no valid path: ask the customer for it.',
      )
    case 'FileNameTooLong':
      return fail('ManifestNameTooLong', 'The path of the manifest is too long: ask the customer for it.')
    case 'IOFailed':
      return fail(
        'ReadManifestFailed',
        'The manifest cannot be read from the drive: its disk may be failing.',
      )
  }
}

function otherDrive(sentence: string) {
  return fail('other-drive', sentence)
}
