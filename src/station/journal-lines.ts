import type { CallArgs, Sentence } from '../contract/screen.ts'
import type { JournalEntry, Ledger } from '../ledger/ledger.ts'
import { lookUpDrive } from '../lifecycle/decide/look-up.ts'
import { serialKey } from '../scanning/serial-key.ts'
import { lookUpContext } from './look-up-context.ts'

type Asked = Pick<CallArgs<'journal.read'>, 'search' | 'kind'>

/** Entries looked through for one page: enough for weeks of one station. */
const MOST_LOOKED_AT = 20_000
const PAGE = 500
const MOST_DRIVES = 10

export interface JournalLine {
  readonly id: string
  readonly at: number
  readonly station: string
  readonly by: string
  readonly say: Sentence
  /** The serial, box or code it is about. */
  readonly text: string
}

const KINDS: Readonly<Record<Asked['kind'], RegExp>> = {
  all: /./,
  scans: /^scan-read$/,
  drives: /^(drive|copy|identity|key|receipt|miss|placing)/,
  boxes: /^(arrival|return|label)/,
  cases: /^case/,
  people: /^signed/,
}

/** Entries that fit, newest first. A search finds them by any piece of what they tell, in any case. */
export function journalLines(
  ledger: Ledger,
  { search, kind }: Asked,
  most: number,
  nameOf: (badge: string) => string,
): JournalLine[] {
  const wanted = search.toUpperCase()
  const lines: JournalLine[] = []
  let before: number | undefined
  for (let looked = 0; looked < MOST_LOOKED_AT && lines.length < most; looked += PAGE) {
    const page = ledger.newest({ before, limit: PAGE })
    for (const row of page) {
      if (lines.length === most) break
      const line = lineOf(row, nameOf)
      if (line === undefined || !KINDS[kind].test(line.say.name)) continue
      if (wanted === '' || JSON.stringify(line).toUpperCase().includes(wanted)) lines.push(line)
    }
    before = page.at(-1)?.pos
    if (before === undefined) break
  }
  return lines
}

function lineOf({ entry }: JournalEntry, nameOf: (badge: string) => string): JournalLine | undefined {
  if (entry === undefined) return undefined
  const facts: Sentence['facts'] = {}
  for (const [name, value] of Object.entries(entry.body))
    if (typeof value === 'string' || typeof value === 'number') facts[name] = value
  const about = ['serial', 'text', 'tracking', 'number', 'bay'].find(
    (name) => typeof facts[name] === 'string',
  )
  return {
    id: entry.id,
    at: entry.at,
    station: entry.station,
    by: nameOf(entry.actor),
    say: { name: entry.kind, facts },
    text: about === undefined ? '' : String(facts[about]),
  }
}

/** Drives whose serial ends in what was searched for, each explained in one sentence. On site, or the exact serial. */
export function explainDrives(ledger: Ledger, search: string): { drive: string; say: Sentence }[] {
  const wanted = serialKey(search)
  if (wanted.length < 4) return []
  const here = (['tray', 'bay', 'held', 'extra', 'packed'] as const).flatMap((state) =>
    ledger.find('custody', 'state', state),
  )
  const found = here.map(({ serial }) => serial).filter((serial) => serial.endsWith(wanted))
  const known = found.length === 0 && ledger.find('drive', 'serial', wanted).length > 0 ? [wanted] : found
  return known.slice(0, MOST_DRIVES).flatMap((drive) => {
    const verdict = lookUpDrive(lookUpContext(ledger, drive))
    return verdict === undefined ? [] : [{ drive, say: { name: verdict.say, facts: { ...verdict.facts } } }]
  })
}

/** A cell that no spreadsheet takes for a formula (OWASP, "CSV Injection"), quoted as RFC 4180 says. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function asCsv(lines: readonly JournalLine[]): string {
  const rows = lines.map(({ at, station, by, say, text, id }) =>
    [new Date(at).toISOString(), station, by, say.name, text, id].map(csvCell).join(','),
  )
  return `${['time,station,by,kind,about,entry', ...rows].join('\r\n')}\r\n`
}
