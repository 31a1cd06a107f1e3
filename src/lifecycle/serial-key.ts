/**
 * The one form in which drive serials are stored and compared: upper case, no blanks inside or outside, hyphens kept.
 * Only a–z are raised, so the result depends on no language. Idempotent.
 */
export function serialKey(text: string): string {
  return text.replace(/\s+/g, '').replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}
