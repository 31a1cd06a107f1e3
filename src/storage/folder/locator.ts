/** Finds where a blob is, or where it would go. */
import type { BigIntStats } from 'node:fs'
import type { BlobOutcome } from '../../ports/blob-store.ts'
import { type NameRules, oddPlaceOf, placeOf } from './blob-place.ts'
import { blobFailure } from './folder-failure.ts'
import { type FolderTree, isBlocked, refuseLink } from './folder-tree.ts'
import { type BlobProps, readProps } from './props-file.ts'

/** The file of a blob, below the root. */
export interface Spot {
  readonly name: string
  readonly file: readonly string[]
  /** Undefined when only the odd place can hold its properties. */
  readonly naturalProps: readonly string[] | undefined
  readonly isOdd: boolean
}

export interface Located {
  readonly spot: Spot
  /** Undefined: no blob of this name, and this is where it would go. */
  readonly found: BlobFacts | undefined
}

export interface BlobFacts {
  readonly ticket: string
  readonly sizeBytes: number
  readonly modifiedAt: number
}

export class Locator {
  #tree: FolderTree
  #rules: NameRules
  /** Two names may mean one file here (upper and lower case, composed accents), so each file says whose it is. */
  readonly folds: boolean
  /** Nothing at an odd place, no properties at all: that saves looking there for every new name. */
  #hasOdd: boolean
  #hasProps: boolean

  constructor(
    tree: FolderTree,
    options: { rules: NameRules; folds: boolean; hasOdd: boolean; hasProps: boolean },
  ) {
    this.#tree = tree
    this.#rules = options.rules
    this.folds = options.folds
    this.#hasOdd = options.hasOdd
    this.#hasProps = options.hasProps
  }

  async locate(name: string): Promise<BlobOutcome<Located>> {
    const natural = this.#naturalSpot(name)
    const atNatural = natural === undefined ? 'blocked' : await this.#look(natural)
    if (typeof atNatural === 'object') return atNatural
    const isFree = atNatural === 'free' && natural !== undefined
    if (isFree && !this.#hasOdd) return { ok: true, value: { spot: natural, found: undefined } }
    const odd = this.oddSpot(name)
    const atOdd = await this.#look(odd)
    if (typeof atOdd === 'object') return atOdd
    return { ok: true, value: { spot: isFree ? natural : odd, found: undefined } }
  }

  /** Where the blob goes when its natural place turned out to be taken by something else. */
  oddSpot(name: string): Spot {
    return { name, file: oddPlaceOf(name).file, naturalProps: undefined, isOdd: true }
  }

  /** Something is at an odd place from now on. */
  noteOdd(): void {
    this.#hasOdd = true
  }

  /** Some blob has properties from now on. */
  noteProps(): void {
    this.#hasProps = true
  }

  /** The places a blob's properties may be at; the first that can hold them counts. */
  *propsPlaces(spot: Spot, which: 'any' | 'in-use'): Generator<readonly string[]> {
    if (which === 'in-use' && !this.#hasProps) return
    if (spot.naturalProps !== undefined) yield spot.naturalProps
    if (spot.naturalProps === undefined || which === 'any' || this.#hasOdd) yield oddPlaceOf(spot.name).props
  }

  /** Throws what reading throws. */
  async props(spot: Spot, ticket: string): Promise<BlobProps | undefined> {
    for (const place of this.propsPlaces(spot, 'in-use')) {
      const props = await readProps(this.#tree.path(place), ticket)
      if (props !== undefined) return props
    }
    return undefined
  }

  #naturalSpot(name: string): Spot | undefined {
    const { natural, naturalProps } = placeOf(name, this.#rules)
    return natural === undefined ? undefined : { name, file: natural, naturalProps, isOdd: false }
  }

  async #look(spot: Spot): Promise<'free' | 'blocked' | BlobOutcome<Located>> {
    const parent = await this.#tree.look(spot.file.slice(0, -1))
    if (!parent.ok) return parent
    if (parent.value !== 'ready') return parent.value === 'absent' ? 'free' : 'blocked'
    const path = this.#tree.path(spot.file)
    try {
      const stats = await this.#tree.files.linkStat(path)
      if (stats === undefined) return 'free'
      if (stats.isSymbolicLink()) return refuseLink(path)
      if (!stats.isFile()) return 'blocked'
      const found = factsOf(stats)
      if (this.folds && !spot.isOdd) {
        const props = await this.props(spot, found.ticket)
        if (props !== undefined && props.name !== spot.name) return 'blocked'
      }
      return { ok: true, value: { spot, found } }
    } catch (error) {
      return isBlocked(error) ? 'blocked' : blobFailure(error, 'looking for a blob')
    }
  }
}

function factsOf(stats: BigIntStats): BlobFacts {
  return { ticket: ticketOf(stats), sizeBytes: Number(stats.size), modifiedAt: Number(stats.mtimeMs) }
}

/**
 * Neither linking nor renaming changes any of the three; writing a file anew always does. On the FAT family the first is
 * made up anew at each mount, so there a copy that goes on after a crash may not know its last few blobs again.
 */
export function ticketOf({ ino, mtimeNs, size }: BigIntStats): string {
  return [ino, mtimeNs, size].map((number) => number.toString(36)).join('-')
}
