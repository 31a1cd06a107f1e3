import type { ShownScan, TopicState } from '../../contract/screen.ts'
import type { Ledger } from '../../ledger/ledger.ts'
import { countOf, EXTRA_SHELF, HOLD_SHELF, isIn, trayLetter } from '../../lifecycle/decide/trays.ts'
import { countedDrives } from '../../lifecycle/evolve/settle.ts'
import type { Hood } from '../../lifecycle/hood.ts'
import type {
  ArrivalRecord,
  DriveRecord,
  JobRecord,
  ScanRecord,
  SettledWork,
  WorkRecord,
} from '../../lifecycle/records.ts'

type Receive = TopicState<'receive'>
type Arrival = NonNullable<Receive['arrival']>
type Tile = Arrival['trays'][number]['tiles'][number]

const LAST_SCANS = 5
/** Enough to say what is on its way; a dock with more jobs than this has no need of the exact figure. */
const MOST_EXPECTED = 200

/** The stage, the arrival beside it and the last five scans. */
export function receiveView(ledger: Ledger): Receive {
  const record = ledger.get('work', ledger.station)
  const work = settled(record)
  const scans = (record?.scans ?? []).flatMap((id) => ledger.get('scan', id) ?? [])
  const newest = scans.find((scan) => canBeUndone(scan))
  const shown = scans.slice(0, LAST_SCANS).map((scan) => showScan(ledger, scan, newest))
  const arrival = work.doing === 'arrival' ? ledger.get('arrival', work.arrival) : undefined
  const last = shown[0]
  return {
    work: showWork(ledger, record, work),
    ...(last === undefined ? {} : { last }),
    scans: shown,
    ...(arrival === undefined ? {} : { arrival: showArrival(ledger, arrival, last) }),
    expected: expectedBoxes(ledger),
  }
}

/** One scan by its id, as every window shows it. */
export function scanView(ledger: Ledger, id: string): ShownScan | undefined {
  const scan = ledger.get('scan', id)
  if (scan === undefined) return undefined
  const scans = (ledger.get('work', ledger.station)?.scans ?? []).flatMap((s) => ledger.get('scan', s) ?? [])
  return showScan(ledger, scan, scans.find(canBeUndone))
}

const canBeUndone = (scan: ScanRecord): boolean => scan.undo !== undefined && !scan.undone

function showScan(ledger: Ledger, scan: ScanRecord, newest: ScanRecord | undefined): ShownScan {
  const { say, next, facts, verdict, misread, count, ...about } = scan.verdict
  return {
    ...about,
    scan: scan.id,
    at: scan.at,
    text: scan.text,
    verdict,
    say: { name: say, facts: { ...facts } },
    next: { name: next, facts: { ...facts } },
    ...(count === undefined ? {} : { count: { ...count } }),
    ...(misread === undefined
      ? {}
      : { misread: { expected: misread.expected, positions: [...misread.positions] } }),
    undo: !canBeUndone(scan) ? 'no' : scan.id === newest?.id ? 'now' : 'later',
    undone: scan.undone,
    unsent: ledger.isUnconfirmed('scan', scan.id),
  }
}

function settled(record: WorkRecord | undefined): SettledWork {
  const work = record?.work ?? { doing: 'nothing' }
  return work.doing === 'asking' ? work.before : work
}

function showWork(ledger: Ledger, record: WorkRecord | undefined, work: SettledWork): Receive['work'] {
  const asking = record?.work.doing === 'asking'
  switch (work.doing) {
    case 'arrival': {
      const arrival = ledger.get('arrival', work.arrival)
      if (arrival === undefined) return { doing: 'arrival', asking }
      const count = countOf(ledger.gather({ arrivals: [arrival.id] }), arrival)
      return { doing: 'arrival', name: arrival.tracking, count, asking }
    }
    case 'bay':
      return { doing: 'bay', name: work.bay, asking }
    case 'return': {
      const number = ledger.get('return', work.return)?.number
      return { doing: 'return', ...(number === undefined ? {} : { name: number }), asking }
    }
    case 'case': {
      const reason = ledger.get('case', work.case)?.reason
      return { doing: 'case', ...(reason === undefined ? {} : { name: reason }), asking }
    }
    default:
      return { doing: work.doing, asking }
  }
}

function showArrival(ledger: Ledger, arrival: ArrivalRecord, last: ShownScan | undefined): Arrival {
  const hood = ledger.gather({ arrivals: [arrival.id] })
  const isNow = (serial: string) => last?.drive === serial || last?.misread?.expected === serial
  const trays = arrival.jobs.flatMap((id) => {
    const job = hood.get('job', id)
    return job === undefined ? [] : [showTray(hood, arrival, job, isNow)]
  })
  const aside = hood.all('custody').filter((custody) => custody.arrival === arrival.id)
  const shelves = ([HOLD_SHELF, EXTRA_SHELF] as const).flatMap((shelf) => {
    const mark = shelf === HOLD_SHELF ? 'held' : 'extra'
    const tiles = aside
      .filter((custody) => custody.state === mark)
      .map(({ serial }): Tile => ({ drive: serial, state: 'Specified', mark, now: isNow(serial) }))
    return tiles.length === 0 ? [] : [{ shelf, tiles }]
  })
  return {
    tracking: arrival.tracking,
    ...(arrival.carrier === undefined ? {} : { carrier: arrival.carrier }),
    openedAt: arrival.openedAt,
    open: arrival.state === 'open',
    count: countOf(hood, arrival),
    trays,
    shelves,
  }
}

function showTray(
  hood: Hood,
  arrival: ArrivalRecord,
  job: JobRecord,
  isNow: (serial: string) => boolean,
): Arrival['trays'][number] {
  const drives = countedDrives(hood, job.id)
  return {
    letter: trayLetter(arrival, job.id) ?? '',
    job: job.name,
    state: job.state,
    count: { received: drives.filter(isIn).length, expected: drives.length },
    tiles: drives.map((drive) => ({
      drive: drive.serial,
      state: drive.state,
      mark: markOf(hood, drive),
      now: isNow(drive.serial),
    })),
  }
}

function markOf(hood: Hood, drive: DriveRecord): Tile['mark'] {
  if (hood.get('custody', drive.serial)?.state === 'held') return 'held'
  if (drive.fault !== undefined) return 'attention'
  return isIn(drive) ? 'received' : 'waiting'
}

function expectedBoxes(ledger: Ledger): Receive['expected'] {
  const jobs = ledger.find('job', 'state', 'Shipping', { limit: MOST_EXPECTED })
  const drives = jobs.reduce((sum, job) => sum + ledger.find('drive', 'job', job.id).length, 0)
  return { jobs: jobs.length, drives }
}
