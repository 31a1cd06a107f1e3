import bwipjs from 'bwip-js/node'
import type { BarcodeBox } from './layout.ts'

/**
 * Code 128 (ISO/IEC 15417): how wide a symbol is, and its bars.
 *
 * A symbol's character is 11 modules wide, the stop pattern 13, and 10 modules on both sides stay white (quiet zone).
 */

const CHARACTER_MODULES = 11
const STOP_MODULES = 13
export const QUIET_MODULES = 10

/**
 * Module widths we print, widest first: whole dots at 203 dpi (8 dots per mm). Below 0.25 mm hand scanners begin to
 * fail at arm's length.
 */
const MODULE_WIDTHS_MM = [0.625, 0.5, 0.375, 0.25] as const

/**
 * Width in modules, quiet zones included. One symbol character a letter or digit: every printer language of ours
 * leaves out the packing of digit pairs (code set C), so that a layout knows the width without asking the printer.
 */
function modulesOf(text: string): number {
  const startAndCheck = 2
  return (text.length + startAndCheck) * CHARACTER_MODULES + STOP_MODULES + 2 * QUIET_MODULES
}

/**
 * The widest legible symbol that fits, its area as wide as the symbol with its quiet zones.
 *
 * @throws RangeError when the text is not printable ASCII or does not fit: codes are ours, so that is a defect
 */
export function barcodeBox(
  text: string,
  place: { readonly xMm: number; readonly yMm: number; readonly widthMm: number; readonly heightMm: number },
): BarcodeBox {
  if (!/^[\x20-\x7e]+$/.test(text)) throw new RangeError(`not printable ASCII: ${JSON.stringify(text)}`)
  const modules = modulesOf(text)
  const moduleMm = MODULE_WIDTHS_MM.find((width) => modules * width <= place.widthMm)
  if (moduleMm === undefined) throw new RangeError(`${text} does not fit ${place.widthMm} mm as Code 128`)
  const { xMm, yMm, heightMm } = place
  return { kind: 'barcode', text, moduleMm, xMm, yMm, widthMm: modules * moduleMm, heightMm }
}

/** Where the first bar of a box begins; what stands under the symbol lines up with it. */
export function firstBarMm(box: BarcodeBox): number {
  return box.xMm + QUIET_MODULES * box.moduleMm
}

/** Widths in modules, alternately bar and space, beginning and ending with a bar. */
export function barWidths(text: string): readonly number[] {
  const [symbol] = bwipjs.raw('code128', text, 'newencoder suppressc')
  if (symbol === undefined || !('sbs' in symbol)) throw new RangeError(`no bars for ${text}`)
  return symbol.sbs
}
