/**
 * Reads a drive manifest as it streams by. Memory stays flat: what is held is the blob being read and those not yet taken.
 *
 * The manifest comes from outside, so it is not trusted: document types (and with them entities) are refused, depth and the
 * length of any one piece are bounded. Elements nobody published are skipped, also with all they contain. The text of
 * the credential elements is never kept.
 */
import { SaxesParser, type SaxesTagPlain } from 'saxes'
import type { StagedPart } from '../../ports/blob-store.ts'
import { type AttachedFiles, type HashedFile, type ManifestBlob, ManifestFormatError } from './manifest.ts'
import {
  byteCount,
  checkBlockCount,
  checkBlocks,
  checkPageRanges,
  checkRangeCount,
  dispositionOf,
  md5Hex,
} from './manifest-rules.ts'

/** Deeper than any element of the format, with room for elements nobody published. */
const DEEPEST = 32
/** Longest stretch without a tag ending: names and values are far shorter. */
const LONGEST_PIECE = 256 * 1024

/** Which known elements may stand in which. */
const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  '': ['DriveManifest'],
  DriveManifest: ['Drive'],
  Drive: ['DriveId', 'StorageAccountKey', 'ContainerSas', 'ClientCreator', 'BlobList'],
  BlobList: ['MetadataPath', 'PropertiesPath', 'Blob'],
  Blob: [
    'BlobPath',
    'FilePath',
    'ClientData',
    'Snapshot',
    'Length',
    'ImportDisposition',
    'PageRangeList',
    'BlockList',
    'MetadataPath',
    'PropertiesPath',
  ],
  PageRangeList: ['PageRange'],
  BlockList: ['Block'],
}
const WITH_TEXT = new Set([
  'DriveId',
  'BlobPath',
  'FilePath',
  'Length',
  'ImportDisposition',
  'MetadataPath',
  'PropertiesPath',
])
/** Elements that may stand there again and again. */
const REPEATABLE = new Set(['BlobList', 'Blob', 'PageRange', 'Block', 'ClientData'])

export interface ParsedBlob {
  readonly blob: ManifestBlob
  readonly list: AttachedFiles
  /** Where its element begins in the file; 0 when nobody wanted to know. */
  readonly startByte: number
}

/** Where reading begins when it does not begin at the start: inside a list, just before a blob. */
export interface ParserContext {
  /** How many blobs stand before. */
  readonly ordinal: number
  readonly driveId: string
  readonly list: AttachedFiles
}

export class ManifestParser {
  #parser = new SaxesParser({ xmlns: false })
  #path: string[] = []
  /** Known elements already met in the open element, by depth. */
  #met: Set<string>[] = [new Set()]
  /** How deep we are inside an element nobody published. */
  #skipping = 0
  #text: string | undefined
  #hash: string | undefined
  #values = new Map<string, string>()
  #files: { metadata?: HashedFile; properties?: HashedFile } = {}
  /** Never changed once a blob bears it. */
  #list: { metadata?: HashedFile; properties?: HashedFile } = {}
  #parts: StagedPart[] = []
  #startByte = 0
  #lastTagChar = 0
  #fedChars = 0
  /** Characters of the made-up beginning, which are in no file. */
  #prefixChars = 0
  #blobs: ParsedBlob[] = []
  #finished: number
  #isInBlob = false
  #byteOf: (char: number) => number
  #driveId: string | undefined

  /** `byteOf` answers where in the file a character of the text being written stands. */
  constructor(byteOf: (char: number) => number = () => 0, context?: ParserContext) {
    this.#byteOf = byteOf
    this.#finished = context?.ordinal ?? 0
    const refuse = (what: string) => () => {
      throw new ManifestFormatError(`${what} is not allowed in a manifest`)
    }
    this.#parser.on('error', (error) => {
      throw new ManifestFormatError(`not well-formed XML: ${error.message}`)
    })
    this.#parser.on('doctype', refuse('a document type'))
    this.#parser.on('opentagstart', (tag) => this.#noteStart(tag.name))
    this.#parser.on('opentag', (tag) => this.#open(tag))
    this.#parser.on('closetag', (tag) => this.#close(tag.name))
    const text = (text: string) => {
      if (this.#text !== undefined && this.#skipping === 0) this.#text += text
    }
    this.#parser.on('text', text)
    this.#parser.on('cdata', text)
    if (context !== undefined) this.#enter(context)
  }

  /** Undefined until its element was read. */
  get driveId(): string | undefined {
    return this.#driveId
  }

  /** Throws a ManifestFormatError. */
  write(text: string): void {
    try {
      this.#parser.write(text)
      this.#fedChars += text.length
      if (this.#fedChars - this.#lastTagChar > LONGEST_PIECE)
        throw new ManifestFormatError('one piece is far too long')
    } catch (error) {
      if (!(error instanceof ManifestFormatError) || !this.#isInBlob) throw error
      throw new ManifestFormatError(`blob ${this.#finished + 1}: ${error.message}`)
    }
  }

  /** The manifest ends here. */
  close(): void {
    this.#parser.close()
    if (this.#driveId === undefined) throw new ManifestFormatError('DriveId is missing')
  }

  /** The blobs read since the last call. */
  take(): ParsedBlob[] {
    const taken = this.#blobs
    this.#blobs = []
    return taken
  }

  #enter(context: ParserContext): void {
    const prefix = '<DriveManifest><Drive><DriveId>x</DriveId><BlobList>'
    this.#parser.write(prefix)
    this.#prefixChars = prefix.length
    this.#fedChars = prefix.length
    this.#driveId = context.driveId
    this.#list = context.list
  }

  #noteStart(name: string): void {
    // The parser has read one character beyond the name, and the `<` before it.
    if (name === 'Blob')
      this.#startByte = this.#byteOf(this.#parser.position - name.length - 2 - this.#prefixChars)
  }

  #open(tag: SaxesTagPlain): void {
    this.#lastTagChar = this.#parser.position
    if (this.#path.length + this.#skipping >= DEEPEST)
      throw new ManifestFormatError('elements are nested too deep')
    const parent = this.#path.at(-1) ?? ''
    if (this.#skipping > 0 || !CHILDREN[parent]?.includes(tag.name)) {
      if (parent === '') throw new ManifestFormatError('the root element must be DriveManifest')
      if (WITH_TEXT.has(parent) && this.#skipping === 0)
        throw new ManifestFormatError(`${parent} must contain text only`)
      this.#skipping++
      return
    }
    const met = this.#met.at(-1)
    if (met?.has(tag.name) === true && !REPEATABLE.has(tag.name))
      throw new ManifestFormatError(`${tag.name} stands twice in one ${parent === '' ? 'manifest' : parent}`)
    met?.add(tag.name)
    this.#path.push(tag.name)
    this.#met.push(new Set())
    if (WITH_TEXT.has(tag.name)) this.#text = ''
    this.#begin(tag.name, tag.attributes, met ?? new Set())
  }

  #begin(name: string, attributes: Record<string, string>, siblings: ReadonlySet<string>): void {
    switch (name) {
      case 'ContainerSas':
      case 'StorageAccountKey':
        if (siblings.has('ContainerSas') && siblings.has('StorageAccountKey'))
          throw new ManifestFormatError('StorageAccountKey and ContainerSas exclude each other')
        break
      case 'BlobList':
        if (this.#driveId === undefined)
          throw new ManifestFormatError('DriveId must stand before any BlobList')
        this.#list = {}
        break
      case 'Blob':
        this.#isInBlob = true
        this.#values.clear()
        this.#files = {}
        this.#parts = []
        break
      case 'MetadataPath':
      case 'PropertiesPath':
        if (this.#path.at(-2) === 'BlobList' && siblings.has('Blob'))
          throw new ManifestFormatError(`${name} of a BlobList must stand before its Blobs`)
        this.#hash = md5Hex(attributes.Hash, `Hash of ${name}`)
        break
      case 'Block':
        this.#parts.push(partOf(name, attributes))
        checkBlockCount(this.#parts.length)
        break
      case 'PageRange':
        this.#parts.push(partOf(name, attributes))
        checkRangeCount(this.#parts.length)
        break
    }
  }

  #close(name: string): void {
    this.#lastTagChar = this.#parser.position
    if (this.#skipping > 0) {
      this.#skipping--
      return
    }
    this.#path.pop()
    const met = this.#met.pop() ?? new Set()
    const text = this.#text
    this.#text = undefined
    if (name === 'DriveId') this.#driveId = required(text?.trim(), 'DriveId')
    else if (name === 'MetadataPath' || name === 'PropertiesPath') this.#attach(name, text)
    else if (name === 'Blob') this.#finishBlob(met)
    else if (text !== undefined) this.#values.set(name, text)
    else if (name === 'DriveManifest' && !met.has('Drive')) throw new ManifestFormatError('Drive is missing')
  }

  #attach(name: 'MetadataPath' | 'PropertiesPath', text: string | undefined): void {
    const file = { path: required(text, name), md5: required(this.#hash, `Hash of ${name}`) }
    const owner = this.#path.at(-1) === 'BlobList' ? this.#list : this.#files
    owner[name === 'MetadataPath' ? 'metadata' : 'properties'] = file
  }

  #finishBlob(met: ReadonlySet<string>): void {
    const lengthBytes = byteCount(this.#values.get('Length'), 'Length')
    const kind = met.has('PageRangeList') ? 'page' : 'block'
    if (kind === 'page' && met.has('BlockList'))
      throw new ManifestFormatError('PageRangeList and BlockList exclude each other')
    if (kind === 'block' && !met.has('BlockList') && lengthBytes > 0)
      throw new ManifestFormatError('a Blob needs a PageRangeList or a BlockList')
    if (kind === 'page') checkPageRanges(this.#parts, lengthBytes)
    else checkBlocks(this.#parts, lengthBytes)
    const blob: ManifestBlob = {
      blobPath: required(this.#values.get('BlobPath'), 'BlobPath'),
      filePath: required(this.#values.get('FilePath'), 'FilePath'),
      lengthBytes,
      kind,
      disposition: dispositionOf(this.#values.get('ImportDisposition')),
      parts: this.#parts,
      ...this.#files,
    }
    this.#finished++
    this.#isInBlob = false
    this.#blobs.push({ blob, list: this.#list, startByte: this.#startByte })
  }
}

function partOf(name: string, attributes: Record<string, string>): StagedPart {
  const part = {
    offsetBytes: byteCount(attributes.Offset, `Offset of ${name}`),
    lengthBytes: byteCount(attributes.Length, `Length of ${name}`),
    md5: md5Hex(attributes.Hash, `Hash of ${name}`),
  }
  const id = attributes.Id
  return id === undefined || name === 'PageRange' ? part : { ...part, id }
}

function required(text: string | undefined, what: string): string {
  if (text === undefined || text === '') throw new ManifestFormatError(`${what} is missing`)
  return text
}
