import { describe, expect, it } from 'vitest'
import { memoryNotes, type Notes } from '../../src/labels/notes.ts'
import {
  type HeldDocument,
  queuePrinter,
  type Spooler,
  type SpoolState,
} from '../../src/labels/queue-printer.ts'
import { fail, type Outcome, ok } from '../../src/lifecycle/outcome.ts'
import type { PrintFailureCode } from '../../src/ports/printer.ts'
import { FakeClock } from '../fakes/clock.ts'
import { job, text } from '../suites/printer.ts'
import { answered } from './answered.ts'

/** How a document is followed through any queue, in a time that passes when told to. */

const STUCK: SpoolState = {
  at: 'stuck',
  sentence: 'It is open. Close it.',
  patienceMs: 2_000,
  detail: 'cover-open',
}
const PRINTED: SpoolState = { at: 'done', certain: true }

class ScriptedSpooler implements Spooler {
  submitted: string[] = []
  cancelled: string[] = []
  looks = 0
  state: SpoolState = { at: 'waiting' }
  broken: Outcome<never, PrintFailureCode> | undefined

  async submit() {
    const entry = `bench-${this.submitted.length + 1}`
    this.submitted.push(entry)
    return this.broken ?? ok(entry)
  }
  async look() {
    this.looks++
    return this.broken ?? ok(this.state)
  }
  async cancel(entry: string) {
    this.cancelled.push(entry)
  }
}

function bench(held: Notes<HeldDocument> = memoryNotes()) {
  const spooler = new ScriptedSpooler()
  const clock = new FakeClock()
  const make = () =>
    queuePrinter({
      name: 'bench',
      language: { format: 'pdf' },
      spooler,
      held,
      timers: clock,
      followMs: 10_000,
    })
  return { spooler, clock, held, printer: make(), restarted: make }
}

describe('a document in a queue', () => {
  it('is confirmed when the queue says so, and sent when it only is gone', async () => {
    for (const [state, receipt] of [
      [PRINTED, 'confirmed'],
      [{ at: 'done', certain: false }, 'sent'],
      [{ at: 'vanished' }, 'sent'],
    ] as const) {
      const { spooler, clock, printer, held } = bench()
      spooler.state = state

      const { value } = await answered(clock, printer.print(job({})))

      expect(value).toEqual({ ok: true, value: { state: receipt, where: 'bench-1' } })
      expect(held.get('job-1')).toBeUndefined()
    }
  })

  it('is sent when it still waits after the time for following, without trouble', async () => {
    const { spooler, clock, printer } = bench()

    const { value, afterMs } = await answered(clock, printer.print(job({})))

    expect(value).toMatchObject({ ok: true, value: { state: 'sent' } })
    expect(afterMs).toBeGreaterThanOrEqual(10_000)
    expect(afterMs).toBeLessThan(11_500)
    // Seldom enough to cost nothing.
    expect(spooler.looks).toBeLessThan(20)
  })

  it('gives trouble the time to pass by itself', async () => {
    const { spooler, clock, printer } = bench()
    spooler.state = STUCK
    clock.after(1_000, () => {
      spooler.state = { at: 'waiting' }
    })
    clock.after(2_500, () => {
      spooler.state = STUCK
    })

    const { value, afterMs } = await answered(clock, printer.print(job({})))

    expect(value).toMatchObject({
      failure: { code: 'printer-offline', sentence: STUCK.sentence, detail: 'cover-open' },
    })
    expect(afterMs).toBeGreaterThanOrEqual(4_500)
  })

  it('stays in the queue after trouble: trying again follows it, also after a restart', async () => {
    const { spooler, clock, printer, restarted } = bench()
    spooler.state = STUCK
    await answered(clock, printer.print(job({})))
    await answered(clock, printer.print(job({ copy: 2 })))

    spooler.state = PRINTED
    const { value } = await answered(clock, restarted().print(job({ copy: 2 })))

    expect(value).toEqual({ ok: true, value: { state: 'confirmed', where: 'bench-1' } })
    expect(spooler.submitted).toEqual(['bench-1'])

    // On paper now: the next time is a reprint.
    await answered(clock, printer.print(job({ copy: 2 })))
    expect(spooler.submitted).toHaveLength(2)
  })

  it('is asked for anew by a person while nobody looked: that is another sheet', async () => {
    const { spooler, clock, printer } = bench()
    spooler.state = STUCK
    await answered(clock, printer.print(job({ copy: 1 })))

    spooler.state = PRINTED
    await answered(clock, printer.print(job({ copy: 2 })))

    expect(spooler.submitted).toEqual(['bench-1', 'bench-2'])
    expect(spooler.cancelled).toEqual([])
  })

  it('is handed over again when the queue lost it', async () => {
    const { spooler, clock, printer } = bench()
    spooler.state = STUCK
    await answered(clock, printer.print(job({})))

    spooler.state = { at: 'vanished' }
    await answered(clock, printer.print(job({})))

    expect(spooler.submitted).toEqual(['bench-1', 'bench-2'])
  })

  it('gives way to a mended one', async () => {
    const { spooler, clock, printer } = bench()
    spooler.state = STUCK
    await answered(clock, printer.print(job({ bytes: text('two drives') })))
    await answered(clock, printer.print(job({ bytes: text('three drives') })))

    expect(spooler.cancelled).toEqual(['bench-1'])
    expect(spooler.submitted).toEqual(['bench-1', 'bench-2'])
  })

  it('is taken back while it waits, and not when it is on paper', async () => {
    const { spooler, clock, printer } = bench()
    spooler.state = STUCK
    await answered(clock, printer.print(job({})))
    await printer.withdraw('job-1')
    expect(spooler.cancelled).toEqual(['bench-1'])

    spooler.state = PRINTED
    await answered(clock, printer.print(job({})))
    await printer.withdraw('job-1')
    expect(spooler.cancelled).toEqual(['bench-1'])
  })

  it('is remembered when the queue does not answer any more', async () => {
    const { spooler, clock, printer, held } = bench()
    spooler.state = STUCK
    await answered(clock, printer.print(job({})))
    spooler.broken = fail('printer-timeout', 'No answer. Look.')

    const { value } = await answered(clock, printer.print(job({})))

    expect(value).toMatchObject({ failure: { code: 'printer-timeout' } })
    expect(held.get('job-1')?.entry).toBe('bench-1')
  })

  it('is not remembered when it was never taken', async () => {
    const { spooler, clock, printer, held } = bench()
    spooler.broken = fail('printer-missing', 'No queue. Add it.')

    await answered(clock, printer.print(job({})))

    expect(held.get('job-1')).toBeUndefined()
  })

  it('is let go when nobody waits any more, and stays in the queue', async () => {
    const { clock, printer, held } = bench()
    const ending = new AbortController()
    const printed = printer.print(job({}), ending.signal)
    ending.abort()

    const { afterMs } = await answered(clock, printed)

    expect(afterMs).toBeLessThan(1_000)
    expect(held.get('job-1')?.entry).toBe('bench-1')
  })
})
