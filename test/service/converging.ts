/**
 * Two to four stations with real ledgers and the real service between them. Everyone decides on what it knows, in any
 * order, and exchanges now and then; requests and answers get lost on the way. In the end all must show the same.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { Ledger, NewEvent } from '../../src/ledger/ledger.ts'
import { openLedger } from '../../src/ledger/open.ts'
import type { LifeEvent } from '../../src/lifecycle/events.ts'
import { evolve } from '../../src/lifecycle/evolve/evolve.ts'
import { fail, type Outcome, ok } from '../../src/lifecycle/outcome.ts'
import type { AnyRecord, RecordKind } from '../../src/lifecycle/records.ts'
import {
  ARRIVAL_STATES,
  CASE_STATES,
  COPY_STATES,
  CUSTODY_STATES,
  OVERTAKEN,
  RETURN_STATES,
} from '../../src/lifecycle/states.ts'
import { subjectsOf } from '../../src/lifecycle/subjects.ts'
import type { SyncApi, SyncFailureCode } from '../../src/ports/sync-api.ts'
import { pull } from '../../src/service/exchange/pull.ts'
import { push } from '../../src/service/exchange/push.ts'
import { plan, record } from '../../src/service/journal/plan.ts'
import { openWorld } from '../../src/service/open-world.ts'
import type { Answer } from '../../src/service/refusal.ts'
import { SERVICE, type World } from '../../src/service/world.ts'
import { exchange } from '../../src/sync/exchange.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { dockOptions } from '../ledger/dock.ts'
import { happenings, orderings, stories } from '../ledger/happenings.ts'
import { must } from './service-under-test.ts'

const MOST_STATIONS = 4

type Step =
  | { readonly do: 'record'; readonly at: number; readonly events: readonly NewEvent[] }
  | { readonly do: 'order'; readonly event: NewEvent }
  | { readonly do: 'round'; readonly at: number; readonly loses: 'nothing' | 'request' | 'answer' }

const at = fc.nat({ max: MOST_STATIONS - 1 })
/** The first of these that the rules allow: most of what happens at random is impossible. */
const several = fc.array(happenings, { minLength: 8, maxLength: 8 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: fc.record({ do: fc.constant('record' as const), at, events: several }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('order' as const), event: orderings }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('round' as const),
      at,
      loses: fc.constantFrom('nothing', 'nothing', 'request', 'answer'),
    }),
  },
)

/** What happened in all runs together: a property over runs in which nobody was overtaken would prove nothing. */
export interface Counted {
  overtaken: number
  refused: number
  absent: number
}

export const converging = (counted: Counted) =>
  fc.asyncProperty(
    stories,
    fc.array(step, { minLength: 10, maxLength: 50 }),
    fc.integer({ min: 2, max: MOST_STATIONS }),
    async (beginning, steps, stations) => {
      const dir = mkdtempSync(join(tmpdir(), 'tallydock-converging-'))
      const ids = new CountingIds(99)
      const parts = { clock: new FakeClock(), ids, log: new FakeLog() }
      const world = must(await openWorld({ dataDir: dir, ...parts }))
      const ledgers = Array.from({ length: stations }, (_, i) => {
        const own = { folder: join(dir, `dock-${i}`), station: `dock-${i}`, ids: new CountingIds(i + 1) }
        return must(openLedger(dockOptions(own)))
      })
      try {
        const [first] = ledgers
        if (first === undefined) throw new Error('There is no station.')
        for (const event of beginning.slice(0, 4)) await order(world, event as LifeEvent)
        for (const ledger of ledgers) await round(world, ledger)
        // Stations never record what only customers order.
        for (const event of beginning.slice(4))
          if (event.kind.startsWith('job-')) await order(world, event as LifeEvent)
          else recordIfPossible(first, event)
        for (const one of steps) {
          const ledger = ledgers['at' in one ? one.at % stations : 0] ?? first
          if (one.do === 'record') one.events.some((event) => recordIfPossible(ledger, event))
          else if (one.do === 'order') await order(world, one.event as LifeEvent)
          else await round(world, ledger, one.loses)
        }
        // Then all come into step: once to send, once to hear the others.
        for (let n = 0; n < 2; n++)
          for (const ledger of ledgers) expect((await round(world, ledger)).outcome).toBe('in-step')
        count(ledgers, counted)
        const truth = await truthAt(world)
        for (const ledger of ledgers) {
          expect(ledger.unsentCount()).toBe(0)
          expect(shown(ledger)).toEqual(truth)
          must(ledger.rebuildViews())
          expect(shown(ledger)).toEqual(truth)
        }
      } finally {
        for (const ledger of ledgers) ledger.close()
        await world.store.close()
        rmSync(dir, { recursive: true, force: true })
      }
    },
  )

/** Something the customer or the clock ordered, if the rules allow it. */
async function order(world: World, event: LifeEvent): Promise<void> {
  await world.store.write(async (tx) => {
    const planned = await plan(tx, world.ids, { actor: SERVICE, at: world.clock.now() }, [{ event }])
    if (planned.ok) await record(tx, planned.plan)
  })
}

/** Records what the rules allow here and now: stations decide before they record. */
function recordIfPossible(ledger: Ledger, event: NewEvent): boolean {
  const hood = ledger.gather(subjectsOf(event, ledger.station))
  const stamp = { id: 'x', station: ledger.station, at: 0, actor: 'b-17' }
  if (evolve(hood, event, stamp).outcome !== 'applied') return false
  must(ledger.decide({}, 'b-17', () => ({ events: [event], result: undefined })))
  return true
}

const round = (world: World, ledger: Ledger, loses: 'nothing' | 'request' | 'answer' = 'nothing') =>
  exchange(inProcess(world, loses), ledger, { greet: false })

/** The service without a wire. `loses` is what becomes of the first push. */
function inProcess(world: World, loses: 'nothing' | 'request' | 'answer'): SyncApi {
  let lost = loses
  const lose = (what: 'request' | 'answer') => {
    if (lost !== what) return undefined
    lost = 'nothing'
    return fail('service-unreachable' as const, `The ${what} was lost.`)
  }
  return {
    push: async (request) => lose('request') ?? hear(await push(world, request), lose),
    pull: async (station, after, limit) =>
      hear(await pull(world, { station, after: String(after), limit: String(Math.min(limit, 7)) }), lose),
    keys: async () => fail('not-found', 'Nobody asks for keys here.'),
    tellProgress: async () => fail('not-found', 'Nobody copies here.'),
    exportOf: async () => fail('not-found', 'Nobody exports here.'),
  }
}

function hear<T>(
  answer: Answer<T>,
  lose: (what: 'answer') => { ok: false; failure: { code: SyncFailureCode; sentence: string } } | undefined,
): Outcome<T, SyncFailureCode> {
  if (!answer.ok) return fail('bad-answer', answer.failure.sentence)
  return lose('answer') ?? ok(answer.value)
}

const STATES: Readonly<Partial<Record<RecordKind, readonly string[]>>> = {
  arrival: ARRIVAL_STATES,
  custody: CUSTODY_STATES,
  return: RETURN_STATES,
  copy: COPY_STATES,
  case: CASE_STATES,
}
const JOBS = ['j1', 'j2']

/** Everything a station shows that others see, also what nobody else knows of. */
function shown(ledger: Ledger): AnyRecord[] {
  const found: AnyRecord[] = []
  for (const [kind, states] of Object.entries(STATES) as [RecordKind, readonly string[]][])
    for (const state of states) found.push(...ledger.find(kind, 'state', state))
  for (const job of JOBS) found.push(...ledger.find('job', 'name', `sub/dock/order-${job}`))
  for (const job of JOBS) found.push(...ledger.find('drive', 'job', job))
  return sorted(found)
}

async function truthAt(world: World): Promise<AnyRecord[]> {
  const queries = [
    ...Object.entries(STATES).flatMap(([kind, states]) =>
      (states ?? []).map((value) => ({ kind: kind as RecordKind, field: 'state' as const, value })),
    ),
    ...JOBS.map((job) => ({ kind: 'job' as const, field: 'name' as const, value: `sub/dock/order-${job}` })),
    ...JOBS.map((job) => ({ kind: 'drive' as const, field: 'job' as const, value: job })),
  ]
  return sorted([...(await world.store.read((tx) => tx.answer(queries)))])
}

const sorted = (records: AnyRecord[]) =>
  records.sort((a, b) => (`${a.kind}:${a.id}` < `${b.kind}:${b.id}` ? -1 : 1))

function count(ledgers: readonly Ledger[], counted: Counted): void {
  for (const { origin, entry } of ledgers[0]?.entries({ after: 0, limit: 100_000 }) ?? []) {
    if (origin !== 'service' || entry?.kind !== 'consequence-refused') continue
    if (entry.body.code === OVERTAKEN) counted.overtaken++
    else counted.refused++
    if (Array.isArray(entry.body.absent)) counted.absent++
  }
}
