/**
 * Under which names exported files stand on the drive: `\container\path\name`, where Windows can hold that name and nothing
 * else has it; otherwise some other name, which the manifest tells. Pure.
 *
 * NTFS and exFAT take `A` and `a` for one name, and a folder and a file cannot share one: blobs can. Drives mounted on Linux
 * may tell such names apart, so it is decided here and not asked of the file system.
 */
import { createHash } from 'node:crypto'
import { driveSegment } from '../prepare/names.ts'

/** Windows counts UTF-16 units, Linux bytes. */
const LONGEST_SEGMENT = 255
/** Below 32,767, which NTFS takes, and below the 4,096 bytes that Linux takes with its own mount folder before it. */
const LONGEST_PATH_BYTES = 3_600
/** Names we give end so at most (` (10000000)`). */
const ROOM_FOR_ENDING = 24

export class FileNames {
  /** Folded paths of files, as 52-bit digests: ten million whole paths would fill the memory. */
  readonly #files = new Set<number>()
  /** Folded path of each folder, and how it is spelt. */
  readonly #folders = new Map<string, readonly string[]>()

  /** `own`: names in the root that are ours. */
  constructor(own: readonly string[]) {
    for (const name of own) this.#files.add(digestOf(fold(name)))
  }

  /** A free place for this blob, which is taken by it from now on. The first segment is the container. */
  place(blobPath: string): readonly string[] {
    const segments = blobPath.split('/').map(plainSegment)
    const name = segments.pop() ?? ''
    const isDeep = Buffer.byteLength(segments.join('/')) > LONGEST_PATH_BYTES
    const folder = this.#folder(isDeep ? [segments[0] ?? '', `deep-${shortDigest(blobPath)}`] : segments)
    return this.#free(folder, name)
  }

  /** The next free name in the same folder: something we do not know of has this one. */
  another(segments: readonly string[]): readonly string[] {
    return this.#free(segments.slice(0, -1), segments.at(-1) ?? '')
  }

  /** A file of ours beside another one: `tide.csv.properties`. */
  beside(segments: readonly string[], ending: string): readonly string[] {
    const name = segments.at(-1) ?? ''
    return this.#free(segments.slice(0, -1), `${shortened(name, name, ending.length)}${ending}`)
  }

  /** A place that an earlier run gave. */
  keep(segments: readonly string[]): void {
    this.#folder(segments.slice(0, -1))
    this.#files.add(digestOf(fold(segments.join('\\'))))
  }

  #free(folder: readonly string[], name: string): readonly string[] {
    const [stem, ending] = parted(name)
    for (let count = 1; ; count++) {
      const wanted = [...folder, count === 1 ? name : `${stem} (${count})${ending}`]
      const key = fold(wanted.join('\\'))
      if (this.#files.has(digestOf(key)) || this.#folders.has(key)) continue
      this.#files.add(digestOf(key))
      return wanted
    }
  }

  /** The folder these segments mean, in the spelling it was first given, or another one where a file has its name. */
  #folder(segments: readonly string[]): readonly string[] {
    let folder: readonly string[] = []
    for (const segment of segments) {
      for (let count = 1; ; count++) {
        const wanted = [...folder, count === 1 ? segment : `${segment} (${count})`]
        const key = fold(wanted.join('\\'))
        const known = this.#folders.get(key)
        if (known === undefined && this.#files.has(digestOf(key))) continue
        if (known === undefined) this.#folders.set(key, wanted)
        folder = known ?? wanted
        break
      }
    }
    return folder
  }
}

/** One segment of a blob's name as a name Windows can hold. */
function plainSegment(segment: string): string {
  if (segment === '') return '%'
  // A backslash is an ordinary character of a blob's name.
  const held = driveSegment(segment).replaceAll('\\', '%5C')
  return shortened(held, segment, 0)
}

/** Long names keep their beginning and their ending, and a digest of the whole tells them apart. */
function shortened(name: string, whole: string, spare: number): string {
  const longest = LONGEST_SEGMENT - ROOM_FOR_ENDING - spare
  if (Buffer.byteLength(name) <= longest) return name
  const [stem, ending] = parted(name)
  const end = Buffer.byteLength(ending) <= 32 ? ending : ''
  const tail = `~${shortDigest(whole)}${end}`
  let kept = ''
  for (const character of stem) {
    if (Buffer.byteLength(kept + character + tail) > longest) break
    kept += character
  }
  return driveSegment(kept + tail)
}

/** `tide.tar.gz` is `tide.tar` and `.gz`; a name that begins with its only dot has no ending. */
function parted(name: string): readonly [string, string] {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
}

function fold(text: string): string {
  return text.toUpperCase()
}

function shortDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}

/** Two paths of one digest only cost one of them its plain name. */
function digestOf(text: string): number {
  const bytes = createHash('sha256').update(text).digest()
  return bytes.readUInt32LE(0) * 2 ** 20 + (bytes.readUInt32LE(4) & 0xfffff)
}
