/**
 * PostgreSQL's text holds every character but NUL; a station may send one all the same. NUL and the mark itself are
 * written with a mark in front, which keeps the order of texts; JSON never holds the mark, so nearly every text stays as
 * it is.
 */
const MARK = '\u0001'
const NUL = '\u0000'

export function kept(text: string): string {
  if (!text.includes(NUL) && !text.includes(MARK)) return text
  return text.replaceAll(MARK, `${MARK}1`).replaceAll(NUL, `${MARK}0`)
}

export function asWritten(text: string): string {
  if (!text.includes(MARK)) return text
  return text.replaceAll(`${MARK}0`, NUL).replaceAll(`${MARK}1`, MARK)
}
