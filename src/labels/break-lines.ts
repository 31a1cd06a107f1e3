import { type Shape, shape } from './fonts.ts'
import type { Face } from './layout.ts'

/** A text measured once, to be broken at many widths. Widths are in ems, so they hold for every size. */
export interface MeasuredText {
  /** Clean: one glyph a character, single spaces between words, none at the ends. */
  readonly text: string
  readonly face: Face
  readonly shape: Shape
}

export function measure(text: string, face: Face): MeasuredText {
  return { text, face, shape: shape(text, face) }
}

/** Width of the characters from `start` up to and without `end`, as a line of their own. */
function widthEm({ pen, own }: Shape, start: number, end: number): number {
  if (end <= start) return 0
  return (pen[end - 1] ?? 0) - (pen[start] ?? 0) + (own[end - 1] ?? 0)
}

/**
 * Breaks a text into the fewest lines no wider than `limitEm`: at spaces, and inside a word only when the word alone
 * is wider. An empty text has no lines. Undefined when even one character is wider.
 */
export function breakLines({ text, shape }: MeasuredText, limitEm: number): string[] | undefined {
  const lines: string[] = []
  let start = 0
  while (start < text.length) {
    let end = furthestFitting(shape, start, limitEm)
    if (end === start) return undefined
    let next = end
    if (end < text.length) {
      const space = text.lastIndexOf(' ', end)
      if (space > start) {
        end = space
        next = space + 1
      }
    }
    lines.push(text.slice(start, end))
    start = next
  }
  return lines
}

/**
 * The furthest end of a line that begins at `start`. Found by halving and then stepping back, because kerning can
 * draw the next character a little closer than a lone one would stand.
 */
function furthestFitting(shape: Shape, start: number, limitEm: number): number {
  let low = start
  let high = shape.own.length
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (widthEm(shape, start, middle) <= limitEm) low = middle
    else high = middle - 1
  }
  while (widthEm(shape, start, low) > limitEm) low -= 1
  return low
}
