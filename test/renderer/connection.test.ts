import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { type Connection, connect } from '../../renderer/connection/connect.ts'
import type { LinkEvents, Transport } from '../../renderer/connection/transport.ts'
import type { WaitingScan } from '../../renderer/connection/world.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { createFakeEngine, type FakeEngine } from './fake-engine.ts'
import { calmStation, emptyReceive, shown } from './states.ts'

/** A wire that delivers at once, can be cut, and can be dead. */
class FakeWire implements Transport {
  reachable = true
  /** Messages of the window vanish, and nobody says so. */
  deaf = false
  tries = 0
  #events: LinkEvents | undefined
  #left: (() => void) | undefined
  readonly engine: FakeEngine

  constructor(engine: FakeEngine) {
    this.engine = engine
  }

  open(events: LinkEvents) {
    this.tries++
    this.#events = events
    if (!this.reachable) {
      queueMicrotask(events.closed)
      return { send: () => undefined, close: () => undefined }
    }
    const seat = this.engine.attach({ send: (message) => events.received(structuredClone(message)) })
    this.#left = seat.left
    events.opened()
    return {
      send: (message: unknown) => {
        if (!this.deaf) seat.received(structuredClone(message))
      },
      close: seat.left,
    }
  }

  cut(): void {
    this.#left?.()
    this.#events?.closed()
  }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

let engine: FakeEngine
let wire: FakeWire
let clock: FakeClock
let kept: readonly WaitingScan[]
let ids: CountingIds

function start(keptBefore: readonly WaitingScan[] = []): Connection {
  return connect(wire, {
    timers: clock,
    nowMs: () => clock.now(),
    newScanId: () => ids.uuid(),
    keepScans: (scans) => {
      kept = scans
    },
    keptScans: () => keptBefore,
  })
}

/** Lets time pass in small steps, so that what follows from a timer happens before the next one. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 50) {
    clock.advance(Math.min(50, left))
    await settled()
  }
}

beforeEach(() => {
  engine = createFakeEngine()
  wire = new FakeWire(engine)
  clock = new FakeClock()
  ids = new CountingIds()
  kept = []
})

describe('a window that connects', () => {
  it('is told every topic and is here', async () => {
    const connection = start()
    expect(connection.state().engine).toBe('connecting')
    await settled()
    expect(connection.state().engine).toBe('here')
    expect(connection.state().topics.station).toEqual(calmStation)
    expect(connection.state().topics.receive).toEqual(emptyReceive)
  })

  it('says so when the engine speaks another version, and calls nothing', async () => {
    engine = createFakeEngine(99)
    wire = new FakeWire(engine)
    const connection = start()
    await settled()
    connection.submitScan('ZR5A1N7K')
    await pass(5_000)
    expect(connection.state().engine).toBe('other-version')
    expect(engine.submissions).toEqual([])
    expect(connection.state().waiting).toHaveLength(1)
  })

  it('keeps an older revision out, and takes everything anew from another start of the engine', async () => {
    const connection = start()
    await settled()
    engine.tell('station', { ...calmStation, unsent: 7 })
    engine.say({ kind: 'topic', topic: 'station', revision: 1, state: { ...calmStation, unsent: 1 } })
    expect(connection.state().topics.station?.unsent).toBe(7)
    engine.restart()
    engine.tell('station', { ...calmStation, unsent: 3 })
    wire.cut()
    await pass(500)
    expect(connection.state().topics.station?.unsent).toBe(3)
  })

  it('keeps the last good state when told nonsense, and says so', async () => {
    const connection = start()
    await settled()
    engine.say({ kind: 'topic', topic: 'station', revision: 1_000, state: { unsent: 'many' } })
    expect(connection.state()).toMatchObject({ garbled: true, topics: { station: calmStation } })
    engine.say('not even a message')
    expect(connection.state().topics.station).toEqual(calmStation)
  })
})

describe('an engine that is away', () => {
  it('is said within two seconds, tried again with growing waits, and is back by itself', async () => {
    const connection = start()
    await settled()
    wire.reachable = false
    wire.cut()
    await pass(2_000)
    expect(connection.state().engine).toBe('away')
    const tries = wire.tries
    await pass(60_000)
    const more = wire.tries - tries
    expect(more).toBeGreaterThan(30)
    expect(more).toBeLessThan(60)
    wire.reachable = true
    await pass(2_000)
    expect(connection.state().engine).toBe('here')
  })

  it('is not worth a word when it is back at once', async () => {
    const connection = start()
    await settled()
    const seen = new Set<string>()
    connection.subscribe(() => seen.add(connection.state().engine))
    wire.cut()
    await pass(3_000)
    expect([...seen]).toEqual(['here'])
  })

  it('that never was there is said too', async () => {
    wire.reachable = false
    const connection = start()
    await pass(2_000)
    expect(connection.state().engine).toBe('away')
  })

  it('that hangs is silent, and here again when it answers', async () => {
    const connection = start()
    await settled()
    wire.deaf = true
    connection.submitScan('ZR5A1N7K')
    await pass(2_000)
    expect(connection.state().engine).toBe('silent')
    engine.tell('station', calmStation)
    expect(connection.state().engine).toBe('here')
  })

  it('answers open calls with a failure instead of letting them wait', async () => {
    const connection = start()
    await settled()
    wire.deaf = true
    const asked = connection.call('job.read', { job: 'job-1' })
    wire.cut()
    expect(await asked).toEqual({ ok: false, failure: { code: 'engine-away', sentence: '' } })
  })
})

describe('a scan', () => {
  it('is answered in the state, once', async () => {
    const connection = start()
    await settled()
    connection.submitScan('ZR5A1N7K')
    expect(connection.state()).toMatchObject({
      waiting: [],
      answered: { text: 'ZR5A1N7K', verdict: 'received' },
    })
    expect(kept).toEqual([])
  })

  it('without an answer is sent again under the same name over the next link', async () => {
    const connection = start()
    await settled()
    engine.answerScans(() => 'silence')
    connection.submitScan('ZR5A1N7K')
    connection.submitScan('ZR5A0X4P')
    expect(kept.map(({ text }) => text)).toEqual(['ZR5A1N7K', 'ZR5A0X4P'])
    wire.cut()
    engine.answerScans(({ scan, text }) => shown({ scan, text }))
    await pass(500)
    expect(connection.state().waiting).toEqual([])
    const [first, second, ...again] = engine.submissions
    expect(again).toEqual([first, second])
    expect(first?.scan).not.toBe(second?.scan)
  })

  it('read while the engine is away waits, is said to wait, and goes out when it is back', async () => {
    const connection = start()
    await settled()
    wire.reachable = false
    wire.cut()
    connection.submitScan('ZR5A1N7K')
    expect(connection.state().waiting[0]?.late).toBe(false)
    await pass(500)
    expect(connection.state().waiting[0]?.late).toBe(true)
    expect(engine.submissions).toEqual([])
    wire.reachable = true
    await pass(2_000)
    expect(engine.submissions.map(({ text }) => text)).toEqual(['ZR5A1N7K'])
    expect(connection.state().waiting).toEqual([])
  })

  it('that an earlier page left is sent under its old name', async () => {
    const left = { scan: ids.uuid(), text: 'ZR5A1N7K', at: clock.now(), late: true }
    start([left])
    await settled()
    expect(engine.submissions).toEqual([{ scan: left.scan, text: left.text }])
    expect(kept).toEqual([])
  })

  it('the engine cannot take is shown as failed and not sent for ever', async () => {
    const connection = start()
    await settled()
    engine.answerScans(() => ({ code: 'disk-full', sentence: 'The disk is full. Free some space.' }))
    connection.submitScan('ZR5A1N7K')
    expect(connection.state()).toMatchObject({
      waiting: [],
      failed: { text: 'ZR5A1N7K', failure: { code: 'disk-full' } },
    })
    engine.tell('receive', { ...emptyReceive, last: shown() })
    expect(connection.state().failed).toBeUndefined()
  })

  it('is neither lost nor doubled nor out of order, however often the wire is cut', async () => {
    const step = fc.constantFrom('scan', 'scan', 'scan', 'cut', 'pass', 'hush', 'speak')
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        engine = createFakeEngine()
        wire = new FakeWire(engine)
        const connection = start()
        await settled()
        const sent: string[] = []
        for (const one of steps) {
          if (one === 'scan') {
            sent.push(`ZR${String(sent.length).padStart(6, '0')}`)
            connection.submitScan(sent.at(-1) ?? '')
          } else if (one === 'cut') wire.cut()
          else if (one === 'hush') engine.answerScans(() => 'silence')
          else if (one === 'speak') engine.answerScans(({ scan, text }) => shown({ scan, text }))
          else await pass(200)
        }
        engine.answerScans(({ scan, text }) => shown({ scan, text }))
        wire.cut()
        await pass(3_000)
        expect(connection.state().waiting).toEqual([])
        const byName = new Map(engine.submissions.map(({ scan, text }) => [scan, text]))
        expect([...byName.values()]).toEqual(sent)
        connection.close()
      }),
      { numRuns: 40 },
    )
  })
})
