/**
 * Which blobs an export job asks for, from the published `export` section and XML blob list. Pure.
 *
 * A prefix begins with a slash and is compared with `/container/name`, so `/` selects everything and `/book` every container
 * whose name begins with it. One without a slash is malformed, and the published service exports nothing for it: so do we,
 * and say so. A path may begin with a slash; one without any other slash names a blob of the root container.
 */
export interface Wanted {
  /** Sorted by code units, none beginning with another: their listings are sorted and share no name. */
  readonly items: readonly WantedItem[]
  /** Prefixes that select nothing because they are malformed. */
  readonly malformed: readonly string[]
}

export type WantedItem =
  /** All blobs whose `container/name` begins so. */
  | { readonly kind: 'prefix'; readonly text: string }
  /** `container/name`. */
  | { readonly kind: 'path'; readonly text: string }

export interface SelectionLists {
  readonly blobPath: readonly string[]
  readonly blobPathPrefix: readonly string[]
}

export function wantedOf({ blobPath, blobPathPrefix }: SelectionLists): Wanted {
  const malformed = blobPathPrefix.filter((prefix) => !prefix.startsWith('/'))
  const prefixes: string[] = []
  for (const prefix of sorted(
    blobPathPrefix.filter((one) => one.startsWith('/')).map((one) => one.slice(1)),
  )) {
    const last = prefixes.at(-1)
    if (last === undefined || !prefix.startsWith(last)) prefixes.push(prefix)
  }
  const items: WantedItem[] = prefixes.map((text) => ({ kind: 'prefix', text }))
  for (const path of sorted(blobPath.map(ownPath)))
    if (!isCovered(path, prefixes)) items.push({ kind: 'path', text: path })
  return { items: items.sort((a, b) => (a.text < b.text ? -1 : 1)), malformed }
}

/** The same name with its percent signs read as a URI has them; undefined when that is no other name. */
export function decodedPath(path: string): string | undefined {
  if (!path.includes('%')) return undefined
  try {
    const decoded = decodeURIComponent(path)
    return decoded === path ? undefined : decoded
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

function ownPath(path: string): string {
  const plain = path.startsWith('/') ? path.slice(1) : path
  return plain.includes('/') ? plain : `$root/${plain}`
}

/** `prefixes` are sorted and none begins with another, so only the last one not behind `path` can hold it. */
function isCovered(path: string, prefixes: readonly string[]): boolean {
  let low = 0
  let high = prefixes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((prefixes[middle] ?? '') <= path) low = middle + 1
    else high = middle
  }
  const before = prefixes[low - 1]
  return before !== undefined && path.startsWith(before)
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort((a, b) => (a < b ? -1 : 1))
}
