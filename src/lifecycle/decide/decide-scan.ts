import type { LifeEvent, Stamp } from '../events.ts'
import { event } from '../events.ts'
import { workOf } from '../evolve/people.ts'
import type { Hood, Subjects } from '../hood.ts'
import type { Verdict } from '../records.ts'
import { trackingBase } from '../tracking-base.ts'
import { givePin, scanBadge } from './badges.ts'
import { obey } from './commands.ts'
import {
  arrivalInHand,
  ask,
  type CommandCode,
  type DeedDetails,
  isKnownSerial,
  parcelNumber,
  type ReadingAids,
  type ScanContext,
  type ScanReading,
  saidYes,
  settledWork,
  setWork,
} from './context.ts'
import { Draft, type Mint } from './draft.ts'
import { lookUpDrive } from './look-up.ts'
import { findParcel, openBlind, openParcel, takenOver } from './open-arrival.ts'
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
  /** The service's clock; the stamp's own when the station does not know it. */
  readonly serviceNow?: number
  /** What a screen adds to a command; for TD-CASE the next case, which the station found. */
  readonly given?: DeedDetails
}

export interface ScanDecision {
  readonly verdict: Verdict
  /** The scan itself first, then what it caused. */
  readonly events: readonly LifeEvent[]
}

/** Orders about what was scanned before. */
const RECALLING: ReadonlySet<CommandCode | undefined> = new Set([
  'TD-UNDO',
  'TD-HOLD',
  'TD-DAMAGED',
  'TD-FAULT',
  'TD-NORETURN',
  'TD-LOST',
  'TD-DECLINE',
])

/** What has to be loaded before a scan can be decided. */
export function subjectsOfScan(input: ScanInput): Subjects {
  const { reading, given } = input
  return {
    ...(given?.case === undefined ? {} : { worked: [given.case] }),
    ...(given?.job === undefined ? {} : { jobs: [given.job] }),
    stations: [input.station],
    ...(RECALLING.has(reading.command) ? { recalls: [input.station] } : {}),
    scans: [input.scan],
    serials: given?.serial === undefined ? reading.serialKeys : [...reading.serialKeys, given.serial],
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
  const { work } = workOf(hood, input.station)
  const context: ScanContext = {
    draft,
    reading: input.reading,
    aids,
    station: input.station,
    site: input.site,
    now: input.serviceNow ?? stamp.at,
    ...(input.given === undefined ? {} : { given: input.given }),
    ...(work.doing === 'asking' ? { asked: work } : {}),
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
  // Whatever was asked is answered by this scan; who asks again does so anew.
  if (context.asked !== undefined) setWork(context, context.asked.before)
  if (reading.kind === 'command' && reading.command !== undefined) return obey(context, reading.command)
  if (reading.kind === 'bay' && reading.bay !== undefined) return { verdict: chooseBay(context, reading.bay) }
  if (reading.kind === 'return-label' && reading.returnNumber !== undefined)
    return { verdict: scanReturnLabel(context, reading.returnNumber) }
  if (reading.kind === 'badge') return { verdict: scanBadge(context, reading.badge ?? '') }
  if (reading.kind === 'pin') return { verdict: givePin(context, reading.pin ?? '') }
  return { verdict: readText(context) }
}

/** A serial or a tracking number: what it is depends on what the station is doing (rules 4 and 12). */
function readText(context: ScanContext): Verdict {
  const { draft, reading } = context
  const doing = settledWork(context)
  const box = doing.doing === 'return' ? draft.hood.get('return', doing.return) : undefined
  if (box?.state === 'closed') return shipReturn(context, box)

  // A listed serial wins over a number that happens to look like it; then an expected box, whatever is being done.
  const knownSerial = reading.serialKeys.some((key) => isKnownSerial(context, key))
  const parcel = knownSerial ? undefined : findParcel(context)
  if (parcel !== undefined) return openParcel(context, parcel)
  if (doing.doing === 'shipping')
    return refused('shipping-needs-label', 'scan-return-label', { text: reading.text })
  // A box that has left or was given up at another station is in nobody's hands: the next drive chooses one anew.
  const isPacking = box?.state === 'packing' || box?.state === 'labelled'
  if (doing.doing === 'return' || doing.doing === 'packing')
    return packDrive(context, isPacking ? box : undefined)
  if (doing.doing === 'bay') return placeInBay(context, doing.bay)
  const arrival = arrivalInHand(context)
  if (arrival !== undefined) return receiveDrive(context, arrival)
  const gone = doing.doing === 'arrival' ? draft.hood.get('arrival', doing.arrival) : undefined
  if (gone?.state === 'open') return takenOver(context, gone)
  return lookUpDrive(context) ?? unknownText(context)
}

/** Nothing knows this text. A carrier's valid number is a box nobody announced; anything else is asked. */
function unknownText(context: ScanContext): Verdict {
  const { reading } = context
  const tracking = parcelNumber(reading)
  const isOther = reading.notSerial !== undefined && reading.notSerial !== 'tracking-number'
  if (isOther || tracking === undefined)
    return {
      verdict: 'not-a-drive-serial',
      say: isOther ? `not-serial-${reading.notSerial}` : 'not-serial',
      next: 'scan-serial',
      facts: { text: reading.text },
    }
  if (reading.carrier?.checkDigit === 'valid' || saidYes(context, 'new-box', reading.text))
    return openBlind(context, tracking)
  ask(context, { what: 'new-box' }, reading.text)
  return { verdict: 'look-up', say: 'unknown', next: 'scan-again-if-box', facts: { text: reading.text } }
}
