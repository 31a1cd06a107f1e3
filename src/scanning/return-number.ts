/**
 * Numbers of our own return labels: `TDR-`, Crockford base-32 characters, one check character of the same
 * alphabet.
 *
 * The check is a weighted sum over the field GF(32): character i counts 2^i times, so any one wrong character and
 * any two neighbours swapped always change the sum. Sums begin and end at 1, so that zeros put in front or behind
 * change them too. Luhn modulo 32 misses some swaps, and modulo 37 needs signs (* ~ $ =) that keyboards and
 * Code 39 handle badly.
 */
import { raised } from './normal-form.ts'

/** Crockford base 32: no I, L, O, U. A character's value is its place. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const prefix = 'TDR-'
/** 4 to 16 random characters and the check character. */
const shape = /^TDR-[0-9A-HJKMNP-TV-Z]{5,17}$/

/**
 * The return number for a random code of 4 to 16 Crockford characters (from the `Ids` port, case does not matter).
 * Throws RangeError for any other text: that is a defect of the caller, never a thing to print.
 */
export function makeReturnNumber(randomCode: string): string {
  const code = raised(randomCode)
  const check = alphabet[timesTwo(weightedSum(code)) ^ 1]
  const number = `${prefix}${code}${check}`
  if (isReturnNumber(number)) return number
  throw new RangeError('A return number needs 4 to 16 Crockford base-32 characters.')
}

/** Whether the text is a return number of ours with a right check character (whole text, any case). */
export function isReturnNumber(text: string): boolean {
  const number = raised(text)
  return shape.test(number) && weightedSum(number.slice(prefix.length)) === 1
}

function weightedSum(characters: string): number {
  let sum = 1
  for (const character of characters) sum = timesTwo(sum) ^ alphabet.indexOf(character)
  return sum
}

/** Multiplication by 2 in GF(32) with the primitive polynomial x^5 + x^2 + 1. */
function timesTwo(value: number): number {
  const doubled = value << 1
  return doubled & 32 ? doubled ^ 0b100101 : doubled
}
