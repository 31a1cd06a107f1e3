/**
 * Anything may happen at a dock, in any order. After every step nothing impossible may be true (the dock looks by itself:
 * `breaches.ts`), deciding and folding on a gathered neighbourhood must not differ from the whole store, and from wherever
 * things have come to, every drive can still get home.
 */
import fc from 'fast-check'
import { expect } from 'vitest'
import { type EventBodies, type EventKind, event, type LifeEvent } from '../../src/lifecycle/events.ts'
import { clearTheDock } from './clear-the-dock.ts'
import { Dock } from './dock.ts'
import { A, B, C, D, E, UPS, X, Y, Z } from './serials.ts'

const JOBS = ['harbor', 'island', 'coral'] as const
const SERIALS = [A, B, C, D, E, X, Y, Z] as const
const STATIONS = ['dock-1', 'dock-2'] as const
const BOX = 'PKG700001'
const OTHER_BOX = 'PKG700002'

/** One thing that happens. It tells itself in a failing run. */
interface Move {
  readonly told: string
  readonly run: (dock: Dock) => void
}

const move = (told: string, run: (dock: Dock) => void): Move => ({ told, run, toString: () => told }) as Move

/** The rules may refuse it: that is an answer too. */
function attempt<K extends EventKind>(dock: Dock, kind: K, body: EventBodies[K], from = 'service'): void {
  dock.record(event(kind, body) as LifeEvent, from)
}

const job = fc.constantFrom(...JOBS)
const serial = fc.constantFrom(...SERIALS)
const station = fc.constantFrom(...STATIONS)
const index = fc.nat(7)

const text = fc.oneof(
  { weight: 8, arbitrary: serial },
  { weight: 3, arbitrary: fc.constantFrom(BOX, `${BOX}-2`, OTHER_BOX, UPS, 'PKG700009') },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      'TD-FINISH',
      'TD-UNDO',
      'TD-UNDO',
      'TD-UNDO',
      'TD-HOLD',
      'TD-PACK',
      'TD-PRINT',
      'TD-NEXT',
      'TD-DAMAGED',
      'TD-SHIP',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom('TD-BAY-1', 'TD-BAY-2') },
  { weight: 1, arbitrary: fc.nat(99).map((n) => `OUT70000${n}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'QZ71M0O42',
      'ZR5A1N7X',
      `${A}${B}`,
      'P/N: 2KH103-001',
      'TD-BADGE-1',
      'TD-UNDOTD-SHIP',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 12 }) },
)

const scans = fc
  .tuple(text, station)
  .map(([what, from]) => move(`${from} scans ${JSON.stringify(what)}`, (dock) => void dock.scan(what, from)))

const labels = fc.tuple(index, station).map(([at, from]) =>
  move(`${from} scans label ${at}`, (dock) => {
    const boxes = dock.store.hood().all('return')
    const box = boxes[at % Math.max(1, boxes.length)]
    if (box !== undefined) dock.scan(box.number, from)
  }),
)

/** What belongs together, so that runs get far. */
const habits = fc.oneof(
  fc.tuple(fc.constantFrom(BOX, OTHER_BOX), fc.subarray([...SERIALS]), station).map(([box, drives, from]) =>
    move(`${from} unpacks ${box}: ${drives}`, (dock) => {
      for (const what of [box, ...drives]) dock.scan(what, from)
    }),
  ),
  job.map((name) =>
    move(`all of ${name} is copied`, (dock) => {
      for (const drive of dock.store.hood().find('drive', 'job', name))
        copyIfPossible(dock, name, drive.serial)
    }),
  ),
  fc.tuple(fc.subarray([...SERIALS], { minLength: 1 }), station).map(([drives, from]) =>
    move(`${from} packs ${drives}`, (dock) => {
      for (const what of ['TD-PACK', ...drives]) dock.scan(what, from)
    }),
  ),
  fc.tuple(fc.nat(99), station).map(([n, from]) =>
    move(`${from} sends off what has a label`, (dock) => {
      const [box] = dock.store.hood().find('return', 'state', 'labelled')
      if (box !== undefined) for (const what of [box.number, `OUT71000${n}`]) dock.scan(what, from)
    }),
  ),
)

const customers = fc.oneof(
  job.map((name) => move(`${name} is announced`, (dock) => announce(dock, name))),
  job.map((name) =>
    move(`${name} is cancelled`, (dock) => attempt(dock, 'job-cancel-requested', { job: name })),
  ),
  job.map((name) =>
    move(`${name} is deleted`, (dock) => attempt(dock, 'job-deleted', { job: name, by: 'customer' })),
  ),
  fc
    .tuple(fc.constantFrom('harbor', 'island'), fc.subarray([...SERIALS]))
    .map(([name, drives]) =>
      move(`${name} lists ${drives}`, (dock) =>
        attempt(dock, 'job-updated', { job: name, changes: { drives: drives.map(listed) } }),
      ),
    ),
  fc
    .tuple(job, fc.boolean())
    .map(([name, hasReturnAddress]) =>
      move(`${name} has an address: ${hasReturnAddress}`, (dock) =>
        attempt(dock, 'job-updated', { job: name, changes: { hasReturnAddress } }),
      ),
    ),
)

const clocks = fc.oneof(
  job.map((name) =>
    move(`the clock gives up ${name}`, (dock) => {
      attempt(dock, 'shipping-overdue-noticed', { job: name })
      for (const drive of dock.store.hood().find('drive', 'job', name))
        if (drive.withdrawn !== true)
          attempt(dock, 'drive-missed', { job: name, serial: drive.serial, by: 'timer' })
    }),
  ),
  job.map((name) =>
    move(`the wait for ${name} is extended`, (dock) => attempt(dock, 'wait-extended', { job: name })),
  ),
  job.map((name) =>
    move(`${name} went unanswered`, (dock) => attempt(dock, 'job-went-unanswered', { job: name })),
  ),
  job.map((name) =>
    move(`nothing comes of ${name}`, (dock) => attempt(dock, 'nothing-coming', { job: name })),
  ),
  job.map((name) =>
    move(`${name} expires`, (dock) => attempt(dock, 'job-deleted', { job: name, by: 'timer' })),
  ),
  job.map((name) => move(`holds of ${name} are released`, (dock) => void dock.releaseHolds(name))),
)

const work = fc.oneof(
  fc
    .tuple(job, serial)
    .map(([name, drive]) => move(`${drive} of ${name} begins`, (dock) => void begin(dock, name, drive))),
  fc.tuple(index, fc.boolean(), fc.boolean()).map(([at, clean, errors]) =>
    move(`copy ${at} ends ${clean ? 'clean' : 'with more to say'}`, (dock) => {
      const running = dock.store
        .hood()
        .all('copy')
        .filter(({ endedAt }) => endedAt === undefined)
      const copy = running[at % Math.max(1, running.length)]
      if (copy !== undefined)
        dock.endCopy(copy.id, clean ? 'Completed' : 'CompletedMoreInfo', !clean && errors)
    }),
  ),
  fc
    .tuple(job, serial)
    .map(([name, drive]) =>
      move(`${drive} of ${name} is declined`, (dock) =>
        attempt(dock, 'drive-declined', { job: name, serial: drive, reason: 'UnsupportedDrive' }),
      ),
    ),
  serial.map((drive) =>
    move(`coral does not need ${drive}`, (dock) =>
      attempt(dock, 'drive-not-needed', { job: 'coral', serial: drive }),
    ),
  ),
  fc
    .tuple(job, serial)
    .map(([name, drive]) =>
      move(`${drive} of ${name} is faulted`, (dock) =>
        attempt(dock, 'drive-faulted', { job: name, serial: drive, reason: 'HardwareError' }),
      ),
    ),
  job.map((name) =>
    move(`${name} is faulted`, (dock) => attempt(dock, 'job-faulted', { job: name, reason: 'account' })),
  ),
)

const people = fc.oneof(
  fc
    .tuple(index, fc.constantFrom('case-contacted', 'case-answered', 'case-resolved', 'case-reopened'))
    .map(([at, what]) =>
      move(`case ${at}: ${what}`, (dock) => {
        const all = dock.store.hood().all('case')
        const about = all[at % Math.max(1, all.length)]
        if (about !== undefined) attempt(dock, what as 'case-answered', { case: about.id })
      }),
    ),
  fc
    .tuple(serial, fc.constantFrom('lost', 'destroyed'))
    .map(([drive, as]) =>
      move(`${drive} is ${as}`, (dock) =>
        attempt(dock, 'drive-released', { serial: drive, as: as as 'lost', second: 'ben', reason: 'told' }),
      ),
    ),
  serial.map((drive) => move(`${drive} is found`, (dock) => attempt(dock, 'drive-found', { serial: drive }))),
  serial.map((drive) =>
    move(`${drive} is shelved`, (dock) => attempt(dock, 'drive-shelved', { serial: drive, tray: 'S' })),
  ),
  fc.tuple(serial, job).map(([drive, name]) =>
    move(`a person holds ${drive} for ${name}`, (dock) => {
      // Only what is on site; whose it is, is only said of what no job has.
      const custody = dock.store.hood().get('custody', drive)
      const free = custody?.state === 'extra' || (custody?.state === 'held' && custody.job === undefined)
      if (free) attempt(dock, 'drive-held', { serial: drive, job: name, because: 'operator' }, 'dock-1')
    }),
  ),
  fc.tuple(index, fc.constantFrom('label-voided', 'return-voided')).map(([at, what]) =>
    move(`box ${at}: ${what}`, (dock) => {
      const boxes = dock.store.hood().all('return')
      const box = boxes[at % Math.max(1, boxes.length)]
      if (box !== undefined) attempt(dock, what as 'label-voided', { return: box.id }, 'dock-1')
    }),
  ),
  serial.map((drive) =>
    move(`${drive} is taken out of its box`, (dock) => {
      const box = dock.store.hood().get('custody', drive)?.return
      if (box !== undefined) attempt(dock, 'drive-unpacked', { return: box, serial: drive }, 'dock-1')
    }),
  ),
  fc.tuple(index, fc.constantFrom('forward', 'reopen')).map(([at, what]) =>
    move(`arrival ${at}: ${what}`, (dock) => {
      const all = dock.store.hood().all('arrival')
      const arrival = all[at % Math.max(1, all.length)]?.id
      if (arrival === undefined) return
      if (what === 'reopen') attempt(dock, 'arrival-reopened', { arrival }, 'dock-1')
      else attempt(dock, 'arrival-forwarded', { arrival, site: 'northeurope' }, 'dock-1')
    }),
  ),
)

const anything = fc.oneof(
  { weight: 16, arbitrary: scans },
  { weight: 2, arbitrary: labels },
  { weight: 8, arbitrary: habits },
  { weight: 3, arbitrary: customers },
  { weight: 2, arbitrary: clocks },
  { weight: 3, arbitrary: work },
  { weight: 3, arbitrary: people },
)

const LISTS: Readonly<Record<(typeof JOBS)[number], readonly string[]>> = {
  harbor: [A, B, C],
  island: [D, E],
  coral: [],
}
const BOXES: Readonly<Record<(typeof JOBS)[number], string>> = {
  harbor: `${BOX}-1`,
  island: `${BOX}-2`,
  coral: OTHER_BOX,
}

function openDock(announced: readonly string[], oneCustomer: boolean): Dock {
  const dock = new Dock()
  for (const name of JOBS)
    dock.put(name, {
      type: name === 'coral' ? 'Export' : 'Import',
      drives: LISTS[name],
      tracking: BOXES[name],
      ...(name === 'coral' ? { driveCount: 2 } : {}),
      ...(name === 'harbor' || oneCustomer ? {} : { customer: `${name}-sub` }),
    })
  for (const name of JOBS) if (announced.includes(name)) announce(dock, name)
  return dock
}

function announce(dock: Dock, name: (typeof JOBS)[number]): void {
  const base = name === 'coral' ? OTHER_BOX : BOX
  const parcel = {
    carrier: 'FedEx',
    tracking: BOXES[name],
    base,
    ...(name === 'coral' ? { driveCount: 2 } : {}),
  }
  attempt(dock, 'job-announced', { job: name, package: parcel })
}

const listed = (driveId: string) => ({
  serial: driveId,
  driveId,
  manifestFile: '\\m.xml',
  manifestHash: 'D914C50ACC4F55ED',
})

let copies = 0
function begin(dock: Dock, name: string, drive: string): string | undefined {
  const copy = `run-${++copies}`
  const direction = name === 'coral' ? 'export' : 'import'
  const began = dock.record(
    event('copy-began', { copy, job: name, serial: drive, direction, proof: 'manifest' }) as LifeEvent,
    'dock-1',
  )
  if (began.outcome !== 'applied') return undefined
  attempt(dock, 'copy-moved', { copy, move: 'began' }, 'dock-1')
  return copy
}

function copyIfPossible(dock: Dock, name: string, drive: string): void {
  const copy = begin(dock, name, drive)
  if (copy !== undefined) dock.endCopy(copy)
}

/** Runs `numRuns` docks, each through up to forty moves, and then clears it. */
export function letAnythingHappen(numRuns: number): void {
  const announced = fc.oneof(
    { weight: 3, arbitrary: fc.constant([...JOBS]) },
    { weight: 1, arbitrary: fc.subarray([...JOBS]) },
  )
  const moves = fc.array(anything, { minLength: 12, maxLength: 40, size: 'max' })
  fc.assert(
    fc.property(announced, fc.boolean(), moves, (jobs, oneCustomer, happenings) => {
      const dock = openDock(jobs, oneCustomer)
      for (const { told, run } of happenings) {
        try {
          run(dock)
        } catch (error) {
          throw new Error(`when ${told}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          })
        }
      }
      expect(clearTheDock(dock), 'still on site').toEqual([])
    }),
    { numRuns },
  )
}
