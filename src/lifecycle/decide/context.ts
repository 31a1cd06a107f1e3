import { workOf } from '../evolve/people.ts'
import type { SettledWork, Work } from '../records.ts'
import type { Draft } from './draft.ts'

/** What a scanned text could mean, found without looking at any state. */
export interface ScanReading {
  /** Cleaned and safe to show. */
  readonly text: string
  readonly kind: 'command' | 'bay' | 'return-label' | 'badge' | 'text' | 'unreadable'
  readonly command?: CommandCode
  readonly bay?: string
  readonly returnNumber?: string
  readonly badge?: string
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

/** Reading skills a decision needs once it knows what was expected. */
export interface ReadingAids {
  misreadOf(
    scanned: string,
    expected: readonly string[],
  ): { readonly expected: string; readonly positions: readonly number[] } | undefined
  /** Two or more known texts in one scan. */
  splitGlued(text: string, known: readonly string[]): readonly string[] | undefined
}

/** Everything a decision about one scan looks at. */
export interface ScanContext {
  readonly draft: Draft
  readonly reading: ScanReading
  readonly aids: ReadingAids
  readonly station: string
  /** Compact location name of this dock. */
  readonly site: string
}

export const workNow = (context: ScanContext): Work => workOf(context.draft.hood, context.station).work

/** What the station is doing, whatever it may have asked meanwhile. */
export function settledWork(context: ScanContext): SettledWork {
  const work = workNow(context)
  return work.doing === 'asking' ? work.before : work
}

export function setWork(context: ScanContext, work: Work): void {
  if (JSON.stringify(workNow(context)) !== JSON.stringify(work)) context.draft.add('work-changed', { work })
}
