/**
 * Hardware serial numbers, and when two texts mean the same one.
 *
 * A serial reaches us by several mouths: the label, a manifest written by a preparation tool, the disk itself, its USB
 * adapter. They differ in case, blanks and padding, in the vendor prefix Western Digital puts before the number on the
 * wire but not on the label (`WD-`), in the order of bytes (ATA IDENTIFY DEVICE words 10–19 hold two characters a word,
 * high byte first; tools that read them as plain bytes show each pair swapped) and in coding (some adapters give the
 * ASCII bytes as hex digits in iSerialNumber). The raw text is always kept by the caller; nothing here replaces it.
 */

/**
 * The comparable form: upper case without blanks, control characters, underscores (udev writes blanks as `_`), a
 * trailing full stop, the `WD-` prefix and leading zeros. An all-zero text becomes the empty string.
 */
export function canonicalSerial(raw: string): string {
  return raw
    .toUpperCase()
    .replace(/[\s\p{Cc}_]/gu, '')
    .replace(/\.+$/, '')
    .replace(/^WD-/, '')
    .replace(/^0+/, '')
}

/**
 * Every canonical reading of a serial as somebody reported it, most literal first: as it stands, with each pair of
 * characters swapped, and decoded from hex digits. Never holds an empty reading.
 */
export function serialReadings(raw: string): readonly string[] {
  const texts = [raw, swapPairs(raw)]
  const decoded = decodeHex(raw)
  if (decoded !== undefined) texts.push(decoded, swapPairs(decoded))
  return [...new Set(texts.map(canonicalSerial))].filter((text) => text !== '')
}

/** Whether two reported serials can be read as the same one. Symmetric. */
export function sameSerial(a: string, b: string): boolean {
  const others = new Set(serialReadings(b))
  return serialReadings(a).some((reading) => others.has(reading))
}

/** The inside of an ATA string: pairs of characters change places. A lone last character keeps company with a blank. */
function swapPairs(raw: string): string {
  const even = raw.length % 2 === 0 ? raw : `${raw} `
  return even.replace(/(.)(.)/gsu, '$2$1')
}

/** A serial given as the hex digits of its ASCII letters, digits, blanks and hyphens; at least six characters long. */
function decodeHex(raw: string): string | undefined {
  const digits = raw.trim()
  if (!/^(?:[0-9a-f]{2}){6,}$/i.test(digits)) return undefined
  const text = Buffer.from(digits, 'hex').toString('latin1')
  return /^[A-Z0-9 -]+$/i.test(text) ? text : undefined
}
