import { breakLines, type MeasuredText, measure } from './break-lines.ts'
import { cleanText } from './clean-text.ts'
import { type Area, type Face, LINE_EM, type Remark, type TextBox } from './layout.ts'

/** One paragraph of a block. All paragraphs of a block share a size. */
export interface Paragraph {
  readonly text: string
  readonly face: Face
  /** Serials and codes: never broken over two lines, whatever it costs in size. */
  readonly unbroken?: boolean
}

export interface BlockStyle {
  /** Names the block in a remark. */
  readonly name: string
  /** The size when there is room. */
  readonly sizeMm: number
  readonly align?: 'left' | 'right'
  /** For text that flows over pages: wraps at full size and shrinks only when even that is too high. */
  readonly wrapFirst?: boolean
}

/** Below this em (about 6 point) a print is worth a remark. */
const SMALL_PRINT_MM = 2

/** A text goes on one line if that costs at most this share of its size; otherwise wrapping is the better read. */
const ONE_LINE_SHARE = 0.7

const STEP = 0.97

/**
 * Puts texts of any length into areas of fixed size, whole: first smaller, then wrapped, then smaller still, never
 * clipped. Remembers what a person should know about the result. One per document.
 */
export class Typesetter {
  readonly #replaced = new Set<string>()
  readonly #small = new Map<string, number>()

  /** Sets the paragraphs below one another from the top of the area. Empty ones take no room. */
  block(area: Area, style: BlockStyle, paragraphs: readonly Paragraph[]): TextBox[] {
    const measured: Measured[] = []
    for (const { text, face, unbroken = false } of paragraphs) {
      const clean = this.clean(text, face)
      if (clean !== '') measured.push({ ...measure(clean, face), unbroken })
    }
    const { sizeMm, lines } = fitParagraphs(
      measured,
      area,
      style.sizeMm,
      style.wrapFirst ? 1 : ONE_LINE_SHARE,
    )
    if (sizeMm < Math.min(SMALL_PRINT_MM, style.sizeMm)) {
      this.#small.set(style.name, Math.min(sizeMm, this.#small.get(style.name) ?? sizeMm))
    }
    let yMm = area.yMm
    return measured.map(({ face }, index) => {
      const own = lines[index] ?? []
      const heightMm = own.length * LINE_EM * sizeMm
      const box: TextBox = {
        kind: 'text',
        xMm: area.xMm,
        yMm,
        widthMm: area.widthMm,
        heightMm,
        face,
        sizeMm,
        align: style.align ?? 'left',
        lines: own,
      }
      yMm += heightMm
      return box
    })
  }

  /** The printable form of a text; see `cleanText`. */
  clean(text: string, face: Face): string {
    const { text: clean, replaced } = cleanText(text, face)
    for (const character of replaced) this.#replaced.add(character)
    return clean
  }

  remarks(): Remark[] {
    const remarks: Remark[] = []
    if (this.#replaced.size > 0) {
      remarks.push({ code: 'characters-replaced', characters: [...this.#replaced] })
    }
    for (const [block, sizeMm] of this.#small) remarks.push({ code: 'small-print', block, sizeMm })
    return remarks
  }
}

interface Measured extends MeasuredText {
  readonly unbroken: boolean
}

interface Fitted {
  readonly sizeMm: number
  readonly lines: readonly (readonly string[])[]
}

function fitParagraphs(
  texts: readonly Measured[],
  area: Area,
  wantedMm: number,
  oneLineShare: number,
): Fitted {
  const oneLineEach = texts.map(({ text }) => [text])
  const widestEm = Math.max(0, ...texts.map(({ shape }) => shape.pen.at(-1) ?? 0))
  const oneLineMm = Math.min(
    wantedMm,
    area.widthMm / Math.max(widestEm, Number.EPSILON),
    area.heightMm / (LINE_EM * Math.max(texts.length, 1)),
  )
  if (oneLineMm >= wantedMm * oneLineShare) return { sizeMm: oneLineMm, lines: oneLineEach }

  for (let sizeMm = wantedMm; sizeMm > oneLineMm; sizeMm *= STEP) {
    const lines = wrapAll(texts, area.widthMm / sizeMm)
    if (lines !== undefined && lines.flat().length * LINE_EM * sizeMm <= area.heightMm) {
      return { sizeMm, lines }
    }
  }
  return { sizeMm: oneLineMm, lines: oneLineEach }
}

function wrapAll(texts: readonly Measured[], widthEm: number): string[][] | undefined {
  const all: string[][] = []
  for (const text of texts) {
    const lines = breakLines(text, widthEm)
    if (lines === undefined || (text.unbroken && lines.length > 1)) return undefined
    all.push(lines)
  }
  return all
}
