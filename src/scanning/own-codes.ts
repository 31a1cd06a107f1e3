/**
 * The barcodes Tallydock prints itself: commands, bays, badges and return labels. They live under the prefixes
 * `TD-` and `TDR-`, and only the whole text counts (in any case), so no barcode of a customer, a carrier or a
 * drive maker can act as one.
 */
import { raised } from './normal-form.ts'
import { isReturnNumber } from './return-number.ts'

/** The commands of the printed command sheets: those of the floor, of the people, and of the cases. */
export const commands = [
  'TD-FINISH',
  'TD-UNDO',
  'TD-HOLD',
  'TD-PACK',
  'TD-PRINT',
  'TD-NEXT',
  'TD-DAMAGED',
  'TD-SHIP',
  'TD-CASE',
  'TD-FAULT',
  'TD-NORETURN',
  'TD-HANDOVER',
  'TD-SIGNOUT',
  'TD-TAKE',
  'TD-CALLED',
  'TD-MAILED',
  'TD-ANSWERED',
  'TD-NOTE',
  'TD-EXTEND',
  'TD-CANCEL',
  'TD-CLOSE',
  'TD-NOTHING',
  'TD-ABSENT',
  'TD-REPAIRED',
  'TD-DECLINE',
  'TD-RELEASE',
  'TD-OVERRIDE',
  'TD-FORWARD',
  'TD-HOME',
  'TD-DESTROY',
  'TD-LOST',
  'TD-RESOLVE',
] as const

export type Command = (typeof commands)[number]

/** One code of ours. `bay` and `badge` are the part after the prefix, upper case; `returnNumber` is the whole. */
export type OwnCode =
  | { readonly kind: 'command'; readonly command: Command }
  | { readonly kind: 'bay'; readonly bay: string }
  | { readonly kind: 'badge'; readonly badge: string }
  | { readonly kind: 'pin'; readonly pin: string }
  | { readonly kind: 'return-label'; readonly returnNumber: string }

const bayShape = /^TD-BAY-([0-9A-Z-]{1,12})$/
/** What is shown and kept of a scanned PIN. */
export const HIDDEN_PIN = 'TD-PIN-****'
const pinShape = /^TD-PIN-([0-9]{4,12})$/
const badgeShape = /^TD-BADGE-([0-9A-Z-]{1,32})$/

/** The code of ours the whole text is, or undefined. */
export function readOwnCode(text: string): OwnCode | undefined {
  const code = raised(text)
  const command = commands.find((each) => each === code)
  if (command !== undefined) return { kind: 'command', command }
  if (isReturnNumber(code)) return { kind: 'return-label', returnNumber: code }
  const bay = bayShape.exec(code)?.[1]
  if (bay !== undefined) return { kind: 'bay', bay }
  const pin = pinShape.exec(code)?.[1]
  if (pin !== undefined) return { kind: 'pin', pin }
  const badge = badgeShape.exec(code)?.[1]
  return badge === undefined ? undefined : { kind: 'badge', badge }
}

/** Whether the text begins as our codes do. When `readOwnCode` knows none, it is misread or from a newer version. */
export function hasOwnPrefix(text: string): boolean {
  return /^TDR?-/i.test(text)
}

/**
 * Whether the text is two or more complete codes of ours in a row, as when a scanner loses its end key. Bay and
 * badge names may hold any letters, so `TD-BAY-3TD-UNDO` could be read as one bay: the reading as two codes wins,
 * because acting on the wrong one of the two is worse than asking for a new scan.
 */
export function isGluedOwnCodes(text: string): boolean {
  const code = raised(text)
  const starts = [...code.matchAll(/TDR?-/g)].map((match) => match.index)
  if (starts[0] !== 0) return false
  const bounds = [...starts, code.length]
  const last = bounds.length - 1
  // complete[i]: from bounds[i] on there is nothing but complete codes. The text as one single code does not count.
  const complete = bounds.map((_, i) => i === last)
  for (let i = last - 1; i >= 0; i--) {
    complete[i] = bounds.some(
      (end, j) =>
        j > i && j - i < last && complete[j] && readOwnCode(code.slice(bounds[i], end)) !== undefined,
    )
  }
  return complete[0] === true
}
