/** Topic states as a working dock would have them. Serials and numbers follow the makers' patterns and are invented. */
import type { ShownScan, TopicState } from '../../src/contract/screen.ts'

type Receive = TopicState<'receive'>
type Tile = NonNullable<Receive['arrival']>['trays'][number]['tiles'][number]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** When all of it is. Pages are shown with their clock at this time. */
export const NOW = new Date(2026, 10, 20, 14, 32, 9).getTime()

let count = 0
/** A scan's name; the order of calls is the order of scans. */
export function scanId(): string {
  return `00000000-0000-4000-8000-${String(++count).padStart(12, '0')}`
}

export function shown(part: Partial<ShownScan> = {}): ShownScan {
  return {
    scan: scanId(),
    at: NOW,
    text: 'WX32DA0K4T7N',
    verdict: 'received',
    say: { name: 'received', facts: { job: 'larkfield-scans-07', received: 7, expected: 10, tray: 'A' } },
    next: { name: 'scan-next-drive', facts: {} },
    undo: 'no',
    undone: false,
    unsent: false,
    ...part,
  }
}

export const calmStation: TopicState<'station'> = {
  station: 'Dock 2 · Station B',
  site: 'northdock',
  practice: false,
  person: 'Maud Verhulst',
  storage: { name: 'northdock-imports', ready: true },
  unsent: 2,
  oldestUnsentAt: NOW - 9_000,
  service: { name: 'dock.northdock.example', state: 'in-step', clockAheadMs: 200 },
  printer: { name: 'Label printer, left', ready: true },
  scanner: { heardAt: NOW - 1_000 },
  warnings: [],
}

export const troubledStation: TopicState<'station'> = {
  ...calmStation,
  person: '',
  storage: { name: 'northdock-imports', ready: false, trouble: 'The storage folder is full.' },
  unsent: 1_846,
  oldestUnsentAt: NOW - 3 * HOUR_MS,
  service: { name: 'dock.northdock.example', state: 'waiting', clockAheadMs: -95_000 },
  printer: { name: 'Label printer, left', ready: false, trouble: 'Out of paper since 13:40.' },
  scanner: {},
  warnings: ['The clock of this machine was set back by 4 min.', 'The last backup is 3 days old.'],
}

export const emptyReceive: Receive = {
  work: { doing: 'nothing', asking: false },
  scans: [],
  expected: { jobs: 5, drives: 31 },
}

const tiles = (serials: string, waiting: string, now?: string): Tile[] =>
  serials.split(' ').map((drive) => ({
    drive,
    state: waiting.includes(drive) ? 'Specified' : 'Received',
    mark: waiting.includes(drive) ? 'waiting' : 'received',
    now: drive === now,
  }))

const TRAY_A = 'WX32DA0K4T7N WX32DA0K9M2C ZR5A1N7K ZR5A0X4P WX12D81N7H3E Y1P0A04GFDVG'
const TRAY_B = 'ZL2P8Q4M ZL2PB3R6 42J0A1KTFVGG ZL2P7T0W'

export function openArrival(now?: string): NonNullable<Receive['arrival']> {
  return {
    tracking: '1Z84W5E70341829916',
    carrier: 'UPS',
    openedAt: NOW - MINUTE_MS,
    open: true,
    count: { received: 7, expected: 10 },
    trays: [
      {
        letter: 'A',
        job: 'larkfield-scans-07',
        state: 'Shipping',
        count: { received: 5, expected: 6 },
        tiles: tiles(TRAY_A, 'WX12D81N7H3E', now),
      },
      {
        letter: 'B',
        job: 'larkfield-scans-08',
        state: 'Shipping',
        count: { received: 2, expected: 4 },
        tiles: tiles(TRAY_B, '42J0A1KTFVGG ZL2P7T0W', now),
      },
    ],
    shelves: [],
  }
}

const EARLIER: readonly ShownScan[] = [
  shown({
    at: NOW - 3_000,
    text: 'WX32DA0K4T7N',
    drive: 'WX32DA0K4T7N',
    job: 'larkfield-scans-07',
    tray: 'A',
    undo: 'now',
    unsent: true,
  }),
  shown({
    at: NOW - 5_000,
    text: 'ZL2PB3R6',
    drive: 'ZL2PB3R6',
    job: 'larkfield-scans-08',
    tray: 'B',
    undo: 'later',
    unsent: true,
  }),
  shown({
    at: NOW - 7_000,
    text: 'ZR5A0X4P',
    drive: 'ZR5A0X4P',
    verdict: 'already-received',
    say: { name: 'already-received', facts: { tray: 'A', job: 'larkfield-scans-07' } },
    tray: 'A',
  }),
  shown({
    at: NOW - 9_000,
    text: 'ZR5A0X4P',
    drive: 'ZR5A0X4P',
    job: 'larkfield-scans-07',
    tray: 'A',
    undo: 'later',
  }),
  shown({
    at: NOW - 12_000,
    text: '0F38462',
    verdict: 'not-a-drive-serial',
    say: { name: 'not-serial-part-number', facts: { text: '0F38462' } },
    next: { name: 'scan-serial', facts: {} },
  }),
]

/** In the middle of a box, with `last` as the newest scan. */
export function receiving(
  last: ShownScan,
  arrival = openArrival(last.misread?.expected ?? last.drive),
): Receive {
  const others = EARLIER.filter((scan, at) => at > 0 || scan.drive !== last.drive)
  const before = others.map((scan) =>
    last.undo === 'now' && scan.undo === 'now' ? { ...scan, undo: 'later' as const } : scan,
  )
  return {
    work: { doing: 'arrival', name: arrival.tracking, count: arrival.count, asking: false },
    last,
    scans: [last, ...before].slice(0, 5),
    arrival,
    expected: { jobs: 5, drives: 31 },
  }
}

export const received = shown({
  text: 'WX32DA0K4T7N',
  drive: 'WX32DA0K4T7N',
  job: 'larkfield-scans-07',
  arrival: '1Z84W5E70341829916',
  tray: 'A',
  count: { received: 7, expected: 10 },
  undo: 'now',
  unsent: true,
})

export const extra = shown({
  text: 'ZR5C6L9Y',
  drive: 'ZR5C6L9Y',
  verdict: 'extra',
  say: { name: 'extra', facts: {} },
  next: { name: 'extra-shelf-next-drive', facts: {} },
  tray: 'EXTRA',
  undo: 'now',
})

export const held = shown({
  text: 'ZL9K4D2R',
  drive: 'ZL9K4D2R',
  verdict: 'held',
  say: { name: 'held-job-creating', facts: { job: 'brightwater-archive-02' } },
  next: { name: 'hold-shelf-next-drive', facts: {} },
  job: 'brightwater-archive-02',
  tray: 'HOLD',
  undo: 'now',
})

export const misread = shown({
  text: 'WX12DB1N7H3E',
  drive: 'WX12DB1N7H3E',
  verdict: 'unreadable',
  say: { name: 'misread', facts: { expected: 'WX12D81N7H3E' } },
  next: { name: 'scan-again', facts: {} },
  misread: { expected: 'WX12D81N7H3E', positions: [5] },
})
