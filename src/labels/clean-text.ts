import { canDraw, REPLACEMENT } from './fonts.ts'
import type { Face } from './layout.ts'

/**
 * Makes any text printable on one line.
 *
 * - Control and format characters are removed, also those that turn the writing direction round.
 * - Every kind of white space becomes a single space; a no-break space stays one.
 * - A user-perceived character (grapheme cluster of Unicode Standard Annex 29) that the face cannot draw as one
 *   character becomes its letter without accents when the face has that (`ọ` → `o`: mail still arrives), and otherwise
 *   one `?`. So marks never stack up and leave their line.
 *
 * @returns the text to print, and each character that had to change, as given
 */
export function cleanText(text: string, face: Face): { readonly text: string; readonly replaced: string[] } {
  const replaced: string[] = []
  let clean = ''
  const spaced = text
    .toWellFormed()
    .normalize('NFC')
    .replace(/\u202f/g, NO_BREAK_SPACE)
    .replace(/(?!\u00a0)\p{White_Space}/gu, ' ')
  for (const { segment } of GRAPHEMES.segment(spaced)) {
    const visible = segment.replace(/[\p{Cc}\p{Cf}]/gu, '')
    const drawn = drawable(visible, face)
    if (drawn !== visible) replaced.push(visible)
    clean += drawn
  }
  return { text: clean.replace(/ {2,}/g, ' ').trim(), replaced }
}

function drawable(character: string, face: Face): string {
  if (character === '') return ''
  const isMark = /^\p{M}/u.test(character)
  if (!isMark && [...character].length === 1 && canDraw(face, character)) return character
  const letter = /^(\p{L})\p{M}+$/u.exec(character.normalize('NFD'))?.[1]
  return letter !== undefined && canDraw(face, letter) ? letter : REPLACEMENT
}

const NO_BREAK_SPACE = '\u00a0'

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })
