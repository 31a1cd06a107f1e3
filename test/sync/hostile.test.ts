/**
 * Two stations and a service between which nothing is certain: requests and answers get lost, arrive twice or once more
 * later, stations are cut off in the middle of a round and start again from their files.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Ledger, NewEvent } from '../../src/ledger/ledger.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import { evolve } from '../../src/lifecycle/evolve/evolve.ts'
import { subjectsOf } from '../../src/lifecycle/subjects.ts'
import { exchange } from '../../src/sync/exchange.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeSyncService, type Fault } from '../fakes/sync-api.ts'
import { must, openDock, record, temporaryFolder } from '../ledger/dock.ts'
import { happenings, orderings, stories } from '../ledger/happenings.ts'

const STATIONS = ['dock-1', 'dock-2'] as const

type Step =
  | { readonly do: 'record'; readonly at: 0 | 1; readonly event: NewEvent }
  | { readonly do: 'order'; readonly event: NewEvent }
  | { readonly do: 'round'; readonly at: 0 | 1; readonly cutAfter: number }
  | { readonly do: 'restart'; readonly at: 0 | 1 }

const at = fc.constantFrom<0 | 1>(0, 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('record' as const), at, event: happenings }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const), event: orderings }) },
  // A round that is cut off after some calls: the process ended there.
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('round' as const), at, cutAfter: fc.nat({ max: 6 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), at }) },
)

const fault = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Fault>('none') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Fault>('request-lost', 'answer-lost', 'twice', 'again-later'),
  },
)

class Dock {
  ledger: Ledger
  readonly #folder = temporaryFolder()
  readonly #ids: CountingIds
  readonly #station: string

  constructor(station: string, maker: number) {
    this.#station = station
    this.#ids = new CountingIds(maker)
    this.ledger = this.#open()
  }

  restart(): void {
    this.ledger.close()
    this.ledger = this.#open()
  }

  #open(): Ledger {
    return openDock({ folder: this.#folder, station: this.#station, ids: this.#ids })
  }
}

/** Records what the rules allow here and now: stations decide before they record. */
function recordIfPossible({ ledger }: Dock, event: NewEvent): void {
  const hood = ledger.gather(subjectsOf(event, ledger.station))
  const stamp = { id: 'x', station: ledger.station, at: 0, actor: 'b-17' }
  if (evolve(hood, event, stamp).outcome === 'applied') record(ledger, event)
}

class CutOff extends Error {}

async function round(
  service: FakeSyncService,
  dock: Dock,
  cutAfter = Number.POSITIVE_INFINITY,
): Promise<void> {
  let calls = 0
  const count = async <T>(call: Promise<T>): Promise<T> => {
    const answer = await call
    if (++calls > cutAfter) throw new CutOff()
    return answer
  }
  try {
    await exchange(
      {
        push: (request) => count(service.push(request)),
        pull: (station, after, limit) => count(service.pull(station, after, Math.min(limit, 3))),
        keys: (job) => service.keys(job),
        tellProgress: (report) => service.tellProgress(report),
        exportOf: (job) => service.exportOf(job),
      },
      dock.ledger,
      { greet: false },
    )
  } catch (error) {
    if (!(error instanceof CutOff)) throw error
    dock.restart()
  }
}

test('every entry is everywhere exactly once, and all show the same', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      stories,
      fc.array(step, { maxLength: 60 }),
      fc.array(fault, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 4 }),
      async (beginning, steps, faults, mostAnswers) => {
        const service = new FakeSyncService()
        service.mostAnswers = mostAnswers
        let call = 0
        service.faults = () => faults[call++ % faults.length] ?? 'none'
        const docks = [new Dock('dock-1', 1), new Dock('dock-2', 2)] as const
        for (const event of beginning.slice(0, 4)) service.order(event as LifeEvent)
        for (const event of beginning.slice(4)) recordIfPossible(docks[0], event)

        for (const one of steps)
          if (one.do === 'record') recordIfPossible(docks[one.at], one.event)
          else if (one.do === 'order') service.order(one.event as LifeEvent)
          else if (one.do === 'round') await round(service, docks[one.at], one.cutAfter)
          else docks[one.at].restart()

        // Then the line is good again, and both come into step.
        service.faults = () => 'none'
        for (let n = 0; n < 2; n++) for (const dock of docks) await round(service, dock)

        for (const [i, { ledger }] of docks.entries()) {
          const own = rows(ledger, 'own')
          expect(service.lane(STATIONS[i] ?? '').map((wire) => wire.hash)).toEqual(own)
          const others = service.log
            .filter((line) => line.station !== STATIONS[i])
            .map((line) => line.wire.hash)
          expect(rows(ledger, 'service')).toEqual(others)
          expect(ledger.unsentCount()).toBe(0)
          const head = ledger.head()
          expect(must(await ledger.verify())).toMatchObject({
            ok: true,
            anchored: head.seq === 0 ? null : head,
            unanchored: 0,
          })
          // What the station shows is what is true at the service, and so it stays when it is folded anew.
          expect(shown(ledger, service)).toEqual(truth(service))
          must(ledger.rebuildViews())
          expect(shown(ledger, service)).toEqual(truth(service))
          ledger.close()
        }
      },
    ),
    { numRuns: 40 },
  )
})

const rows = (ledger: Ledger, origin: 'own' | 'service'): string[] =>
  ledger.entries({ after: 0, limit: 10_000 }).flatMap((row) => (row.origin === origin ? row.hash : []))

const SHARED = ['job', 'drive', 'arrival', 'custody', 'return', 'copy'] as const

const truth = (service: FakeSyncService): unknown[] => SHARED.flatMap((kind) => service.hood.all(kind))

const shown = (ledger: Ledger, service: FakeSyncService): unknown[] =>
  SHARED.flatMap((kind) => service.hood.all(kind).map(({ id }) => ledger.get(kind, id)))
