/**
 * What carriers print on a parcel: a table of number shapes with their check digits and the shorter number inside
 * them that customers are told. A match is a guess by shape and never decides anything by itself: exact matches
 * with expected numbers come first.
 */
import {
  passesDhlModulo7,
  passesFedExModulo11,
  passesModulo10,
  passesUps,
  passesUpuS10,
} from './check-digits.ts'

export interface CarrierGuess {
  readonly name: 'UPS' | 'FedEx' | 'USPS' | 'DHL' | 'UPU' | 'SSCC'
  /** 'none': numbers of this shape carry no check digit. */
  readonly checkDigit: 'valid' | 'invalid' | 'none'
}

interface CarrierShape {
  readonly name: CarrierGuess['name']
  /** Matches a whole tracking key. */
  readonly pattern: RegExp
  /** The published document the shape and its check digit come from. */
  readonly source: string
  /** Whether the check digit is right; absent where there is none. */
  readonly passes?: (key: string) => boolean
  /** Other keys the same parcel goes by, most likely first. */
  readonly alsoKnownAs?: (key: string) => readonly string[]
  /** The shape alone is unlike any drive serial; the others need a right check digit to say so. */
  readonly distinctive: boolean
}

/** Most specific first. */
const shapes: readonly CarrierShape[] = [
  {
    name: 'UPS',
    pattern: /^1Z[0-9A-Z]{16}$/,
    source: 'UPS Guide to Labeling, tracking number (1Z)',
    passes: passesUps,
    distinctive: true,
  },
  {
    name: 'USPS',
    pattern: /^420\d{5}(?:\d{4})?9[1-5]\d{20}(?:\d{4})?$/,
    source: 'USPS Publication 199, IMpb with postal routing code 420',
    passes: (key) => packageCodes(key).some(passesModulo10),
    alsoKnownAs: packageCodes,
    distinctive: true,
  },
  {
    name: 'USPS',
    pattern: /^9[1-5]\d{20}(?:\d{4}|\d{8})?$/,
    source: 'USPS Publication 199, IMpb package identification code',
    passes: passesModulo10,
    distinctive: true,
  },
  {
    name: 'FedEx',
    pattern: /^96\d{20}$/,
    source: 'FedEx Ground Label Layout Specification, "96" barcode of 22 digits',
    passes: (key) => passesModulo10(key.slice(-15)),
    alsoKnownAs: (key) => [key.slice(-15)],
    distinctive: true,
  },
  {
    name: 'FedEx',
    pattern: /^(?!420)\d{34}$/,
    source: 'FedEx Express and Ground Label Layout Specification, barcode of 34 digits',
    passes: (key) => passesFedExModulo11(key.slice(-14)),
    // The number is the last 14 digits; nearly all are 12 long and padded with zeros.
    alsoKnownAs: (key) =>
      key.slice(-14, -12) === '00' ? [key.slice(-12)] : [key.slice(-14), key.slice(-12)],
    distinctive: true,
  },
  {
    name: 'FedEx',
    pattern: /^\d{32}$/,
    source: 'FedEx ASTRA label barcode of 32 digits, tracking number in 17–28',
    passes: (key) => passesFedExModulo11(key.slice(16, 28)),
    alsoKnownAs: (key) => [key.slice(16, 28)],
    distinctive: true,
  },
  {
    name: 'SSCC',
    pattern: /^00\d{18}$/,
    source: 'GS1 General Specifications, AI 00',
    passes: passesModulo10,
    alsoKnownAs: (key) => [key.slice(2)],
    distinctive: true,
  },
  {
    name: 'USPS',
    pattern: /^\d{20}$/,
    source: 'USPS Publication 91, 20-digit number (its check digit may count a leading 91)',
    passes: (key) => passesModulo10(key) || passesModulo10(`91${key}`),
    distinctive: true,
  },
  {
    name: 'FedEx',
    pattern: /^\d{3}9\d{16}$/,
    source: 'FedEx Ground Economy: an IMpb number without its leading 92',
    passes: (key) => passesModulo10(`92${key}`),
    alsoKnownAs: (key) => [`92${key}`],
    distinctive: true,
  },
  {
    name: 'SSCC',
    pattern: /^\d{18}$/,
    source: 'GS1 General Specifications, SSCC',
    passes: passesModulo10,
    alsoKnownAs: (key) => [`00${key}`],
    distinctive: true,
  },
  {
    name: 'FedEx',
    pattern: /^\d{15}$/,
    source: 'FedEx Ground tracking number of 15 digits',
    passes: passesModulo10,
    distinctive: false,
  },
  {
    name: 'FedEx',
    pattern: /^\d{12}$/,
    source: 'FedEx Express tracking number of 12 digits',
    passes: passesFedExModulo11,
    distinctive: false,
  },
  {
    name: 'DHL',
    pattern: /^\d{10}$/,
    source: 'DHL Express air waybill number',
    passes: passesDhlModulo7,
    distinctive: false,
  },
  {
    name: 'DHL',
    pattern: /^J?JD\d{10,20}$/,
    source: 'DHL licence plate: ANSI MH10.8.2 identifier J, then the number of ISO/IEC 15459-1 agency JD',
    alsoKnownAs: (key) => [key.startsWith('JJD') ? key.slice(1) : `J${key}`],
    distinctive: true,
  },
  {
    name: 'UPU',
    pattern: /^[A-Z]{2}\d{9}[A-Z]{2}$/,
    source: 'UPU standard S10, identifier of postal items',
    passes: (key) => passesUpuS10(key.slice(2, 11)),
    distinctive: false,
  },
]

/** The IMpb numbers that can follow 420 and a ZIP of five or nine digits, those with a right check digit first. */
function packageCodes(key: string): readonly string[] {
  const codes = [key.slice(8), key.slice(12)].filter((code) => /^9[1-5]\d{20}(?:\d{4})?$/.test(code))
  return codes.toSorted((a, b) => Number(passesModulo10(b)) - Number(passesModulo10(a)))
}

/** The best guess at whose number a tracking key is: the first shape with a right check digit, else the first. */
export function carrierOf(key: string): CarrierGuess | undefined {
  const found = bestShape(key)
  return found === undefined ? undefined : { name: found.name, checkDigit: checkDigitOf(found, key) }
}

/** Other keys the parcel of this tracking key goes by, most likely first; without the key itself. */
export function embeddedTrackingKeys(key: string): readonly string[] {
  return shapes.filter((shape) => shape.pattern.test(key)).flatMap((shape) => shape.alsoKnownAs?.(key) ?? [])
}

/** Whether a key is a tracking number surely enough to say so when nothing expected matches it. */
export function looksLikeTracking(key: string): boolean {
  const found = bestShape(key)
  return found !== undefined && (found.distinctive || checkDigitOf(found, key) === 'valid')
}

function bestShape(key: string): CarrierShape | undefined {
  const fitting = shapes.filter((shape) => shape.pattern.test(key))
  return fitting.find((shape) => shape.passes?.(key)) ?? fitting[0]
}

function checkDigitOf(shape: CarrierShape, key: string): CarrierGuess['checkDigit'] {
  if (shape.passes === undefined) return 'none'
  return shape.passes(key) ? 'valid' : 'invalid'
}
