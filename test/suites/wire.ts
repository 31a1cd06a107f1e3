import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type FromEngine, SCREEN_VERSION, TOPICS } from '../../src/contract/screen.ts'
import type { ScreenEngine } from '../../src/host/engine.ts'
import { HELLO_WITHIN_MS } from '../../src/host/session.ts'
import { TOPIC_PAUSE_MS } from '../../src/host/told-topics.ts'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import type { Timers } from '../../src/ports/clock.ts'
import type { Log } from '../../src/ports/log.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeScreenEngine } from '../fakes/screen-engine.ts'
import type { ScreenWindow } from '../fakes/screen-window.ts'

/** An engine that is served over some carrier, for real. */
export interface ServedEngine {
  /** Opens a line; nothing has been said over it. */
  connect(): Promise<ScreenWindow>
  /** Messages only this carrier can bring, each sent over a line of its own. */
  readonly hostile: readonly ((window: ScreenWindow) => void)[]
  stop(): Promise<void>
}

export type Serve = (parts: {
  readonly engine: ScreenEngine
  readonly timers: Timers
  readonly log: Log
}) => Promise<ServedEngine>

const SCAN = '018d3b1c-0000-7000-8000-000000000001'

/** What windows and an engine may rely on, whatever carries them. Run against every wire. */
export function wireSuite(name: string, serve: Serve): void {
  describe(`${name} (as a wire)`, () => {
    let engine: FakeScreenEngine
    let timers: FakeClock
    let log: FakeLog
    let served: ServedEngine

    beforeEach(async () => {
      engine = new FakeScreenEngine()
      timers = new FakeClock()
      log = new FakeLog()
      served = await serve({ engine, timers, log })
    })
    afterEach(() => served.stop())

    const open = async () => {
      const window = await (await served.connect()).hello()
      await window.until(() => TOPICS.every((topic) => window.told(topic).length === 1))
      return window
    }
    const works = async (window: ScreenWindow) => {
      const answer = await window.call('scan.submit', { scan: SCAN, text: 'WX32DA0K4T7N' })
      expect(answer.kind).toBe('answer')
    }

    it('welcomes a window and tells it every topic once', async () => {
      const window = await open()

      expect(window.messages[0]).toEqual({
        kind: 'welcome',
        version: SCREEN_VERSION,
        engine: 'engine-1',
        at: engine.now(),
      })
      expect(window.messages.slice(1).map((message) => 'topic' in message && message.topic)).toEqual(TOPICS)
    })

    it('tells a change at once', async () => {
      const window = await open()
      timers.advance(TOPIC_PAUSE_MS)

      engine.change('station', { unsent: 3 })

      const [, second] = await window.until(
        () => window.told('station').length === 2 && window.told('station'),
      )
      expect(second).toMatchObject({ revision: 2, state: { unsent: 3 } })
    })

    it('folds a burst of changes into the newest, in order', async () => {
      const window = await open()
      timers.advance(TOPIC_PAUSE_MS)

      for (let unsent = 1; unsent <= 1_000; unsent++) engine.change('station', { unsent })
      timers.advance(TOPIC_PAUSE_MS)

      await window.until(() => window.told('station').at(-1)?.revision === 1_001)
      const told = window.told('station')
      expect(told.map(({ revision }) => revision)).toEqual([1, 2, 1_001])
      expect(told.at(-1)?.state).toMatchObject({ unsent: 1_000 })
    })

    it('lets no busy topic hold up another', async () => {
      const window = await open()
      engine.change('bays', { bays: [] })
      timers.advance(TOPIC_PAUSE_MS)
      engine.change('bays', { bays: [] })

      engine.change('cases', { cases: [] })

      await window.until(() => window.told('cases').at(-1)?.revision === 2)
    })

    it('answers every call of a burst once, and begins them in order', async () => {
      const window = await open()
      const texts = Array.from({ length: 300 }, (_, index) => `scan ${index}`)

      const answers = await Promise.all(texts.map((text) => window.call('scan.submit', { scan: SCAN, text })))

      expect(answers.map((answer) => answer.kind === 'answer' && answer.answer)).toEqual(
        texts.map((text) => expect.objectContaining({ text })),
      )
      expect(engine.calls.map(({ args }) => (args as { text: string }).text)).toEqual(texts)
      expect(window.messages.filter(({ kind }) => kind === 'answer')).toHaveLength(300)
    })

    it('carries long texts whole, whatever their characters', async () => {
      const window = await open()
      const text = `\u0000"\\é漢🚚\u2028${'<'.repeat(65_528)}`
      const log = 'a line of a copy log\n'.repeat(200_000)
      engine.script.set('log.read', () => ok({ text: log, cut: false }))

      const scanned = await window.call('scan.submit', { scan: SCAN, text })
      const read = await window.call('log.read', { job: 'j', drive: 'd', log: 'error' })

      expect(scanned).toMatchObject({ kind: 'answer', answer: { text } })
      expect(read.kind === 'answer' && (read.answer as { text: string }).text === log).toBe(true)
    })

    it('shows two windows the same', async () => {
      const [one, two] = [await open(), await open()]
      timers.advance(TOPIC_PAUSE_MS)

      await works(one)

      const seen = await Promise.all(
        [one, two].map((window) => window.until(() => window.told('receive').at(1))),
      )
      expect(seen[0]).toEqual(seen[1])
      expect(seen[0]).toMatchObject({ state: { last: { text: 'WX32DA0K4T7N' } } })
    })

    it('brings a window that reconnects up to date at once', async () => {
      const before = await open()
      before.close()
      await before.untilClosed()
      engine.change('station', { unsent: 1 })
      engine.change('station', { unsent: 2 })

      const after = await open()

      expect(after.told('station')).toMatchObject([{ revision: 3, state: { unsent: 2 } }])
    })

    it('forgets a window that is gone', async () => {
      await open()
      const before = engine.listeners
      const gone = await open()

      gone.close()

      await engine.untilListeners(before)
    })

    it('tells a window of another version which one runs here, and nothing else', async () => {
      const window = await served.connect()

      await window.hello(SCREEN_VERSION + 1)
      await window.untilClosed()

      expect(window.messages).toEqual([expect.objectContaining({ kind: 'welcome', version: SCREEN_VERSION })])
    })

    it.each([
      ['an unknown call', 'station.destroy', {}, 'unknown-call'],
      ['a call named like a member of every object', 'constructor', {}, 'unknown-call'],
      ['arguments that are missing', 'scan.submit', {}, 'bad-arguments'],
      ['arguments too many', 'job.read', { job: 'j', admin: true }, 'bad-arguments'],
      ['a text that is too long', 'scan.submit', { scan: SCAN, text: 'x'.repeat(65_537) }, 'bad-arguments'],
    ])('refuses %s with a code and a sentence', async (_what, name, args, code) => {
      const window = await open()

      const answer = await window.call(name, args)

      expect(failureOf(answer)).toMatchObject({ code, sentence: expect.stringMatching(/\. .*\.$/) })
      expect(engine.calls).toEqual([])
      await works(window)
    })

    it('passes a failure of the engine on, without its technical detail', async () => {
      const window = await open()
      engine.script.set('job.read', () =>
        fail('job-unknown', 'There is no such job. Look it up.', '/secret/path'),
      )

      const answer = await window.call('job.read', { job: 'j' })

      expect(failureOf(answer)).toEqual({
        code: 'job-unknown',
        sentence: 'There is no such job. Look it up.',
      })
    })

    it('turns a wrong answer and a defect into failures of that call alone', async () => {
      const window = await open()
      engine.script.set('job.read', () => ok({ no: 'job' }))
      engine.script.set('printer.test', () => Promise.reject(new Error('defect')))

      const wrong = await window.call('job.read', { job: 'j' })
      const broken = await window.call('printer.test', {})

      expect([failureOf(wrong).code, failureOf(broken).code]).toEqual(['bad-answer', 'call-broke'])
      expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(2)
      await works(window)
    })

    it('does not tell a topic that does not fit the contract, and says so in the log', async () => {
      const window = await open()
      timers.advance(TOPIC_PAUSE_MS)

      engine.change('station', { unsent: -1 })
      engine.change('cases', { cases: [] })

      await window.until(() => window.told('cases').length === 2)
      expect(window.told('station')).toHaveLength(1)
      expect(log.lines).toContainEqual(
        expect.objectContaining({ level: 'error', facts: expect.objectContaining({ topic: 'station' }) }),
      )
    })

    it('goes on when a topic cannot be made, and tells it after its next change', async () => {
      engine.broken.add('bays')
      const window = await (await served.connect()).hello()
      await window.until(() => window.told('cases').length === 1)
      expect(window.told('bays')).toEqual([])
      expect(log.lines).toContainEqual(
        expect.objectContaining({ level: 'error', facts: expect.objectContaining({ topic: 'bays' }) }),
      )
      timers.advance(TOPIC_PAUSE_MS)

      engine.broken.clear()
      engine.change('bays', { bays: [] })

      await window.until(() => window.told('bays').length === 1)
    })

    it('lets a window go that does not say hello', async () => {
      const window = await served.connect()

      timers.advance(HELLO_WITHIN_MS)

      await window.untilClosed()
      expect(window.messages).toEqual([])
    })

    it('lets a window go that calls before hello, or says hello twice', async () => {
      const [early, twice] = [await served.connect(), await open()]

      early.send({ kind: 'call', id: 1, name: 'scan.submit', args: { scan: SCAN, text: 'x' } })
      twice.send({ kind: 'hello', version: SCREEN_VERSION })

      await Promise.all([early.untilClosed(), twice.untilClosed()])
      expect(engine.calls).toEqual([])
    })

    it('survives whatever a window sends: it loses its own line, others and the engine go on', async () => {
      const good = await open()
      const message = fc.oneof(
        fc.jsonValue(),
        fc.record({ kind: fc.constantFrom('hello', 'call', 'topic', '__proto__'), id: fc.jsonValue() }),
      )

      await fc.assert(
        fc.asyncProperty(message, fc.boolean(), async (hostile, greeted) => {
          const bad = greeted ? await open() : await served.connect()
          bad.send(hostile)
          await bad.untilClosed()
        }),
        { numRuns: 40 },
      )
      for (const send of served.hostile) {
        const bad = await open()
        send(bad)
        await bad.untilClosed()
      }

      await works(good)
    })
  })
}

function failureOf(message: FromEngine): { code: string; sentence: string } {
  if (message.kind !== 'failure') throw new Error(`not refused: ${message.kind}`)
  return message.failure
}
