import { isOnSite } from '../earned.ts'
import { workOf } from '../evolve/people.ts'
import type { ArrivalRecord, CustodyRecord, Role, ScanRecord, SettledWork, Work } from '../records.ts'
import type { DeedCode } from './deeds.ts'
import type { Draft } from './draft.ts'

/** What a scanned text could mean, found without looking at any state. */
export interface ScanReading {
  /** Cleaned and safe to show. */
  readonly text: string
  readonly kind: 'command' | 'bay' | 'return-label' | 'badge' | 'pin' | 'text' | 'unreadable'
  readonly command?: CommandCode
  readonly bay?: string
  readonly returnNumber?: string
  readonly badge?: string
  /** Never written down. */
  readonly pin?: string
  /** Normal forms it could have as a drive serial, most exact first. */
  readonly serialKeys: readonly string[]
  /** Canonical tracking numbers it could be or contain, most exact first. */
  readonly trackingKeys: readonly string[]
  readonly carrier?: { readonly name: string; readonly checkDigit: 'valid' | 'invalid' | 'none' }
  /** Recognised as something else that is printed on a drive or a box. */
  readonly notSerial?:
    | 'part-number'
    | 'wwn'
    | 'model'
    | 'capacity'
    | 'tracking-number'
    | 'psid'
    | 'ean'
    | 'date'
    | 'revision'
    | 'own-code'
    | 'routing-code'
  readonly unreadable?: 'empty' | 'too-long' | 'control-characters' | 'glued'
}

export type CommandCode =
  | 'TD-FINISH'
  | 'TD-UNDO'
  | 'TD-HOLD'
  | 'TD-PACK'
  | 'TD-PRINT'
  | 'TD-NEXT'
  | 'TD-DAMAGED'
  | 'TD-SHIP'
  | 'TD-CASE'
  | 'TD-FAULT'
  | 'TD-NORETURN'
  | 'TD-HANDOVER'
  | 'TD-SIGNOUT'
  | DeedCode

/** Reading skills a decision needs once it knows what was expected. */
export interface ReadingAids {
  misreadOf(
    scanned: string,
    expected: readonly string[],
  ): { readonly expected: string; readonly positions: readonly number[] } | undefined
  /** Two or more known texts in one scan. */
  splitGlued(text: string, known: readonly string[]): readonly string[] | undefined
  /** Who has a badge here; absent on a dock without badges. */
  readonly people?: People
}

/** The badges of a dock. Names are no business of the rules. */
export interface People {
  any(): boolean
  known(badge: string): { readonly role: Role } | undefined
  isPinOf(badge: string, pin: string): boolean
}

/** Everything a decision about one scan looks at. */
export interface ScanContext {
  readonly draft: Draft
  readonly reading: ScanReading
  readonly aids: ReadingAids
  readonly station: string
  /** Compact location name of this dock. */
  readonly site: string
  /** What the station had asked before this scan: scanning the same text again says yes, any other scan says no. */
  readonly asked?: Question
  /** The service's clock, as far as the station knows it. */
  readonly now: number
  /** What a form of a screen adds to a command. */
  readonly given?: DeedDetails
}

/** What comes with a command from a screen: the case, drive or job it is about, and words and evidence. */
export interface DeedDetails {
  readonly case?: string
  readonly serial?: string
  /** The job to fault, or the one an extra drive goes home with. */
  readonly job?: string
  /** Key of the side table that holds what was said. */
  readonly note?: string
  /** Drives counted in the box. */
  readonly count?: number
  /** SHA-256 of a photo. */
  readonly photo?: string
  /** Why a drive is declined: a copy status of the published vocabulary. */
  readonly reason?: string
}

export type Question = Extract<Work, { readonly doing: 'asking' }>

/** The newest scans of this station, newest first. */
export function newestScans(context: ScanContext): ScanRecord[] {
  const { hood } = context.draft
  return workOf(hood, context.station).scans.flatMap((id) => hood.get('scan', id) ?? [])
}

/** The drive in the operator's hand: that of the newest scan, if it was one and is on site. */
export function driveInHand(context: ScanContext): CustodyRecord | undefined {
  const [newest] = newestScans(context)
  const serial = newest?.undone === false ? newest.verdict.drive : undefined
  const custody = serial === undefined ? undefined : context.draft.hood.get('custody', serial)
  return custody !== undefined && isOnSite(custody) ? custody : undefined
}

/** What the station is doing, whatever it may have asked meanwhile. */
export function settledWork(context: ScanContext): SettledWork {
  const { work } = workOf(context.draft.hood, context.station)
  return work.doing === 'asking' ? work.before : work
}

export function setWork(context: ScanContext, work: Work): void {
  const now = workOf(context.draft.hood, context.station).work
  if (JSON.stringify(now) !== JSON.stringify(work)) context.draft.add('work-changed', { work })
}

/** Asks something, about what the station goes on doing if the answer is no. */
export function ask(context: ScanContext, question: Question['ask'], text: string): void {
  setWork(context, { doing: 'asking', ask: question, text, before: settledWork(context) })
}

/** True when this scan says yes to that question about this text. */
export function saidYes(context: ScanContext, what: Question['ask']['what'], text: string): boolean {
  return context.asked?.ask.what === what && context.asked.text === text
}

/**
 * The arrival in this station's hands: still open here, or closed by its last drive. Not one that another station took
 * over, forwarded, put on hold or undid meanwhile.
 */
export function arrivalInHand(context: ScanContext): ArrivalRecord | undefined {
  const work = settledWork(context)
  const arrival = work.doing === 'arrival' ? context.draft.hood.get('arrival', work.arrival) : undefined
  const usable = arrival?.state === 'open' || arrival?.state === 'closed'
  return usable && arrival.station === context.station ? arrival : undefined
}

/** The drive a text names, among those on site. */
export function onSiteDrive({ draft, reading }: ScanContext): CustodyRecord | undefined {
  return reading.serialKeys
    .flatMap((key) => draft.hood.get('custody', key) ?? [])
    .find((custody) => isOnSite(custody))
}

/** A text that is some drive here, or one a live list names. An undone scan leaves no drive behind. */
export function isKnownSerial(context: ScanContext, key: string): boolean {
  const { hood } = context.draft
  const custody = hood.get('custody', key)
  if (custody !== undefined && custody.state !== 'away') return true
  return hood.find('drive', 'serial', key).some((drive) => drive.withdrawn !== true)
}

/**
 * The number by which customers and carriers name a parcel: of a long barcode the number inside it, the text itself
 * otherwise.
 */
export function parcelNumber(reading: ScanReading): string | undefined {
  const [whole, ...inside] = reading.trackingKeys
  return inside.find((key) => key.length < (whole?.length ?? 0)) ?? whole
}
