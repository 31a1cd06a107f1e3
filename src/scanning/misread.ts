/** Finds the expected serial a scan differs from by a single character, to show it beside what was read. */
import { serialForms, serialKey } from './serial-key.ts'

export interface Misread {
  /** The expected text, as it was given. */
  readonly expected: string
  /**
   * Indices in `expected` to mark: the wrong character; the missing one (the whole run when a repeated character
   * lost one of its copies); or for an added one the character it stands before (the last one when it is at the end).
   */
  readonly positions: readonly number[]
}

const shortest = 6

/**
 * The one expected serial that differs from the scan by one character: another one, one missing or one added.
 * Undefined when none does, when several do, when the scan matches an expected serial exactly, or when either
 * text is shorter than six characters. Never a reason to accept a scan.
 */
export function misreadOf(scanned: string, expected: readonly string[]): Misread | undefined {
  const scans = serialForms(scanned)
  const found = new Map<string, Misread>()
  for (const text of expected) {
    const forms = serialForms(text)
    if (forms.some((form) => scans.includes(form))) return undefined
    const positions = positionsIn(text, scans)
    const drive = forms.toSorted().join()
    if (positions !== undefined && !found.has(drive)) found.set(drive, { expected: text, positions })
  }
  const [only] = found.values()
  return found.size === 1 ? only : undefined
}

/** Where one of the scan's forms departs from the expected text by exactly one character. */
function positionsIn(text: string, scans: readonly string[]): readonly number[] | undefined {
  const key = serialKey(text)
  // Blanks of the text and the prefix a WD label lacks are not compared, but the answer counts them.
  const indices = Array.from(text, (_, i) => i).filter((i) => text[i]?.trim() !== '')
  const starts = key.startsWith('WD-') ? [0, 'WD-'.length] : [0]
  for (const start of starts) {
    for (const scan of scans) {
      const positions = singleDifference(scan, key.slice(start))
      if (positions !== undefined) return positions.map((i) => indices[i + start] ?? i + start)
    }
  }
  return undefined
}

function singleDifference(scan: string, key: string): readonly number[] | undefined {
  if (Math.min(scan.length, key.length) < shortest) return undefined
  let at = 0
  while (at < key.length && scan[at] === key[at]) at++
  switch (scan.length - key.length) {
    case 0:
      return scan.slice(at + 1) === key.slice(at + 1) ? [at] : undefined
    case -1:
      return scan.slice(at) === key.slice(at + 1) ? runEndingAt(key, at) : undefined
    case 1:
      return scan.slice(at + 1) === key.slice(at) ? [Math.min(at, key.length - 1)] : undefined
    default:
      return undefined
  }
}

/** The indices of the equal characters up to this one: nobody can tell which of them was lost. */
function runEndingAt(key: string, end: number): readonly number[] {
  let start = end
  while (start > 0 && key[start - 1] === key[end]) start--
  return Array.from({ length: end - start + 1 }, (_, i) => start + i)
}
