/**
 * Writes a drive manifest in the form of version 2014-11-01, piece by piece: any number of lists and blobs in flat memory.
 * No credential is written: the job knows its storage.
 */
import { createHash } from 'node:crypto'
import type { StagedPart } from '../../ports/blob-store.ts'
import type { AttachedFiles, HashedFile, ManifestBlob } from './manifest.ts'
import { isXmlText, xmlAttribute, xmlText } from './xml-text.ts'

export { isXmlText }

export interface ManifestHead {
  readonly driveId: string
  /** Who wrote it, name and version. */
  readonly clientCreator?: string
}

/** Files that belong to all blobs of a list. */
export interface ManifestList extends AttachedFiles {
  readonly id?: string
}

/** A blob without disposition leaves it to the service (`rename`). */
export interface WritableBlob extends Omit<ManifestBlob, 'disposition'> {
  readonly disposition?: ManifestBlob['disposition']
  /** Export only: the time of the snapshot that was taken. */
  readonly snapshot?: string
}

export interface ManifestWriter {
  /** Begins a list, and ends the one before. A blob without a list begins a plain one. */
  startList(list: ManifestList): Promise<void>
  /** Rejects with a RangeError when a text cannot stand in XML. */
  add(blob: WritableBlob): Promise<void>
  end(): Promise<WrittenManifest>
}

export interface WrittenManifest {
  /** Of the whole file, upper-case hex: the job's `manifestHash`. */
  readonly md5: string
  readonly sizeBytes: number
}

/** Pieces are handed on when they reach this size. */
const PIECE_CHARS = 64 * 1024

/** `write` is called with one piece at a time and awaited. */
export function createManifestWriter(
  head: ManifestHead,
  write: (bytes: Buffer) => Promise<void>,
): ManifestWriter {
  const hash = createHash('md5')
  let sizeBytes = 0
  let isInList = false
  let text =
    '<?xml version="1.0" encoding="UTF-8"?>\n<DriveManifest Version="2014-11-01">\n  <Drive>\n' +
    `    <DriveId>${held(head.driveId)}</DriveId>\n`
  if (head.clientCreator !== undefined)
    text += `    <ClientCreator>${held(head.clientCreator)}</ClientCreator>\n`

  const handOn = async () => {
    const bytes = Buffer.from(text)
    text = ''
    hash.update(bytes)
    sizeBytes += bytes.length
    await write(bytes)
  }
  const startList = async (list: ManifestList) => {
    if (isInList) text += '    </BlobList>\n'
    isInList = true
    text += list.id === undefined ? '    <BlobList>\n' : `    <BlobList Id="${xmlAttribute(list.id)}">\n`
    text += fileElement('MetadataPath', list.metadata, 6) + fileElement('PropertiesPath', list.properties, 6)
  }
  return {
    startList,
    async add(blob) {
      if (!isInList) await startList({})
      text += blobHead(blob)
      for (const part of partTexts(blob)) {
        text += part
        if (text.length >= PIECE_CHARS) await handOn()
      }
      text +=
        fileElement('MetadataPath', blob.metadata, 8) + fileElement('PropertiesPath', blob.properties, 8)
      text += '      </Blob>\n'
      if (text.length >= PIECE_CHARS) await handOn()
    },
    async end() {
      if (isInList) text += '    </BlobList>\n'
      text += '  </Drive>\n</DriveManifest>\n'
      await handOn()
      return { md5: hash.digest('hex').toUpperCase(), sizeBytes }
    },
  }
}

/** Ids as the first preparation tool made them: a little-endian 32-bit counter in Base64. */
export function blockId(index: number): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(index)
  return bytes.toString('base64')
}

function blobHead(blob: WritableBlob): string {
  const { blobPath, filePath, lengthBytes, snapshot, disposition } = blob
  return [
    '      <Blob>\n',
    `        <BlobPath>${held(blobPath)}</BlobPath>\n`,
    `        <FilePath>${held(filePath)}</FilePath>\n`,
    snapshot === undefined ? '' : `        <Snapshot>${held(snapshot)}</Snapshot>\n`,
    `        <Length>${lengthBytes}</Length>\n`,
    disposition === undefined ? '' : `        <ImportDisposition>${disposition}</ImportDisposition>\n`,
  ].join('')
}

function* partTexts({ kind, parts }: WritableBlob): Generator<string> {
  const [list, element] = kind === 'page' ? ['PageRangeList', 'PageRange'] : ['BlockList', 'Block']
  if (parts.length === 0) {
    yield `        <${list} />\n`
    return
  }
  yield `        <${list}>\n`
  for (const part of parts) yield partElement(element, part)
  yield `        </${list}>\n`
}

function partElement(element: string, { offsetBytes, lengthBytes, id, md5 }: StagedPart): string {
  const idText = id === undefined ? '' : ` Id="${xmlAttribute(id)}"`
  return `          <${element} Offset="${offsetBytes}" Length="${lengthBytes}"${idText} Hash="${md5}" />\n`
}

function fileElement(element: string, file: HashedFile | undefined, indent: number): string {
  if (file === undefined) return ''
  return `${' '.repeat(indent)}<${element} Hash="${file.md5}">${held(file.path)}</${element}>\n`
}

/** A name is written as it is or not at all. */
function held(text: string): string {
  if (!isXmlText(text)) throw new RangeError(`XML cannot hold this text: ${JSON.stringify(text)}`)
  return xmlText(text)
}
