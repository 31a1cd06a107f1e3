/** The first look at a scan: what is safe to show, and whether it can be read at all. Linear in its length. */

/** Why a text cannot be read. */
export type Unreadable = 'empty' | 'too-long' | 'control-characters' | 'glued'

export interface CleanScan {
  /** Printable and trimmed, at most 200 characters, without a symbology identifier; separators are a blank. */
  readonly text: string
  /** The same with GS1 separators (GS, 0x1D) still in it. */
  readonly payload: string
  /** AIM symbology identifier, for example `]C1` (ISO/IEC 15424), when the scanner sends one. */
  readonly symbology?: string
  readonly unreadable?: Exclude<Unreadable, 'glued'>
}

const maxCharacters = 200
/** What a GS1 symbol's FNC1 becomes on the wire. */
export const groupSeparator = '\u001d'
/** Controls, invisible format characters (direction marks, zero width), half characters, line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu

/** Strips end keys, blanks around the text and the symbology identifier, and judges readability. */
export function cleanScan(raw: string): CleanScan {
  const trimmed = raw.trim()
  if (trimmed.length > maxCharacters)
    return { ...shown(trimmed.slice(0, maxCharacters)), unreadable: 'too-long' }
  const symbology = /^\][A-Za-z][0-9A-Za-z]/.exec(trimmed)?.[0]
  const payload = trimSeparators(trimmed.slice(symbology?.length ?? 0))
  const found = symbology === undefined ? {} : { symbology }
  if (payload === '') return { text: '', payload: '', ...found, unreadable: 'empty' }
  const plain = payload.replaceAll(groupSeparator, ' ')
  if (plain.search(unprintable) >= 0) return { ...shown(plain), ...found, unreadable: 'control-characters' }
  return { text: plain, payload, ...found }
}

/** An unreadable text in a form a screen and the journal can hold: a mark stands where something unprintable was. */
function shown(text: string): { readonly text: string; readonly payload: string } {
  const printable = text.replace(unprintable, '\ufffd').trim()
  return { text: printable, payload: printable }
}

function trimSeparators(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isGap(text[from])) from++
  while (to > from && isGap(text[to - 1])) to--
  return text.slice(from, to)
}

function isGap(character: string | undefined): boolean {
  return character === groupSeparator || character?.trim() === ''
}
