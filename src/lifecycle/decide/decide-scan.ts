import type { LifeEvent, Stamp } from '../events.ts'
import { event } from '../events.ts'
import type { Hood, Subjects } from '../hood.ts'
import type { Verdict, Work } from '../records.ts'
import { trackingBase } from '../tracking-base.ts'
import { obey } from './commands.ts'
import {
  type ReadingAids,
  type ScanContext,
  type ScanReading,
  settledWork,
  setWork,
  workNow,
} from './context.ts'
import { Draft, type Mint } from './draft.ts'
import { lookUpDrive } from './look-up.ts'
import { findParcel, openBlind, openParcel } from './open-arrival.ts'
import { packDrive, refused } from './pack-drive.ts'
import { chooseBay, placeInBay } from './place-in-bay.ts'
import { receiveDrive } from './receive-drive.ts'
import { scanReturnLabel, shipReturn } from './ship-return.ts'

export interface ScanInput {
  /** Made where the scan was read, reused on every retry. */
  readonly scan: string
  readonly reading: ScanReading
  readonly station: string
  readonly site: string
}

export interface ScanDecision {
  readonly verdict: Verdict
  /** The scan itself first, then what it caused. */
  readonly events: readonly LifeEvent[]
}

/** What has to be loaded before a scan can be decided. */
export function subjectsOfScan(input: ScanInput): Subjects {
  const { reading } = input
  return {
    stations: [input.station],
    scans: [input.scan],
    serials: reading.serialKeys,
    trackings: [...new Set([...reading.trackingKeys, ...reading.trackingKeys.map(trackingBase)])],
    ...(reading.returnNumber === undefined ? {} : { returnNumbers: [reading.returnNumber] }),
    ...(reading.bay === undefined ? {} : { bays: [reading.bay] }),
  }
}

/**
 * What one scan means and what follows from it. Every scan, also one that is not understood, is an event, so that an
 * answered scan is never lost; the same scan id is answered with the same verdict and changes nothing.
 */
export function decideScan(
  hood: Hood,
  input: ScanInput,
  aids: ReadingAids,
  stamp: Stamp,
  mint: Mint,
): ScanDecision {
  const answered = hood.get('scan', input.scan)
  if (answered !== undefined) return { verdict: answered.verdict, events: [] }
  const draft = new Draft(hood, stamp, mint)
  const context: ScanContext = {
    draft,
    reading: input.reading,
    aids,
    station: input.station,
    site: input.site,
  }
  const { verdict, undoes } = answer(context)
  const scanRead = event('scan-read', {
    scan: input.scan,
    text: input.reading.text,
    verdict,
    ...(draft.undo.length === 0 ? {} : { undo: draft.undo }),
    ...(undoes === undefined ? {} : { undoes }),
  })
  return { verdict, events: [scanRead as LifeEvent, ...draft.events] }
}

function answer(context: ScanContext): { verdict: Verdict; undoes?: string } {
  const { reading } = context
  if (reading.kind === 'unreadable') {
    return {
      verdict: {
        verdict: 'unreadable',
        say: `unreadable-${reading.unreadable ?? 'empty'}`,
        next: 'scan-again',
        facts: {},
      },
    }
  }
  if (reading.kind === 'command' && reading.command !== undefined) return obey(context, reading.command)
  if (reading.kind === 'bay' && reading.bay !== undefined) return { verdict: chooseBay(context, reading.bay) }
  if (reading.kind === 'return-label' && reading.returnNumber !== undefined)
    return { verdict: scanReturnLabel(context, reading.returnNumber) }
  if (reading.kind === 'badge') return { verdict: refused('badge-unknown', 'scan-next', {}) }
  return { verdict: readText(context) }
}

/** A serial or a tracking number: what it is depends on what the station is doing (rules 4 and 12). */
function readText(context: ScanContext): Verdict {
  const { draft } = context
  const work = workNow(context)
  const doing = settledWork(context)
  const box = doing.doing === 'return' ? draft.hood.get('return', doing.return) : undefined
  if (box?.state === 'closed') return shipReturn(context, box)
  if (doing.doing === 'shipping')
    return refused('shipping-needs-label', 'scan-return-label', { text: context.reading.text })

  // A listed serial wins over a number that happens to look like it; then whatever is expected.
  const arrival = doing.doing === 'arrival' ? draft.hood.get('arrival', doing.arrival) : undefined
  const knownSerial = context.reading.serialKeys.some(
    (key) =>
      draft.hood.get('custody', key) !== undefined || draft.hood.find('drive', 'serial', key).length > 0,
  )
  const parcel = knownSerial ? undefined : findParcel(context)
  if (parcel !== undefined && doing.doing !== 'return' && doing.doing !== 'packing') {
    const same = parcel.found === 'arrival' && parcel.arrival.id === arrival?.id
    const asked = work.doing === 'asking' && work.ask.what === 'take-over'
    if (work.doing === 'asking' && !asked) dropQuestion(context, work)
    if (same || parcel.found !== 'done' || arrival === undefined) return openParcel(context, parcel)
  }
  if (doing.doing === 'bay') return placeInBay(context, doing.bay)
  if (doing.doing === 'packing') return packDrive(context, undefined)
  if (doing.doing === 'return') return packDrive(context, box)
  if (arrival !== undefined) {
    if (work.doing === 'asking' && !context.reading.serialKeys.includes(work.text))
      dropQuestion(context, work)
    return receiveDrive(context, arrival)
  }
  return lookUpDrive(context) ?? unknownText(context, work)
}

function dropQuestion(context: ScanContext, work: Extract<Work, { doing: 'asking' }>): void {
  setWork(context, work.before)
}

/** Nothing knows this text. A carrier's valid number is a box nobody announced; anything else is asked. */
function unknownText(context: ScanContext, work: Work): Verdict {
  const { reading } = context
  const [tracking] = reading.trackingKeys
  if (tracking !== undefined && reading.carrier?.checkDigit === 'valid') return openBlind(context, tracking)
  const yes = work.doing === 'asking' && work.ask.what === 'new-box' && work.text === reading.text
  if (yes && tracking !== undefined) {
    setWork(context, work.before)
    return openBlind(context, tracking)
  }
  if (reading.notSerial !== undefined && reading.notSerial !== 'tracking-number')
    return {
      verdict: 'not-a-drive-serial',
      say: `not-serial-${reading.notSerial}`,
      next: 'scan-serial',
      facts: { text: reading.text },
    }
  if (tracking === undefined)
    return {
      verdict: 'not-a-drive-serial',
      say: 'not-serial',
      next: 'scan-serial',
      facts: { text: reading.text },
    }
  setWork(context, {
    doing: 'asking',
    ask: { what: 'new-box' },
    text: reading.text,
    before: work.doing === 'asking' ? work.before : work,
  })
  return { verdict: 'look-up', say: 'unknown', next: 'scan-again-if-box', facts: { text: reading.text } }
}
