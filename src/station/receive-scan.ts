import type { Entry } from '../contract/entry.ts'
import { casePersonalKey, type JobPersonal } from '../contract/import-export-api.ts'
import type { VerdictLine } from '../contract/verdict-line.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { NewEvent } from '../ledger/own-entries.ts'
import type { DeedDetails, People, ReadingAids } from '../lifecycle/decide/context.ts'
import {
  decideScan,
  type ScanDecision,
  type ScanInput,
  subjectsOfScan,
} from '../lifecycle/decide/decide-scan.ts'
import type { Mint } from '../lifecycle/decide/draft.ts'
import { event, type Stamp } from '../lifecycle/events.ts'
import type { Hood } from '../lifecycle/hood.ts'
import type { Failure } from '../lifecycle/outcome.ts'
import type { Verdict } from '../lifecycle/records.ts'
import type { Clock } from '../ports/clock.ts'
import type { Ids } from '../ports/ids.ts'
import type { Log } from '../ports/log.ts'
import { splitGlued } from '../scanning/glued.ts'
import { misreadOf } from '../scanning/misread.ts'
import { type Reading, readScan } from '../scanning/read-scan.ts'
import { makeReturnNumber } from '../scanning/return-number.ts'
import { caseAfter } from './open-cases.ts'
import type { Spoken } from './sentences.ts'

/** Characters of a return number before its check character: a billion boxes before two are likely to meet. */
export const RETURN_NUMBER_LENGTH = 6

export interface ReceiveScanParts {
  readonly ledger: Ledger
  readonly site: string
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly speak: (verdict: Verdict) => Spoken
  readonly people: People
  /** The service's clock, as far as it is known. */
  readonly serviceNow: () => number
  /** Called after the scan is safely in the ledger. */
  readonly onWritten: (entries: readonly Entry[]) => void
}

/**
 * A scan from any transport: text in, verdict out. When it has answered with anything but `refused`, the scan and
 * all that follows from it are on the disk. The same `scanId` is answered the same again.
 */
export type ReceiveScan = (raw: string, scanId: string, actor: string, given?: Given) => VerdictLine

/** What a form of a screen adds to a command. Words and addresses are personal: they go beside the entry, never into it. */
export interface Given extends Omit<DeedDetails, 'note'> {
  readonly words?: string
  /** Where the drives of this case go home to. */
  readonly address?: JobPersonal
}

export function createReceiveScan(parts: ReceiveScanParts): ReceiveScan {
  const { ledger, clock, ids, people } = parts
  const aids: ReadingAids = { misreadOf, splitGlued, people }
  const mint: Mint = {
    uuid: () => ids.uuid(),
    returnNumber: () => makeReturnNumber(ids.code(RETURN_NUMBER_LENGTH)),
  }
  const line = (scan: string, verdict: Verdict): VerdictLine => {
    const { verdict: code, say: _say, next: _next, facts: _facts, ...about } = verdict
    return { scan, verdict: code, ...about, ...parts.speak(verdict) }
  }
  const couldNotWrite = (scan: string, failure: Failure): VerdictLine => {
    parts.log.error('A scan could not be written.', { code: failure.code, detail: failure.detail ?? '' })
    const verdict: Verdict = {
      verdict: 'refused',
      say: 'station-stopped',
      next: 'restart-station',
      facts: {},
    }
    return { ...line(scan, verdict), sentence: failure.sentence }
  }
  /** A defect in the rules must not lose the scan: it is written as refused, and changes nothing else. */
  const decideOrAdmit = (hood: Hood, input: ScanInput, stamp: Stamp): ScanDecision => {
    try {
      return decideScan(hood, input, aids, stamp, mint)
    } catch (error) {
      parts.log.error('A scan could not be decided.', { scan: input.scan, error: String(error) })
      const verdict: Verdict = { verdict: 'refused', say: 'station-defect', next: 'supervisor', facts: {} }
      return {
        verdict,
        events: [event('scan-read', { scan: input.scan, text: input.reading.text, verdict })],
      }
    }
  }
  /** Who answers for this scan: the badge itself when it signs in, else whoever is signed in. */
  const actorOf = (reading: Reading, otherwise: string): string => {
    const record = ledger.get('work', ledger.station)
    const asked = record?.work.doing === 'asking' ? record.work.ask.what : undefined
    const signsIn = reading.badge !== undefined && asked !== 'second-person' && people.known(reading.badge)
    return signsIn && reading.badge !== undefined ? reading.badge : (record?.person?.id ?? otherwise)
  }
  return (raw, scanId, nobody, given) => {
    const reading = readScan(raw)
    const actor = actorOf(reading, nobody)
    const details = detailsOf(given, ids)
    const next = reading.command === 'TD-CASE' && given?.case === undefined ? caseAfter(ledger) : undefined
    const input: ScanInput = {
      scan: scanId,
      reading,
      station: ledger.station,
      site: parts.site,
      serviceNow: parts.serviceNow(),
      ...(details === undefined && next === undefined
        ? {}
        : { given: { ...details?.given, ...(next === undefined ? {} : { case: next }) } }),
    }
    const written = ledger.decide(subjectsOfScan(input), actor, (hood) => {
      const stamp = { id: scanId, station: ledger.station, at: clock.now(), actor }
      const decision = decideOrAdmit(hood, input, stamp)
      const events = decision.events.map((one) => withPersonal(one, details?.words, given?.address))
      return { events: chained(events), result: decision.verdict }
    })
    if (!written.ok) return couldNotWrite(scanId, written.failure)
    if (written.value.entries.length > 0) parts.onWritten(written.value.entries)
    return line(scanId, written.value.result)
  }
}

/** Everything a scan caused points at the scan, which comes first. */
function chained(events: readonly NewEvent[]): NewEvent[] {
  return events.map((event, at) => (at === 0 ? event : { ...event, pointsAt: { index: 0 } }))
}

/** The details as the rules may know them: words under a key, addresses not at all. */
function detailsOf(given: Given | undefined, ids: Ids) {
  if (given === undefined) return undefined
  const { words, address: _address, ...plain } = given
  if (words === undefined) return { given: plain, words: undefined }
  const note = `note:${ids.uuid()}`
  return { given: { ...plain, note }, words: { key: note, text: JSON.stringify({ text: words }) } }
}

/** Puts what is personal beside the entry that tells of it. */
function withPersonal(
  event: NewEvent,
  words: { readonly key: string; readonly text: string } | undefined,
  address: JobPersonal | undefined,
): NewEvent {
  if (event.kind === 'case-answered' && address !== undefined)
    return { ...event, personal: { key: casePersonalKey(event.body.case), text: JSON.stringify(address) } }
  const told =
    event.kind === 'case-contacted' || event.kind === 'case-answered' || event.kind === 'case-noted'
  return told && words !== undefined && event.body.note === words.key ? { ...event, personal: words } : event
}
