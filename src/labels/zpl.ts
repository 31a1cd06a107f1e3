import { QUIET_MODULES } from './code128.ts'
import {
  BASELINE_EM,
  type BarcodeBox,
  type Box,
  type Layout,
  LINE_EM,
  type RuleBox,
  type TextBox,
} from './layout.ts'

/**
 * Layout to ZPL II, the language of thermal label printers. Source: Zebra Programming Guide, commands ^CI ^FO ^FT ^A0
 * ^FH ^FD ^BY ^BC ^GB.
 *
 * Field data is UTF-8 (^CI28) and anything outside a small safe alphabet goes in as hexadecimal (^FH), so no text can
 * become a command. No field uses ^FB: inside text blocks the backslash has a meaning of its own.
 *
 * The printer draws with its built-in font 0 (a condensed bold), not with ours, so text comes out narrower than in the
 * PDF of the same layout and every face looks alike; positions, sizes and bar widths are the same.
 */

/** Zebra's nominal resolutions, dots per mm: their 203 and 300 dpi heads have 8 and 12. */
const DOTS_PER_MM = { 203: 8, 300: 12 } as const
export type ZplDpi = keyof typeof DOTS_PER_MM

/** Smallest and largest height font 0 can be scaled to. */
const FONT_DOTS = { least: 10, most: 32000 }

/** @throws RangeError for a layout on office paper: a label printer has none, so asking is a defect */
export function toZpl(layout: Layout, dpi: ZplDpi): string {
  if (layout.medium.kind !== 'label') throw new RangeError(`${layout.title} is not laid out for label stock`)
  const scale = DOTS_PER_MM[dpi]
  const dots = (mm: number) => Math.round(mm * scale)
  const { widthMm, heightMm } = layout.medium
  const head = ['^XA', '^CI28', `^PW${dots(widthMm)}`, `^LL${dots(heightMm)}`, '^LH0,0']
  const labels = layout.pages.map((page) =>
    [...head, ...page.flatMap((box) => boxLines(box, dots, scale)), '^XZ'].join('\n'),
  )
  return `${labels.join('\n')}\n`
}

type Dots = (mm: number) => number

function boxLines(box: Box, dots: Dots, dotsPerMm: number): string[] {
  switch (box.kind) {
    case 'text':
      return textLines(box, dots)
    case 'barcode':
      return [barcodeLine(box, dots, dotsPerMm)]
    case 'rule':
      return [ruleLine(box, dots)]
  }
}

function textLines(box: TextBox, dots: Dots): string[] {
  const height = Math.min(Math.max(dots(box.sizeMm), FONT_DOTS.least), FONT_DOTS.most)
  const [x, justification] = box.align === 'right' ? [box.xMm + box.widthMm, 1] : [box.xMm, 0]
  return box.lines.map((line, index) => {
    const baselineMm = box.yMm + (index * LINE_EM + BASELINE_EM) * box.sizeMm
    return `^FT${dots(x)},${dots(baselineMm)},${justification}^A0N,${height},${height}${fieldData(line)}`
  })
}

function barcodeLine(box: BarcodeBox, dots: Dots, dotsPerMm: number): string {
  const module = Math.max(1, Math.floor(box.moduleMm * dotsPerMm))
  const x = dots(box.xMm) + QUIET_MODULES * module
  // Code set B from the start (>:) and no automatic mode, so that the symbol is exactly as wide as the layout planned.
  return `^FO${x},${dots(box.yMm)},0^BY${module}^BCN,${dots(box.heightMm)},N,N,N,N${fieldData(`>:${invoked(box.text)}`)}`
}

function ruleLine(box: RuleBox, dots: Dots): string {
  const width = Math.max(1, dots(box.widthMm))
  const height = Math.max(1, dots(box.heightMm))
  return `^FO${dots(box.xMm)},${dots(box.yMm)},0^GB${width},${height},${Math.min(width, height)},B,0^FS`
}

/** Characters that Code 128 field data spells as invocation codes, because `>` introduces one and ^ ~ are commands. */
const INVOCATIONS: Readonly<Record<string, string>> = { '>': '>0', '^': '><', '~': '>=' }

function invoked(text: string): string {
  return text.replace(/[>^~]/g, (character) => INVOCATIONS[character] ?? character)
}

/** ^FH ^FD ^FS around a text: safe characters as they are, every other as the bytes of its UTF-8 form. */
function fieldData(text: string): string {
  const data = text.replace(/[^A-Za-z0-9 .,:;/()+<>=#?'*&%@!-]/gu, (character) =>
    [...Buffer.from(character, 'utf8')]
      .map((byte) => `_${byte.toString(16).toUpperCase().padStart(2, '0')}`)
      .join(''),
  )
  return `^FH_^FD${data}^FS`
}
