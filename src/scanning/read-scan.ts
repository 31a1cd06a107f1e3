/**
 * What a scanned text means, without any state. The station compares the keys with what it expects (drive first,
 * package second); guesses and hints in a reading only count when nothing expected matches.
 */
import { type CarrierGuess, carrierOf, embeddedTrackingKeys } from './carrier-numbers.ts'
import { type CleanScan, cleanScan, type Unreadable } from './clean-scan.ts'
import { type Gs1Elements, readGs1 } from './gs1.ts'
import { distinctKeys } from './normal-form.ts'
import { notSerialOf } from './not-serial.ts'
import { type Command, HIDDEN_PIN, isGluedOwnCodes, readOwnCode } from './own-codes.ts'
import { type NamedValue, type NotSerial, readNamedValue } from './printed-name.ts'
import { serialForms, serialKey } from './serial-key.ts'
import { trackingKey } from './tracking-key.ts'

export interface Reading {
  /** Printable, trimmed, at most 200 characters: safe to show and to keep. */
  readonly text: string
  readonly kind: 'command' | 'bay' | 'return-label' | 'badge' | 'pin' | 'text' | 'unreadable'
  readonly command?: Command
  /** The name of a bay, upper case: "3" for `TD-BAY-3`. */
  readonly bay?: string
  /** The whole number of a return label, upper case: `TDR-…`, check character verified. */
  readonly returnNumber?: string
  /** The name of a badge, upper case: "42" for `TD-BADGE-42`. */
  readonly badge?: string
  /** A supervisor's PIN. `text` does not show it. */
  readonly pin?: string
  /** Normalised forms this text could mean as a drive serial, most exact first. Empty unless `kind` is 'text'. */
  readonly serialKeys: readonly string[]
  /**
   * Canonical tracking keys this text could mean, most exact first, with the numbers embedded in a longer carrier
   * barcode; see `trackingBase` for numbers with a -1 suffix. Empty unless `kind` is 'text'.
   */
  readonly trackingKeys: readonly string[]
  /** A guess only: check digits may reject a misread, they never decide what a number is. */
  readonly carrier?: CarrierGuess
  /** Printed on a drive or box, but not its serial. A hint for when no expected serial matches exactly. */
  readonly notSerial?: NotSerial
  /** AIM symbology identifier as the scanner sent it, for example `]C1`. */
  readonly symbology?: string
  /** Why `kind` is 'unreadable'. */
  readonly unreadable?: Unreadable
}

/** Reads any text a scanner or a keyboard delivers. Never throws; linear in the length of the text. */
export function readScan(raw: string): Reading {
  const clean = cleanScan(raw)
  // A PIN that was cut, glued or misread is still somebody's PIN.
  if (/TD-PIN/i.test(clean.text)) return readPin({ ...clean, text: HIDDEN_PIN }, clean.text)
  if (clean.unreadable !== undefined) return unreadable(clean, clean.unreadable)
  if (isGluedOwnCodes(clean.text)) return unreadable(clean, 'glued')
  const own = readOwnCode(clean.text)
  return own === undefined ? readText(clean) : { ...common(clean), ...own }
}

function readPin(hidden: CleanScan, text: string): Reading {
  const own = readOwnCode(text)
  return own?.kind === 'pin' ? { ...common(hidden), ...own } : unreadable(hidden, 'glued')
}

function unreadable(clean: CleanScan, why: Unreadable): Reading {
  return { ...common(clean), kind: 'unreadable', unreadable: why }
}

/** The members every reading has, with no keys. */
function common({ text, symbology }: CleanScan) {
  return { text, serialKeys: [], trackingKeys: [], ...(symbology === undefined ? {} : { symbology }) }
}

function readText(clean: CleanScan): Reading {
  const named = readNamedValue(clean.text)
  const gs1 = readGs1(clean.payload, clean.symbology)
  const key = trackingKey(clean.text)
  const carrier = carrierOf(key)
  const notSerial = notSerialOf({ key, symbology: clean.symbology, named, gs1 })
  return {
    ...common(clean),
    kind: 'text',
    serialKeys: serialKeysOf(clean.text, named, gs1),
    trackingKeys: trackingKeysOf(key, gs1),
    ...(carrier === undefined ? {} : { carrier }),
    ...(notSerial === undefined ? {} : { notSerial }),
  }
}

/** Prefixes that may belong to the barcode rather than to the serial: ANSI MH10.8.2 "S" and GS1 AI 21. */
const serialIdentifier = /^(?:S|21)([0-9A-Z][0-9A-Z-]{5,})$/

function serialKeysOf(
  text: string,
  named: NamedValue | undefined,
  gs1: Gs1Elements | undefined,
): readonly string[] {
  const whole = serialForms(text)
  const certain = named?.means === 'serial' ? named.value : gs1?.serial
  if (certain !== undefined) return distinctKeys([...serialForms(certain), ...whole])
  const inner = serialIdentifier.exec(serialKey(text))?.[1]
  return distinctKeys(inner === undefined ? whole : [...whole, ...serialForms(inner)])
}

function trackingKeysOf(key: string, gs1: Gs1Elements | undefined): readonly string[] {
  const sscc = gs1?.sscc === undefined ? [] : [gs1.sscc, `00${gs1.sscc}`]
  return distinctKeys([key, ...embeddedTrackingKeys(key), ...sscc])
}
