/** Tells what a text is when it is something printed on a drive or a box that is not the drive's serial. */
import { looksLikeTracking } from './carrier-numbers.ts'
import { passesModulo10 } from './check-digits.ts'
import { labelShapes } from './drive-labels.ts'
import type { Gs1Elements } from './gs1.ts'
import { hasOwnPrefix } from './own-codes.ts'
import type { NamedValue, NotSerial } from './printed-name.ts'

/** What the scanner and the text itself say about the text. */
export interface Clues {
  /** The normal form of the text. */
  readonly key: string
  readonly symbology: string | undefined
  readonly named: NamedValue | undefined
  readonly gs1: Gs1Elements | undefined
}

/**
 * A hint for the case that nothing expected matches, strongest clue first: what the label names, our own prefix,
 * what the symbology means, GS1 elements, shapes of drive labels, shapes of carriers, and last a bare trade item
 * number. Undefined when the text may well be a serial.
 */
export function notSerialOf({ key, symbology, named, gs1 }: Clues): NotSerial | undefined {
  if (named !== undefined) return named.means === 'serial' ? undefined : named.means
  if (hasOwnPrefix(key)) return 'own-code'
  // EAN and UPC symbols hold trade item numbers only.
  if (symbology?.startsWith(']E')) return 'ean'
  if (gs1?.serial !== undefined) return undefined
  if (gs1?.sscc !== undefined) return 'tracking-number'
  if (gs1?.gtin !== undefined) return 'ean'
  const shape = labelShapes.find(({ pattern }) => pattern.test(withoutSupplierPart(key)))
  if (shape !== undefined) return shape.means
  if (looksLikeTracking(key)) return 'tracking-number'
  if (gs1?.route !== undefined) return 'routing-code'
  return /^\d{12,14}$/.test(key) && passesModulo10(key) ? 'ean' : undefined
}

/**
 * Without data identifier 1P (part number of the supplier, ANSI MH10.8.2). Only for comparing with known shapes:
 * alone it proves nothing, since serials may begin with 1P.
 */
function withoutSupplierPart(key: string): string {
  return key.startsWith('1P') ? key.slice(2) : key
}
