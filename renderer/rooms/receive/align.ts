/** Sets a misread beside what was expected, character under character. Pure. */

export interface Column {
  /** Undefined where the scan lacks a character. */
  readonly read: string | undefined
  /** Undefined where the scan has one too many. */
  readonly expected: string | undefined
  readonly differs: boolean
}

/** `positions` are indices in `expected` that differ, as the engine found them. */
export function align(read: string, expected: string, positions: readonly number[]): Column[] {
  const [above, below] = [[...read], [...expected]]
  const marks = new Set(positions)
  if (above.length === below.length - 1) {
    const gap = positions.at(-1) ?? above.length
    above.splice(gap, 0, '')
  } else if (above.length === below.length + 1) {
    const found = above.findIndex((character, at) => character !== below[at])
    const gap = found < 0 ? below.length : found
    below.splice(gap, 0, '')
    marks.clear()
    marks.add(gap)
  }
  return Array.from({ length: Math.max(above.length, below.length) }, (_, at) => ({
    read: above[at] || undefined,
    expected: below[at] || undefined,
    differs: marks.has(at),
  }))
}
