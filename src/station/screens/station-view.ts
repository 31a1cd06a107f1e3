import type { StationConfig } from '../../contract/config.ts'
import type { TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import type { SyncStatus } from '../../sync/sync-loop.ts'

export interface StationViewParts {
  readonly ledger: Ledger
  readonly config: StationConfig
  readonly practice: boolean
  readonly sync: () => SyncStatus
  readonly serviceName: string
  /** As the label printer calls itself: a queue's name, an address, or the folder. */
  readonly printerName: string
  /** What is wrong with printing, in a sentence; undefined when nothing is. */
  readonly printTrouble: () => string | undefined
  readonly warnings: () => readonly string[]
  readonly nameOf: (badge: string) => string
}

/** The thin bar, and what the Station room shows. */
export function stationView(parts: StationViewParts): TopicState<'station'> {
  const { ledger, config } = parts
  const sync = parts.sync()
  const person = ledger.get('work', ledger.station)?.person
  const [oldest] = ledger.unsent(1)
  const oldestAt = oldest === undefined ? undefined : timeOf(oldest.wire.text)
  const scanned = ledger.get('work', ledger.station)?.scans[0]
  const heardAt = scanned === undefined ? undefined : ledger.get('scan', scanned)?.at
  const printTrouble = parts.printTrouble()
  return {
    station: ledger.station,
    site: config.site,
    practice: parts.practice,
    person: person === undefined ? '' : parts.nameOf(person.id),
    ...(person === undefined ? {} : { role: person.role }),
    storage: {
      name: shownStorage(config),
      ready: config.defaultStorage !== undefined || Object.keys(config.storageAccounts).length > 0,
    },
    unsent: ledger.unsentCount(),
    ...(oldestAt === undefined ? {} : { oldestUnsentAt: oldestAt }),
    service: {
      name: parts.serviceName,
      state: sync.state,
      ...('failure' in sync ? { trouble: sync.failure.sentence } : {}),
      ...(sync.state === 'in-step' ? { clockAheadMs: sync.clockAheadMs } : {}),
    },
    printer: {
      name: parts.printerName,
      ready: printTrouble === undefined,
      ...(printTrouble === undefined ? {} : { trouble: printTrouble }),
    },
    scanner: heardAt === undefined ? {} : { heardAt },
    warnings: [...parts.warnings()],
  }
}

/** When an entry was written, from its stored text. */
function timeOf(text: string): number | undefined {
  const { at } = JSON.parse(text) as { at?: unknown }
  return typeof at === 'number' ? at : undefined
}

/** A name for people: never the query of a URL, which may hold a secret. */
function shownStorage(config: StationConfig): string {
  const url = config.defaultStorage ?? Object.values(config.storageAccounts)[0]
  if (url === undefined) return ''
  const path = url.replace(/\?.*$/s, '').replace(/\/+$/, '')
  return path.split('/').at(-1) ?? path
}
