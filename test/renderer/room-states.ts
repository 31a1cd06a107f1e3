/** The other rooms' states, of the same dock at the same time as `states.ts`. */
import type { JobDetail, TopicState } from '../../src/contract/screen.ts'
import { emptyReceive, NOW, shown } from './states.ts'

type Receive = TopicState<'receive'>
type Bay = TopicState<'bays'>['bays'][number]

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

const wave = (from: number, points: number): number[] =>
  Array.from({ length: points }, (_, at) => (from - at * 0.4 + Math.sin(at * 1.7) * 4) * 1e6)

function bay(number: number, part: Partial<Bay>): Bay {
  return {
    bay: String(number),
    plugged: true,
    phase: 'copying',
    health: 'healthy',
    curve: [],
    needsHand: false,
    next: { name: 'leave-it-in', facts: {} },
    ...part,
  }
}

export const rack: TopicState<'bays'> = {
  bays: [
    bay(1, {
      drive: 'VDK4R7TX',
      job: 'kestrel-tapes-01',
      percent: 62,
      bytesDone: 4.9e12,
      bytesTotal: 7.9e12,
      bytesPerSecond: 212e6,
      doneAt: NOW + 2 * HOUR_MS + 16 * MINUTE_MS,
      curve: wave(220, 37),
    }),
    bay(2, {
      drive: 'Y1P0A0B2FDVK',
      job: 'kestrel-tapes-01',
      percent: 8,
      bytesDone: 0.6e12,
      bytesTotal: 7.9e12,
      bytesPerSecond: 219e6,
      doneAt: NOW + 4 * HOUR_MS + 58 * MINUTE_MS,
      curve: wave(224, 5),
    }),
    bay(3, {
      drive: 'ZR5A7W3D',
      job: 'harbour-survey-11',
      phase: 'proving',
      percent: 34,
      bytesDone: 1.3e12,
      bytesTotal: 4e12,
      bytesPerSecond: 231e6,
      doneAt: NOW + 49 * MINUTE_MS,
      curve: wave(235, 20),
    }),
    bay(4, {
      drive: 'ZR5A3T8J',
      job: 'larkfield-scans-05',
      phase: 'done',
      state: 'Completed',
      files: { total: 18_204, done: 18_204 },
      bytesDone: 7.84e12,
      sizeBytes: 8e12,
      needsHand: true,
      next: { name: 'take-it-out-for-box', facts: { number: 'TDR-7K2M9PQ4' } },
    }),
    bay(5, {
      drive: 'WX72D3P5R8UA',
      job: 'osprey-masters-01',
      phase: 'done-more-info',
      state: 'CompletedMoreInfo',
      files: { total: 9_610, done: 9_607 },
      bytesDone: 3.91e12,
      health: 'at-risk',
      sizeBytes: 4e12,
      needsHand: true,
      next: { name: 'take-it-out', facts: {} },
    }),
    bay(6, {
      drive: 'ZR5B2H6N',
      job: 'osprey-masters-01',
      phase: 'held',
      trouble: 'identity',
      says: 'ZR5B2H8K',
      sizeBytes: 8e12,
      model: 'ST8000NM0055',
      needsHand: true,
      next: { name: 'scan-second-badge', facts: {} },
    }),
    bay(7, {
      phase: 'unknown',
      health: 'unknown',
      trouble: 'serial-hidden',
      sizeBytes: 8e12,
      model: 'USB 3.0 Bridge',
      needsHand: true,
      next: { name: 'scan-the-label', facts: {} },
    }),
    bay(8, {
      drive: '42J0A1KTF4GC',
      job: 'harbour-survey-11',
      percent: 41,
      bytesDone: 1.6e12,
      bytesTotal: 4e12,
      bytesPerSecond: 74e6,
      doneAt: NOW + 6 * HOUR_MS + 38 * MINUTE_MS,
      health: 'watch',
      trouble: '41 bad sectors. Good parts first.',
      curve: [...wave(190, 14), ...wave(90, 10)],
    }),
    bay(9, {
      drive: 'ZCT0R1VX',
      job: 'fernhill-restore-03',
      percent: 27,
      bytesDone: 1.08e12,
      bytesTotal: 4e12,
      bytesPerSecond: 181e6,
      doneAt: NOW + 3 * HOUR_MS + 23 * MINUTE_MS,
      curve: wave(186, 16),
    }),
    bay(10, {
      health: undefined,
      phase: 'free',
      plugged: false,
      upNext: 'ZL2K9C4T',
      next: { name: 'take-from-tray', facts: { place: 'C' } },
    }),
  ],
}

type Box = TopicState<'ship-back'>['boxes'][number]

const IN_BOX = ['VDK1M9HX', 'Y1P0A0C7FD1K', 'ZL2KC2V5', 'WX52D1M0P6RF']

export const missingBox: Box = {
  number: 'TDR-7K2M9PQ4',
  active: true,
  state: 'packing',
  job: 'larkfield-scans-05',
  jobState: 'Packaging',
  packed: IN_BOX.map((drive, at) => ({
    drive,
    job: 'larkfield-scans-05',
    at: NOW - (34 - at * 4) * MINUTE_MS,
    extra: false,
  })),
  missing: [
    { drive: 'ZR5A3T8J', place: 'bay 4', extra: false },
    { drive: 'ZCT1D8QF', place: 'EXTRA', extra: true },
  ],
  addressKnown: true,
  address: ['Larkfield Imaging Ltd', '14 Quayside Row', 'Hull HU1 1NQ', 'United Kingdom'],
  carrier: 'UPS',
  accountKnown: true,
  copiedClean: 5,
  copied: 5,
  prints: 0,
  print: { state: 'none' },
}

export const earnedBox: Box = {
  ...missingBox,
  state: 'labelled',
  packed: [
    ...missingBox.packed,
    { drive: 'ZR5A3T8J', job: 'larkfield-scans-05', at: NOW - 6 * MINUTE_MS, extra: false },
    { drive: 'ZCT1D8QF', at: NOW - 4 * MINUTE_MS, extra: true },
  ],
  missing: [],
  prints: 1,
  print: { state: 'confirmed' },
}

export const packing = (box: Box): Receive => ({
  ...emptyReceive,
  work: {
    doing: 'return',
    name: box.number,
    count: { received: box.packed.length, expected: box.packed.length + box.missing.length },
    asking: false,
  },
  last: shown({
    text: 'WX52D1M0P6RF',
    drive: 'WX52D1M0P6RF',
    verdict: 'packed',
    say: { name: 'packed', facts: { missing: box.missing.length } },
    next: { name: 'fetch-next', facts: { serial: 'ZR5A3T8J', place: 'bay 4' } },
    job: 'larkfield-scans-05',
    return: box.number,
    count: { received: box.packed.length, expected: box.packed.length + box.missing.length },
    undo: 'now',
  }),
})

type Case = TopicState<'cases'>['cases'][number]

const aCase = (id: number, part: Partial<Case>): Case => ({
  id: `case-${id}`,
  reason: 'unannounced',
  state: 'open',
  openedAt: NOW - DAY_MS,
  deeds: [],
  log: [],
  jobs: [],
  ...part,
})

export const cases: TopicState<'cases'> = {
  cases: [
    aCase(5, {
      reason: 'shipping-overdue',
      job: 'kestrel-tapes-02',
      owner: 'Jonas Lindqvist',
      openedAt: NOW - 3 * DAY_MS,
      dueAt: NOW + 11 * DAY_MS,
    }),
    aCase(1, {
      reason: 'identity-contradicted',
      job: 'osprey-masters-01',
      drive: 'ZR5B2H6N',
      owner: 'Ines Okafor',
      dueAt: NOW - 2 * HOUR_MS - 10 * MINUTE_MS,
    }),
    aCase(2, {
      reason: 'return-address-missing',
      job: 'fernhill-restore-01',
      owner: 'Ines Okafor',
      state: 'waiting',
      dueAt: NOW + 2 * HOUR_MS + 28 * MINUTE_MS,
    }),
    aCase(3, {
      reason: 'closed-short',
      job: 'kestrel-tapes-01',
      drive: 'VDK8N2TX',
      dueAt: NOW + 3 * HOUR_MS + 28 * MINUTE_MS,
    }),
    aCase(4, {
      reason: 'copy-failed',
      job: 'harbour-survey-11',
      drive: '42J0A1KTF4GC',
      owner: 'Jonas Lindqvist',
      openedAt: NOW - 6 * DAY_MS,
      dueAt: NOW + DAY_MS,
    }),
    aCase(6, {
      reason: 'job-creating',
      drive: 'ZL9K4D2R',
      owner: 'Ines Okafor',
      openedAt: NOW,
      dueAt: NOW + 14 * DAY_MS,
    }),
    aCase(7, {
      reason: 'unannounced',
      arrival: '1Z84W5E70341829917',
      owner: 'Maud Verhulst',
      openedAt: NOW - HOUR_MS,
    }),
    aCase(8, { reason: 'damaged', state: 'resolved' }),
  ],
}

type Job = TopicState<'jobs'>['jobs'][number]

const aJob = (id: number, name: string, part: Partial<Job>): Job => ({
  id: `job-${id}`,
  name,
  type: 'Import',
  state: 'Transferring',
  percent: 0,
  drives: 4,
  faulted: false,
  cancelled: false,
  updatedAt: NOW,
  ...part,
})

export const jobs: TopicState<'jobs'> = {
  jobs: [
    aJob(1, 'osprey-masters-01', { percent: 71, receivedAt: NOW - 10.4 * DAY_MS, faulted: true }),
    aJob(2, 'harbour-survey-11', { percent: 52, receivedAt: NOW - 6.2 * DAY_MS }),
    aJob(3, 'fernhill-restore-01', {
      percent: 96,
      receivedAt: NOW - 7.6 * DAY_MS,
      state: 'Packaging',
      type: 'Export',
    }),
    aJob(4, 'larkfield-scans-05', { percent: 94, receivedAt: NOW - 3.1 * DAY_MS, state: 'Packaging' }),
    aJob(5, 'fernhill-restore-03', { percent: 27, receivedAt: NOW - 1.2 * DAY_MS, type: 'Export' }),
    aJob(6, 'larkfield-scans-07', { state: 'Shipping', drives: 6 }),
    aJob(7, 'kestrel-tapes-02', { state: 'Shipping', drives: 6, cancelled: true }),
    aJob(8, 'quarry-maps-02', {
      state: 'Completed',
      percent: 100,
      receivedAt: NOW - 20 * DAY_MS,
      endedAt: NOW - 12 * DAY_MS,
    }),
  ],
  more: 3,
}

const told = (
  at: number,
  name: string,
  facts: Record<string, string | number> = {},
  actor = 'Jonas Lindqvist',
) => ({
  at,
  actor,
  say: { name, facts },
})

export const harbour: JobDetail = {
  id: 'job-2',
  name: 'harbour-survey-11',
  type: 'Import',
  state: 'Transferring',
  percent: 52,
  site: 'northdock',
  storageAccount: 'northdock-imports',
  receivedAt: NOW - 6.2 * DAY_MS,
  drives: [
    {
      drive: 'ZL2K6P1H',
      state: 'Completed',
      percent: 100,
      bytesSucceeded: 3.92e12,
      files: { total: 18_204, done: 18_204 },
      place: 'C',
      copyStatus: 'Completed',
      errorLog: 'waimportexport/harbour/err.xml',
      verboseLog: 'waimportexport/harbour/all.xml',
    },
    { drive: 'ZR5A7W3D', state: 'Transferring', percent: 67, bytesSucceeded: 2.6e12, place: 'bay 3' },
    {
      drive: '42J0A1KTF4GC',
      state: 'Transferring',
      percent: 41,
      bytesSucceeded: 1.6e12,
      place: 'bay 8',
      fault: '41 bad sectors were found.',
    },
    { drive: 'ZL2K9C4T', state: 'Received', percent: 0, bytesSucceeded: 0, place: 'C' },
  ],
  story: [
    told(NOW - 6.3 * DAY_MS, 'job-announced', { carrier: 'UPS', tracking: '1Z84W5E70341829001' }, 'service'),
    told(NOW - 6.2 * DAY_MS, 'arrival-opened', { tracking: '1Z84W5E70341829001' }),
    told(NOW - 6.2 * DAY_MS, 'drive-received', { serial: 'ZL2K6P1H' }),
    told(NOW - 6.1 * DAY_MS, 'copy-began', { serial: 'ZL2K6P1H' }, ''),
    told(
      NOW - 4 * DAY_MS,
      'copy-ended',
      { serial: 'ZL2K6P1H', status: 'Completed', done: 18_204, total: 18_204 },
      '',
    ),
    told(NOW - 2 * DAY_MS, 'drive-faulted', { serial: '42J0A1KTF4GC', reason: '41 bad sectors' }, ''),
    told(NOW - HOUR_MS, 'a-kind-of-tomorrow', {}, ''),
  ],
}
