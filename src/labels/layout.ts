import type { Instant } from '../ports/clock.ts'

/**
 * A document before any printer language: boxes on paper, in millimetres from the top left corner of the page.
 *
 * A layout is plain data. Whoever makes one promises that every box lies inside the medium and that no two boxes of
 * a page overlap; whoever prints one only has to put the boxes down.
 */
export interface Layout {
  /** Document title, fit for a queue and a file name: letters, digits, hyphen. */
  readonly title: string
  readonly medium: Medium
  /** When the document was made. Part of the printed bytes, so that equal layouts give equal bytes. */
  readonly madeAtMs: Instant
  readonly pages: readonly Page[]
  /** What a person should know before trusting the print. Empty when everything came out as given. */
  readonly remarks: readonly Remark[]
}

export type Page = readonly Box[]

export interface Medium {
  /** `label`: roll or fanfold label stock. `page`: office paper. The printer port uses the same two words. */
  readonly kind: 'label' | 'page'
  readonly widthMm: number
  readonly heightMm: number
}

/** 4 × 6 inch, the usual parcel label. */
export const LABEL_4X6: Medium = { kind: 'label', widthMm: 101.6, heightMm: 152.4 }

/** Paper sizes: ISO 216 A4 and ANSI A (US Letter). */
export const PAPERS = {
  a4: { kind: 'page', widthMm: 210, heightMm: 297 },
  letter: { kind: 'page', widthMm: 215.9, heightMm: 279.4 },
} as const satisfies Record<string, Medium>
export type Paper = keyof typeof PAPERS

export interface Area {
  readonly xMm: number
  readonly yMm: number
  readonly widthMm: number
  readonly heightMm: number
}

export type Box = TextBox | BarcodeBox | RuleBox

/** Lines of text, already broken: a printer language never wraps again. */
export interface TextBox extends Area {
  readonly kind: 'text'
  readonly face: Face
  /** The em: a capital letter is about two thirds of it. */
  readonly sizeMm: number
  readonly align: 'left' | 'right'
  readonly lines: readonly string[]
}

/** Atkinson Hyperlegible Next (words) and Mono (serials, codes). `heavy` is for the one word read from afar. */
export type Face = 'sans' | 'sans-bold' | 'sans-heavy' | 'mono' | 'mono-bold'

/** A Code 128 symbol (ISO/IEC 15417). The area includes the quiet zone on both sides; the bars fill its height. */
export interface BarcodeBox extends Area {
  readonly kind: 'barcode'
  /** Printable ASCII. */
  readonly text: string
  /** Width of the narrowest bar. */
  readonly moduleMm: number
}

/** A filled black rectangle: a line between two parts, a frame mark, a ruler. */
export interface RuleBox extends Area {
  readonly kind: 'rule'
}

export type Remark =
  /**
   * Characters no font of ours can draw; each was printed without its accents or as `?`. `characters` lists them
   * once, in order of appearance.
   */
  | { readonly code: 'characters-replaced'; readonly characters: readonly string[] }
  /** A block had to shrink below a comfortable reading size to be printed whole. `block` names it, e.g. `to`. */
  | { readonly code: 'small-print'; readonly block: string; readonly sizeMm: number }

/** One line of text is this many times as high as its em; the baseline lies `BASELINE_EM` below its top. */
export const LINE_EM = 1.25
export const BASELINE_EM = 0.95

/** Where the lowest of some boxes ends; 0 for none. */
export function bottomMm(boxes: readonly Box[]): number {
  return Math.max(0, ...boxes.map((box) => box.yMm + box.heightMm))
}
