/** Every room in its main states: what the engine has told, and where the window stands. */
import type { ShownScan } from '../../src/contract/screen.ts'
import type { FakeEngine } from './fake-engine.ts'
import { cases, earnedBox, harbour, jobs, missingBox, packing, rack } from './room-states.ts'
import {
  calmStation,
  emptyReceive,
  extra,
  held,
  misread,
  openArrival,
  received,
  receiving,
  shown,
  troubledStation,
} from './states.ts'

export interface Scene {
  readonly name: string
  /** The part of the address after the page. */
  readonly at: string
  readonly tell: (engine: FakeEngine) => void
  /** What must be on the screen before it is looked at. */
  readonly wait: string
  /** A part to press first. */
  readonly press?: string
}

/** A dock where nothing has happened. */
export function tellNothing(engine: FakeEngine): void {
  engine.tell('station', calmStation)
  engine.tell('bays', { bays: [] })
  engine.tell('cases', { cases: [] })
  engine.tell('jobs', { jobs: [], more: 0 })
  engine.tell('ship-back', { boxes: [], waiting: [] })
  engine.tell('receive', emptyReceive)
}

/** The whole dock at work behind the room that is looked at. */
function atWork(engine: FakeEngine, last: ShownScan = received): void {
  engine.tell('station', calmStation)
  engine.tell('bays', rack)
  engine.tell('cases', cases)
  engine.tell('jobs', jobs)
  engine.tell('receive', receiving(last))
  engine.answerCalls('job.read', harbour)
  engine.answerCalls('log.read', {
    text: '<DriveLog Version="2018-05-01">\n  <DriveId>ZL2K6P1H</DriveId>\n</DriveLog>',
    cut: true,
  })
}

const receive = (name: string, last: ShownScan, wait: string): Scene => ({
  name: `receive-${name}`,
  at: '#/receive',
  tell: (engine) => atWork(engine, last),
  wait,
})

const room = (
  name: string,
  at: string,
  wait: string,
  tell: (engine: FakeEngine) => void = atWork,
): Scene => ({
  name,
  at,
  tell,
  wait,
})

const shelved = (engine: FakeEngine, last: ShownScan, shelf: 'HOLD' | 'EXTRA') => {
  atWork(engine, last)
  const tile = {
    drive: last.drive ?? '',
    state: 'Specified' as const,
    mark: shelf === 'HOLD' ? 'held' : 'extra',
    now: true,
  } as const
  engine.tell('receive', receiving(last, { ...openArrival(), shelves: [{ shelf, tiles: [tile] }] }))
}

export const SCENES: readonly Scene[] = [
  room('first-start', '', 'text=Is this station ready?', (engine) => {
    engine.tell('station', { ...calmStation, scanner: {}, unsent: 0 })
    engine.tell('receive', emptyReceive)
  }),
  receive('received', received, 'text=Last five scans'),
  { ...receive('extra', extra, 'text=Extra shelf'), tell: (engine) => shelved(engine, extra, 'EXTRA') },
  { ...receive('held', held, 'text=Hold shelf'), tell: (engine) => shelved(engine, held, 'HOLD') },
  receive('misread', misread, 'text=One character differs'),
  { ...receive('typing', received, 'text=Last five scans'), press: 'text=Type a code' },
  receive(
    'another-job',
    shown({
      text: 'ZR9920KD',
      drive: 'ZR9920KD',
      verdict: 'received-for-another-job',
      say: { name: 'received-for-another-job', facts: { job: 'a-job-with-a-long-name-of-forty-characters' } },
      job: 'a-job-with-a-long-name-of-forty-characters',
      tray: 'a-job-with-a-long-name-of-forty-characters',
      undo: 'now',
    }),
    'text=own tray',
  ),
  receive(
    'not-a-serial',
    shown({
      text: 'MODEL: ST8000NM0055-1RM112 P/N 1V4112-001 FW SN04 DATE 17255 SITE TK',
      verdict: 'not-a-drive-serial',
      say: { name: 'not-serial-part-number', facts: {} },
      next: { name: 'scan-serial', facts: {} },
    }),
    'text=Not counted.',
  ),
  room('receive-packing', '#/receive', 'text=Print the label', (engine) => {
    atWork(engine)
    engine.tell('ship-back', { boxes: [missingBox], waiting: [] })
    engine.tell('receive', packing(missingBox))
  }),
  room('bays', '#/bays', 'text=Whose is it?'),
  room('bays-empty', '#/bays', 'text=No bay has a drive', (engine) => engine.tell('bays', { bays: [] })),
  room('ship-back', '#/ship-back', 'text=Not yet earned', (engine) => {
    atWork(engine)
    engine.tell('receive', packing(missingBox))
    engine.tell('ship-back', { boxes: [missingBox], waiting: [] })
  }),
  room('ship-back-earned', '#/ship-back', 'text=Print again', (engine) => {
    atWork(engine)
    engine.tell('receive', packing(earnedBox))
    engine.tell('ship-back', { boxes: [earnedBox], waiting: [] })
  }),
  room('ship-back-empty', '#/ship-back', 'text=No box is being packed', (engine) => {
    atWork(engine)
    const closed = { ...earnedBox, active: false, state: 'closed' } as const
    engine.tell('ship-back', { boxes: [closed], waiting: [{ job: 'fernhill-restore-01', drives: 4 }] })
  }),
  room('cases', '#/cases', 'text=Compare, then decide'),
  room('cases-empty', '#/cases', 'text=No case is open', (engine) => engine.tell('cases', { cases: [] })),
  room('jobs', '#/jobs', 'text=Choose a job'),
  room('jobs-detail', '#/jobs/job-2', 'text=What happened'),
  { ...room('jobs-log', '#/jobs/job-2', 'text=What happened'), press: 'text=Error log' },
  room('jobs-unreadable', '#/jobs/job-2', 'text=could not be read', (engine) => {
    atWork(engine)
    engine.answerCalls('job.read', {
      code: 'job-unknown',
      sentence: 'No job with this id is here. Choose another one.',
    })
  }),
  room('station', '#/station', 'text=This station'),
  room('station-trouble', '#/station', 'text=Out of paper', (engine) => {
    atWork(engine)
    engine.tell('station', troubledStation)
  }),
  room('station-practice', '#/station', 'text=PRACTICE DOCK', (engine) => {
    atWork(engine)
    engine.tell('station', {
      ...calmStation,
      practice: true,
      storage: { name: 'practice-blobs', ready: true },
    })
  }),
  room('receive-practice', '#/receive', 'text=PRACTICE DOCK', (engine) => {
    atWork(engine, extra)
    engine.tell('station', {
      ...calmStation,
      practice: true,
      storage: { name: 'practice-blobs', ready: true },
    })
  }),
]
