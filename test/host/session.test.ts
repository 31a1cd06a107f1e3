import { describe, expect, it } from 'vitest'
import { type FromEngine, SCREEN_VERSION } from '../../src/contract/screen.ts'
import { MOST_BACKLOG_BYTES, MOST_CALLS_UNDER_WAY, serveWindow } from '../../src/host/session.ts'
import { BACKLOG_HELD_BYTES, LONGEST_HELD_MS, TOPIC_PAUSE_MS } from '../../src/host/told-topics.ts'
import { Ending, type Wire, type WireEnd } from '../../src/host/wire.ts'
import { ok } from '../../src/lifecycle/outcome.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeScreenEngine } from '../fakes/screen-engine.ts'
import { eventually } from './eventually.ts'

/** A wire whose far side takes nothing until it is let. */
class StuckWire implements Wire {
  readonly sent: FromEngine[] = []
  backlog = 0
  readonly #ending = new Ending()
  #listener: (message: unknown) => void = () => undefined

  send(message: FromEngine): void {
    this.sent.push(message)
  }
  backlogBytes(): number {
    return this.backlog
  }
  onMessage(listener: (message: unknown) => void): void {
    this.#listener = listener
  }
  onClose(listener: (reason: WireEnd | undefined) => void): void {
    this.#ending.tellTo(listener)
  }
  close(reason: WireEnd): void {
    this.#ending.reach(reason)
  }
  arrive(message: unknown): void {
    this.#listener(message)
  }
  told(topic: string): number[] {
    return this.sent.flatMap((message) =>
      message.kind === 'topic' && message.topic === topic ? [message.revision] : [],
    )
  }
}

const SCAN = '018d3b1c-0000-7000-8000-000000000001'

function greeted() {
  const engine = new FakeScreenEngine()
  const timers = new FakeClock()
  const wire = new StuckWire()
  const session = serveWindow(wire, { engine, timers, log: new FakeLog() })
  wire.arrive({ kind: 'hello', version: SCREEN_VERSION })
  timers.advance(TOPIC_PAUSE_MS)
  return { engine, timers, wire, session }
}

describe('a window that does not keep up', () => {
  it('is told nothing while its backlog is long, and the newest once it is short again', () => {
    const { engine, timers, wire } = greeted()
    wire.backlog = BACKLOG_HELD_BYTES + 1

    for (let unsent = 1; unsent <= 50; unsent++) {
      engine.change('station', { unsent })
      timers.advance(TOPIC_PAUSE_MS)
    }
    expect(wire.told('station')).toEqual([1])
    wire.backlog = 0
    timers.advance(TOPIC_PAUSE_MS)

    expect(wire.told('station')).toEqual([1, 51])
  })

  it('is dropped with a reason when it stays behind, and nothing is left of it', async () => {
    const { engine, timers, wire, session } = greeted()
    wire.backlog = BACKLOG_HELD_BYTES + 1

    engine.change('station', { unsent: 1 })
    timers.advance(LONGEST_HELD_MS + 2 * TOPIC_PAUSE_MS)

    expect(await session.ended).toBe('too-slow')
    await engine.untilListeners(0)
    expect(timers.waitsMs).toEqual([])
  })

  it('is dropped when its unread answers grow too large', async () => {
    const { wire, session } = greeted()
    wire.backlog = MOST_BACKLOG_BYTES + 1

    wire.arrive({ kind: 'call', id: 1, name: 'scan.submit', args: { scan: SCAN, text: 'x' } })

    expect(await session.ended).toBe('too-slow')
  })

  it('is not dropped for a pause in which nothing changes', () => {
    const { engine, timers, wire } = greeted()
    wire.backlog = BACKLOG_HELD_BYTES + 1
    timers.advance(10 * LONGEST_HELD_MS)
    wire.backlog = 0

    engine.change('station', { unsent: 1 })

    expect(wire.told('station')).toEqual([1, 2])
  })
})

describe('a session', () => {
  it('tells a steady stream of changes at most twenty times a second', () => {
    const { engine, timers, wire } = greeted()

    for (let ms = 0; ms < 1_000; ms += 2) {
      engine.change('bays', { bays: [] })
      timers.advance(2)
    }
    timers.advance(TOPIC_PAUSE_MS)

    const told = wire.told('bays')
    expect(told.length).toBeLessThanOrEqual(1 + 20 + 1)
    expect(told.at(-1)).toBe(501)
    expect(told).toEqual(told.toSorted((a, b) => a - b))
  })

  it('sets no timer while nothing changes', () => {
    const { timers } = greeted()

    expect(timers.waitsMs).toEqual([])
  })

  it('turns calls away beyond those under way, and takes calls again when some are done', async () => {
    const { engine, wire } = greeted()
    const done: (() => void)[] = []
    engine.script.set(
      'printer.test',
      () => new Promise((resolve) => done.push(() => resolve(ok({ state: 'sent', where: 'queue' })))),
    )
    const call = (id: number) => wire.arrive({ kind: 'call', id, name: 'printer.test', args: {} })
    const said = (id: number) => wire.sent.find((message) => 'id' in message && message.id === id)

    for (let id = 0; id <= MOST_CALLS_UNDER_WAY; id++) call(id)
    expect(said(MOST_CALLS_UNDER_WAY)).toMatchObject({ kind: 'failure', failure: { code: 'too-many-calls' } })
    for (const answer of done) answer()
    await eventually(() => said(MOST_CALLS_UNDER_WAY - 1)?.kind).toBe('answer')
    call(9_999)
    done.at(-1)?.()

    await eventually(() => said(9_999)?.kind).toBe('answer')
    expect(engine.calls).toHaveLength(MOST_CALLS_UNDER_WAY + 1)
  })

  it('says nothing to a window that left while its call ran', async () => {
    const { engine, wire, session } = greeted()
    let answer: () => void = () => undefined
    const asked = new Promise<void>((resolve) => {
      engine.script.set('printer.test', () => {
        resolve()
        return new Promise((done) => {
          answer = () => done(ok({ state: 'sent', where: 'queue' }))
        })
      })
    })
    wire.arrive({ kind: 'call', id: 1, name: 'printer.test', args: {} })
    await asked
    session.end('engine-stopping')
    const before = wire.sent.length

    answer()
    await session.ended
    await Promise.resolve()

    expect(wire.sent).toHaveLength(before)
    wire.arrive({ kind: 'call', id: 2, name: 'printer.test', args: {} })
    expect(engine.calls).toHaveLength(1)
  })
})
