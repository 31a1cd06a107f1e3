/**
 * Exports one blob: asks what it is, finds it a name on the drive, brings its bytes there, proves them, writes its properties
 * and metadata beside it, and gives the file its true name last. A file under its true name is always whole and proven.
 */
import type { BlobFailure, BlobHead } from '../../ports/blob-store.ts'
import { isXmlText } from '../manifest/xml-text.ts'
import { errnoOf } from '../source/errno.ts'
import { metadataText, propertiesText } from './attached-files.ts'
import { BLOCK_BYTES } from './block-memory.ts'
import type { ExportContext } from './context.ts'
import type { SelectedBlob } from './plan-store.ts'
import type { AttachedRecord, BlobRecord } from './records.ts'
import type { OnDrive, Trouble } from './target-drive.ts'
import { BlobWriting, md5Of, type Written } from './write-blob.ts'

export type Exported =
  | { readonly kind: 'settled'; readonly record: Omit<BlobRecord, 'k'> }
  /** It does not fit after all. */
  | { readonly kind: 'left' }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'lost' }

export interface ExportBlobOrder {
  readonly ordinal: number
  readonly blob: SelectedBlob
  /** Where the names put it; taken for it already. */
  readonly place: readonly string[]
  readonly claimed: { readonly ticket: string; readonly md5s: readonly string[] } | undefined
}

/** A blob that changes while it is read is read once more, as a whole. */
const TRIES = 2

export async function exportBlob(context: ExportContext, order: ExportBlobOrder): Promise<Exported> {
  const { blob } = order
  if (!isXmlText(blob.name)) {
    context.remark(
      'A blob has control characters in its name, which no manifest can hold. It was not exported.',
    )
    return failed(order, blob.sizeBytes, 'FileNameInvalid')
  }
  for (let turn = 1; ; turn++) {
    const head = await context.ask(() => context.store.head(blob.name))
    if (!head.ok) return failed(order, blob.sizeBytes, blobStatus(head.failure))
    if (head.value === undefined) {
      context.remark(`${blob.name} was deleted after it was selected.`)
      return failed(order, blob.sizeBytes, 'BlobRequestFailed')
    }
    const exported = await new BlobExport(context, order, head.value).run()
    if (exported !== 'changed') return exported
    if (turn === TRIES)
      return failed(order, head.value.sizeBytes, 'BlobUnexpectedChange', head.value.modifiedAt)
  }
}

class BlobExport {
  readonly #context: ExportContext
  readonly #order: ExportBlobOrder
  readonly #head: BlobHead
  #place: readonly string[]

  constructor(context: ExportContext, order: ExportBlobOrder, head: BlobHead) {
    this.#context = context
    this.#order = order
    this.#head = head
    this.#place = order.place
  }

  async run(): Promise<Exported | 'changed'> {
    const { drive, names } = this.#context
    const ready = await drive.makeFolder(this.#place.slice(0, -1))
    if (!ready.ok) return this.#troubled(ready.trouble)
    if (!ready.value) return this.#failed('RenameFailed')
    for (;;) {
      const there = await drive.sizeAt(this.#place)
      if (!there.ok) return this.#troubled(there.trouble)
      if (there.value === undefined) return this.#write()
      // From an earlier run whose records were lost, or the customer's own: its bytes decide.
      if (there.value === this.#head.sizeBytes) {
        const adopted = await this.#adopt()
        if (adopted !== undefined) return adopted
      }
      this.#place = names.another(this.#order.place)
    }
  }

  async #write(): Promise<Exported | 'changed'> {
    const { drive } = this.#context
    const { ordinal, blob, claimed } = this.#order
    const workName = `${ordinal}.part`
    const opened = await drive.openWork(workName)
    if (!opened.ok) return this.#troubled(opened.trouble)
    const writing = new BlobWriting(
      this.#context,
      {
        ordinal,
        name: blob.name,
        head: this.#head,
        workName,
        claimed: claimed?.ticket === this.#head.ticket ? claimed.md5s : [],
      },
      opened.value,
    )
    let written: Written
    try {
      written = await writing.run()
    } finally {
      writing.uncount()
      // A file that was synced, or is given up, has nothing to lose by closing.
      await opened.value.close().catch(errnoOf)
    }
    if (written.kind === 'whole') return this.#name(workName, written.md5s)
    if (written.kind === 'cancelled') return { kind: 'cancelled' }
    if (written.kind === 'trouble' && written.trouble.kind === 'lost') return { kind: 'lost' }
    // What is not whole never gets its name; the next try begins it anew.
    const forgotten = await drive.forget(workName)
    if (!forgotten.ok && forgotten.trouble.kind === 'lost') return { kind: 'lost' }
    if (written.kind === 'changed') return 'changed'
    if (written.kind === 'refused') return this.#failed(blobStatus(written.failure))
    if (written.kind === 'trouble') return this.#troubled(written.trouble)
    return this.#settled('CompletedWithErrors', written.md5s, { bad: { ...written.bad } })
  }

  async #name(workName: string, md5s: readonly string[]): Promise<Exported> {
    const { drive } = this.#context
    const attached = await this.#attach()
    if ('trouble' in attached) return this.#troubled(attached.trouble)
    const named = await drive.name(workName, this.#place)
    if (!named.ok)
      return named.trouble.kind === 'file' ? this.#failed('RenameFailed') : this.#troubled(named.trouble)
    const isClean = Object.values(attached).every((one) => one.status === 'Completed')
    return this.#settled(isClean ? 'Completed' : 'CompletedWithErrors', md5s, attached)
  }

  /** The same bytes under this name already are as good as written. Undefined: they are others. */
  async #adopt(): Promise<Exported | 'changed' | undefined> {
    const { store, drive, prover, memory, control } = this.#context
    const { name } = this.#order.blob
    const { sizeBytes } = this.#head
    const md5s: string[] = []
    for (let offset = 0; offset < sizeBytes; offset += BLOCK_BYTES) {
      if (!(await control.pass())) return { kind: 'cancelled' }
      const buffer = await memory.take(Math.min(BLOCK_BYTES, sizeBytes - offset))
      try {
        for (let done = 0; done < buffer.length; ) {
          const read = await this.#context.ask(() => store.read(name, offset + done, buffer.subarray(done)))
          if (!read.ok) return this.#failed(blobStatus(read.failure))
          if (read.value === 0) return 'changed'
          done += read.value
          this.#context.bytesRead += read.value
        }
        md5s.push(md5Of(buffer))
      } finally {
        memory.giveBack(buffer)
      }
    }
    const synced = await drive.syncFile(this.#place)
    if (!synced.ok) return this.#troubled(synced.trouble)
    const answer = await prover.prove({
      path: drive.path(this.#place),
      sizeBytes,
      partBytes: BLOCK_BYTES,
      md5s,
    })
    if (answer.errno !== undefined) return this.#troubled(await drive.troubleOf(answer.errno))
    if (answer.wrong.length > 0) return undefined
    this.#context.proved(sizeBytes, answer.fromMedium)
    const found = await this.#context.ask(() => store.find(name))
    if (!found.ok) return this.#failed(blobStatus(found.failure))
    if (found.value?.ticket !== this.#head.ticket) return 'changed'
    const attached = await this.#attach()
    if ('trouble' in attached) return this.#troubled(attached.trouble)
    const isClean = Object.values(attached).every((one) => one.status === 'Completed')
    return this.#settled(isClean ? 'Completed' : 'CompletedWithErrors', md5s, attached)
  }

  async #attach(): Promise<Attached | { readonly trouble: Trouble }> {
    const properties = await this.#attachOne('.properties', propertiesText(this.#head))
    if ('trouble' in properties) return properties
    if (Object.keys(this.#head.metadata).length === 0) return { properties }
    const metadata = await this.#attachOne('.metadata', metadataText(this.#head.metadata))
    return 'trouble' in metadata ? metadata : { properties, metadata }
  }

  /** Undefined text: XML cannot hold what the blob has. */
  async #attachOne(
    ending: string,
    text: string | undefined,
  ): Promise<AttachedRecord | { readonly trouble: Trouble }> {
    const none = { path: '', md5: md5Of(new Uint8Array()), sizeBytes: 0 }
    if (text === undefined) return { ...none, status: 'XmlWriteFailed' }
    const { drive, names } = this.#context
    const wanted = names.beside(this.#place, ending)
    let place = wanted
    for (;;) {
      const there = await drive.sizeAt(place)
      if (!there.ok) return troubleOrStatus(there, none)
      if (there.value === undefined) break
      // Ours from an earlier run, or another file: with the same bytes it does not matter.
      if (there.value === Buffer.byteLength(text)) {
        const proven = await this.#provesSmall(drive.path(place), text)
        if (proven) return this.#attachedAt(place, text)
      }
      place = names.another(wanted)
    }
    const workName = `${this.#order.ordinal}${ending === '.metadata' ? '-m' : '-p'}.side`
    const written = await drive.writeSmall(workName, Buffer.from(text))
    if (!written.ok) return troubleOrStatus(written, none)
    if (!(await this.#provesSmall(drive.workPath(workName), text))) return { ...none, status: 'IOFailed' }
    const named = await drive.name(workName, place)
    return named.ok ? this.#attachedAt(place, text) : troubleOrStatus(named, none)
  }

  #attachedAt(place: readonly string[], text: string): AttachedRecord {
    const bytes = Buffer.from(text)
    return { status: 'Completed', path: `\\${place.join('\\')}`, md5: md5Of(bytes), sizeBytes: bytes.length }
  }

  async #provesSmall(path: string, text: string): Promise<boolean> {
    const bytes = Buffer.from(text)
    const request = { path, sizeBytes: bytes.length, partBytes: BLOCK_BYTES, md5s: [md5Of(bytes)] }
    const answer = await this.#context.prover.prove(request)
    this.#context.proved(bytes.length, answer.fromMedium)
    return answer.errno === undefined && answer.wrong.length === 0
  }

  #settled(status: BlobRecord['status'], md5s: readonly string[], more: Partial<BlobRecord>): Exported {
    const { kind, sizeBytes, modifiedAt } = this.#head
    const { ordinal, blob } = this.#order
    const record = {
      n: ordinal,
      blobPath: blob.name,
      filePath: `\\${this.#place.join('\\')}`,
      sizeBytes,
      kind,
      status,
      md5s: [...md5s],
      modifiedAt,
      ...more,
    }
    return { kind: 'settled', record }
  }

  #failed(status: BlobRecord['status']): Exported {
    return this.#settled(status, [], {})
  }

  #troubled(trouble: Trouble): Exported {
    if (trouble.kind === 'lost') return { kind: 'lost' }
    if (trouble.kind === 'full') return { kind: 'left' }
    return this.#failed(trouble.status)
  }
}

interface Attached {
  readonly properties: AttachedRecord
  readonly metadata?: AttachedRecord
}

function troubleOrStatus(
  { trouble }: Extract<OnDrive<unknown>, { ok: false }>,
  none: Omit<AttachedRecord, 'status'>,
): AttachedRecord | { readonly trouble: Trouble } {
  return trouble.kind === 'file' ? { ...none, status: trouble.status } : { trouble }
}

function failed(
  { ordinal, blob, place }: ExportBlobOrder,
  sizeBytes: number,
  status: BlobRecord['status'],
  modifiedAt?: number,
): Exported {
  const record = {
    n: ordinal,
    blobPath: blob.name,
    filePath: `\\${place.join('\\')}`,
    sizeBytes,
    kind: 'block' as const,
    status,
    md5s: [],
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
  }
  return { kind: 'settled', record }
}

function blobStatus({ code }: BlobFailure): BlobRecord['status'] {
  switch (code) {
    case 'BlobRequestForbidden':
    case 'LeasePresent':
    case 'IOFailed':
      return code
    default:
      return 'BlobRequestFailed'
  }
}
