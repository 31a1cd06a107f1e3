/** Drive serials: the one key they are stored and compared by, and the other forms the same serial appears in. */
import { normalForm } from './normal-form.ts'

/**
 * THE normalisation of a drive serial, used wherever serials are stored or compared: upper case, blanks removed
 * inside and outside, hyphens kept. Idempotent. Prefixes such as "S/N:" are not removed here; `readScan` offers
 * the text without them as a further key.
 */
export function serialKey(text: string): string {
  return normalForm(text)
}

/** How a Western Digital drive reports itself: "WD-" and then the twelve characters its label shows. */
const wdReported = /^WD-([0-9A-Z]{8,})$/
const wdLabel = /^W[0-9A-Z]{11}$/

/**
 * Every normalised form that means the same drive, the form of `text` first. Western Digital labels say
 * `WCC4N0123456` while the drive itself reports `WD-WCC4N0123456`: either stands for the other.
 */
export function serialForms(text: string): readonly string[] {
  const key = serialKey(text)
  const bare = wdReported.exec(key)?.[1]
  if (bare !== undefined) return [key, bare]
  return wdLabel.test(key) ? [key, `WD-${key}`] : [key]
}
