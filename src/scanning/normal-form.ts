/**
 * Upper case of a–z only: the result has the same length, depends on no language, and no foreign letter (ı, ſ)
 * turns into one of ours.
 */
export function raised(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase())
}

/** The one normal form of a code that people and printers write in different ways: no blanks, upper case. */
export function normalForm(text: string): string {
  return raised(text.replace(/\s+/g, ''))
}

/**
 * Whether a normal form can be looked up at all: 4 to 64 printable ASCII characters. Drive serials (ATA8-ACS
 * IDENTIFY DEVICE, words 10–19) and carrier numbers hold nothing else; anything else is a misread or a finger.
 */
function canBeKey(key: string): boolean {
  return /^[\x21-\x7e]{4,64}$/.test(key)
}

/** The given keys that can be looked up, each once, in the given order. */
export function distinctKeys(keys: readonly string[]): readonly string[] {
  return [...new Set(keys)].filter(canBeKey)
}
