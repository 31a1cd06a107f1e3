/** Reads the metadata and properties files that a manifest attaches to blobs. */
import { createHash } from 'node:crypto'
import { SaxesParser } from 'saxes'
import type { BlobMetadata, BlobProperties } from '../../ports/blob-store.ts'
import type { AttachmentStatus } from '../log/blob-report.ts'
import type { HashedFile, PlacedBlob } from '../manifest/manifest.ts'
import { drivePath } from '../source/drive-path.ts'
import type { Slabs } from '../source/slabs.ts'
import type { DriveAccess } from './drive-access.ts'

export interface Attachment<Values> {
  readonly status: AttachmentStatus
  /** Empty unless completed. */
  readonly values: Values
}

/** Storage takes 8 KiB of metadata; the XML around it is small. */
const LARGEST_FILE_BYTES = 256 * 1024
/** A list's file is read once for a run of blobs, not once for each. */
const REMEMBERED = 16

const PROPERTIES = [
  'Content-Type',
  'Content-MD5',
  'Content-Encoding',
  'Content-Language',
  'Cache-Control',
] as const
/** Written by export, without meaning for import. */
const EXPORT_ONLY = ['Last-Modified', 'Etag', 'Content-Length']

/** What a blob's files say, and how reading them went. Undefined statuses: it has no such file. */
export interface Attached {
  readonly metadata: BlobMetadata
  readonly metadataStatus: AttachmentStatus | undefined
  readonly properties: BlobProperties
  readonly propertiesStatus: AttachmentStatus | undefined
  /** The copy was cancelled while one of them could not be read. */
  readonly isCancelled: boolean
}

/** The blob's own files replace those of its list, each as a whole. */
export async function attachmentsOf(attachments: Attachments, { blob, list }: PlacedBlob): Promise<Attached> {
  const metadataFile = blob.metadata ?? list.metadata
  const propertiesFile = blob.properties ?? list.properties
  const metadata = metadataFile === undefined ? undefined : await attachments.metadata(metadataFile)
  const properties = propertiesFile === undefined ? undefined : await attachments.properties(propertiesFile)
  return {
    metadata: metadata?.values ?? {},
    metadataStatus: metadata?.status,
    properties: properties?.values ?? {},
    propertiesStatus: properties?.status,
    isCancelled: metadata?.status === 'Cancelled' || properties?.status === 'Cancelled',
  }
}

export class Attachments {
  #drive: DriveAccess
  #slabs: Slabs
  #files = new Map<string, Promise<Attachment<BlobMetadata>>>()

  constructor(drive: DriveAccess, slabs: Slabs) {
    this.#drive = drive
    this.#slabs = slabs
  }

  metadata(file: HashedFile): Promise<Attachment<BlobMetadata>> {
    return this.#once('Metadata', file, metadataOf)
  }

  properties(file: HashedFile): Promise<Attachment<BlobProperties>> {
    return this.#once('Properties', file, propertiesOf)
  }

  #once(
    root: string,
    file: HashedFile,
    check: (values: ReadonlyMap<string, string>) => Record<string, string> | undefined,
  ): Promise<Attachment<Record<string, string>>> {
    const key = `${root} ${file.md5} ${file.path}`
    const known = this.#files.get(key)
    if (known !== undefined) return known
    const oldest = this.#files.keys().next()
    if (this.#files.size >= REMEMBERED && !oldest.done) this.#files.delete(oldest.value)
    const read = this.#read(root, file, check)
    this.#files.set(key, read)
    return read
  }

  async #read(
    root: string,
    file: HashedFile,
    check: (values: ReadonlyMap<string, string>) => Record<string, string> | undefined,
  ): Promise<Attachment<Record<string, string>>> {
    const path = drivePath(file.path)
    if (!path.ok) return { status: path.failure.code, values: {} }
    const slice = await this.#slabs.take(LARGEST_FILE_BYTES)
    try {
      const answer = await this.#drive.read({ path: path.value, offsetBytes: 0, slice, parts: [] })
      if (answer.kind === 'cancelled') return { status: 'Cancelled', values: {} }
      if (answer.kind === 'refused') return { status: answer.status, values: {} }
      if (answer.isBroken) return { status: 'IOFailed', values: {} }
      const bytes = Buffer.from(slice.bytes.subarray(0, answer.bytesRead))
      if (createHash('md5').update(bytes).digest('hex').toUpperCase() !== file.md5)
        return { status: 'Corrupted', values: {} }
      const values = parseFlat(root, bytes.toString())
      const checked = values === undefined ? undefined : check(values)
      if (checked === undefined) return { status: 'XmlReadFailed', values: {} }
      return { status: 'Completed', values: checked }
    } finally {
      slice.release()
    }
  }
}

/** Names are identifiers as in C#, and differ by more than case. */
function metadataOf(values: ReadonlyMap<string, string>): Record<string, string> | undefined {
  const names = [...values.keys()]
  if (!names.every((name) => /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*$/u.test(name)))
    return undefined
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) return undefined
  return Object.fromEntries(values)
}

function propertiesOf(values: ReadonlyMap<string, string>): Record<string, string> | undefined {
  const known: readonly string[] = PROPERTIES
  if ([...values.keys()].some((name) => !known.includes(name) && !EXPORT_ONLY.includes(name)))
    return undefined
  const md5 = values.get('Content-MD5')
  if (md5 !== undefined && !isBase64Md5(md5)) return undefined
  return Object.fromEntries([...values].filter(([name]) => known.includes(name)))
}

function isBase64Md5(text: string): boolean {
  const bytes = Buffer.from(text, 'base64')
  return bytes.length === 16 && bytes.toString('base64') === text
}

/** A root and children with text, nothing deeper, none twice. Undefined when it is anything else. */
function parseFlat(root: string, text: string): Map<string, string> | undefined {
  const values = new Map<string, string>()
  const parser = new SaxesParser({ xmlns: false })
  let depth = 0
  let value = ''
  const refuse = (): never => {
    throw new NotFlat()
  }
  const add = (part: string) => {
    value += part
  }
  parser.on('error', refuse)
  parser.on('doctype', refuse)
  parser.on('opentag', ({ name }) => {
    depth++
    value = ''
    if (depth > 2 || (depth === 1 && name !== root) || values.has(name)) refuse()
  })
  parser.on('text', add)
  parser.on('cdata', add)
  parser.on('closetag', ({ name }) => {
    if (depth === 2) values.set(name, value.trim())
    depth--
  })
  try {
    parser.write(text.replace(/^\ufeff/, '')).close()
    return values
  } catch (error) {
    if (error instanceof NotFlat) return undefined
    throw error
  }
}

class NotFlat extends Error {}
