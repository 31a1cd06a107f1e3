/**
 * GS1 element strings: application identifiers (AI) with their values, as carried by GS1-128, GS1 DataMatrix,
 * GS1 QR Code and GS1 DataBar. Source: GS1 General Specifications, section 3 (identifiers) and 7.8 (pre-defined
 * lengths, separators).
 */
import { passesModulo10 } from './check-digits.ts'
import { groupSeparator } from './clean-scan.ts'

/** What a dock can use of an element string. */
export interface Gs1Elements {
  /** AI 00: serial shipping container code, 18 digits. */
  readonly sscc?: string
  /** AI 01 or 02: trade item number, 14 digits. */
  readonly gtin?: string
  /** AI 21: serial number of the item. */
  readonly serial?: string
  /** AI 420 or 421: ship-to postal code, with which carriers route a parcel. */
  readonly route?: string
}

/** Symbology identifiers that promise a GS1 element string. */
const gs1Symbologies = new Set([']C1', ']e0', ']d2', ']Q3', ']J1'])

/** Value lengths that need no separator, by the first two digits of the AI. */
const fixedLengths: ReadonlyMap<string, number> = new Map([
  ['00', 18],
  ...['01', '02', '03'].map((start) => [start, 14] as const),
  ['04', 16],
  ...['11', '12', '13', '14', '15', '16', '17', '18', '19'].map((start) => [start, 6] as const),
  ['20', 2],
  ...['31', '32', '33', '34', '35', '36'].map((start) => [start, 6] as const),
  ['41', 13],
])

/**
 * The elements of a scan that is a GS1 element string from its first to its last character, else undefined.
 * Without a symbology identifier that promises one, it takes a separator, AIs in brackets, or a trade item number
 * with a right check digit in front: a plain serial that happens to begin with digits is no element string.
 */
export function readGs1(payload: string, symbology: string | undefined): Gs1Elements | undefined {
  const bracketed = /^\(\d{2,4}\)/.test(payload)
  const promised =
    bracketed ||
    payload.includes(groupSeparator) ||
    (symbology !== undefined && gs1Symbologies.has(symbology)) ||
    startsWithTradeItem(payload)
  if (!promised) return undefined
  const fields = bracketed ? bracketedFields(payload) : separatedFields(payload)
  return fields === undefined ? undefined : elementsOf(fields)
}

function startsWithTradeItem(payload: string): boolean {
  const gtin = /^01(\d{14})(?:21|1\d|10)/.exec(payload)?.[1]
  return gtin !== undefined && passesModulo10(gtin)
}

type Fields = ReadonlyMap<string, string>

function bracketedFields(payload: string): Fields {
  const parts = payload.split(/\((\d{2,4})\)/)
  const fields = new Map<string, string>()
  for (let i = 1; i < parts.length; i += 2) fields.set(parts[i] ?? '', (parts[i + 1] ?? '').trim())
  return fields
}

function separatedFields(payload: string): Fields | undefined {
  const fields = new Map<string, string>()
  let at = 0
  while (at < payload.length) {
    if (payload[at] === groupSeparator) {
      at++
      continue
    }
    const start = payload.slice(at, at + 2)
    const ai = payload.slice(at, at + identifierLength(start))
    if (!/^\d{2,4}$/.test(ai)) return undefined
    at += ai.length
    const separator = payload.indexOf(groupSeparator, at)
    const fixedLength = fixedLengths.get(start)
    const length = fixedLength ?? (separator < 0 ? payload.length : separator) - at
    const value = payload.slice(at, at + length)
    if (value.length !== length || length === 0) return undefined
    if (fixedLength !== undefined && !/^\d+$/.test(value)) return undefined
    fields.set(ai, value)
    at += length
  }
  return fields
}

/** How many digits the AI beginning with these two has. */
function identifierLength(start: string): number {
  if (/^(?:3[1-69]|7[0-2]|8[0-2])$/.test(start)) return 4
  return /^(?:2[345]|4[0-2])$/.test(start) ? 3 : 2
}

function elementsOf(fields: Fields): Gs1Elements {
  const sscc = fields.get('00')
  const gtin = fields.get('01') ?? fields.get('02')
  const serial = fields.get('21')
  const route = fields.get('420') ?? fields.get('421')
  return {
    ...(sscc === undefined ? {} : { sscc }),
    ...(gtin === undefined ? {} : { gtin }),
    ...(serial === undefined ? {} : { serial }),
    ...(route === undefined ? {} : { route }),
  }
}
