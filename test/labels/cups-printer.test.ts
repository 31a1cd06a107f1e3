import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { cupsSpooler } from '../../src/labels/cups-spooler.ts'
import { memoryNotes, type Notes } from '../../src/labels/notes.ts'
import { type HeldDocument, queuePrinter } from '../../src/labels/queue-printer.ts'
import { render } from '../../src/labels/render.ts'
import { returnLabel } from '../../src/labels/return-label.ts'
import { programRunner } from '../../src/labels/run-program.ts'
import type { Printer, PrintLanguage } from '../../src/ports/printer.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { need } from '../fixtures/need.ts'
import { job, printerSuite, text } from '../suites/printer.ts'
import { codesOn } from './codes-on.ts'
import { type CupsDock, type CupsQueue, startCups } from './cups-dock.ts'
import { labelFacts, texts } from './examples.ts'

/** Paper that comes out of a queue of a real CUPS. */

const PDF: PrintLanguage = { format: 'pdf' }
const KIND = { prints: 'on paper', goneCode: 'printer-missing', jammedCode: 'printer-refused' } as const

let cups: CupsDock
let queues = 0

beforeAll(async () => {
  need({ skip: () => undefined }, 'cupsd', 'lp')
  cups = await startCups()
})
afterAll(async () => {
  await cups?.close()
})

interface Bench {
  readonly name: string
  readonly queue: CupsQueue
  readonly printer: Printer
  /** The same printer in a program that was started anew. */
  restarted(): Printer
}

function bench(options: { followMs?: number; language?: PrintLanguage } = {}): Bench {
  const name = `bench${++queues}`
  const queue = cups.addQueue(name)
  const held: Notes<HeldDocument> = memoryNotes()
  const printer = () => printerOn(name, { held, ...options })
  return { name, queue, printer: printer(), restarted: printer }
}

function printerOn(
  name: string,
  options: {
    held?: Notes<HeldDocument>
    followMs?: number
    language?: PrintLanguage
    env?: CupsDock['env']
  } = {},
): Printer {
  const { held = memoryNotes(), language = PDF, env = cups.env, ...rest } = options
  const run = programRunner({ env, timers: systemTimers })
  return queuePrinter({
    name,
    language,
    spooler: cupsSpooler(name, run),
    held,
    timers: systemTimers,
    ...rest,
  })
}

printerSuite('CUPS queue', KIND, async () => {
  const { name, queue, printer } = bench()
  return {
    printer,
    sheets: async () => queue.sheets(),
    takeAway: async () => queue.remove(),
    jam: async () => void cups.run('cupsreject', name),
  }
})

describe.concurrent('a queue of CUPS', () => {
  it.each([
    ['PDF', PDF],
    ['ZPL', { format: 'zpl', dpi: 203 }],
  ] as const)('puts a label on paper in %s whose code is the return’s number', async (_, language) => {
    const { queue, printer } = bench({ language })
    const paper = await render(returnLabel(labelFacts, texts), language)

    const outcome = await printer.print(job({ ...paper }))

    expect(outcome).toMatchObject({
      ok: true,
      value: { state: 'confirmed', where: expect.stringMatching(/^bench\d+-\d+$/) },
    })
    const [sheet] = queue.sheets()
    if (sheet === undefined) throw new Error('no paper')
    expect(await codesOn(sheet.bytes, language.format)).toEqual([labelFacts.returnNumber])
  })

  it('shows a reprint by its title', async () => {
    const { queue, printer } = bench()

    await printer.print(job({ copy: 1 }))
    await printer.print(job({ copy: 2 }))

    expect(queue.titles()).toEqual(['return-TDR-2291', 'return-TDR-2291-copy-2'])
  })

  it.each([
    ['paper-out', /^bench\d+ is out of paper or labels\. Load some; the document waits in the queue/],
    ['offline', /^bench\d+ is off or not connected\. Switch it on/],
  ] as const)(
    'says %s, keeps the document, and prints it once when all is well again',
    async (mood, sentence) => {
      const { queue, printer, restarted } = bench()
      queue.is(mood)

      const stuck = await printer.print(job({ bytes: text('one label') }))
      expect(stuck).toMatchObject({ ok: false, failure: { code: 'printer-offline' } })
      expect(stuck.ok || stuck.failure.sentence).toMatch(sentence)
      expect(queue.sheets()).toEqual([])

      queue.isWellAgain()
      const again = await restarted().print(job({ bytes: text('one label') }))
      expect(again).toMatchObject({ ok: true, value: { state: 'confirmed' } })
      expect(queue.sheets()).toHaveLength(1)
    },
  )

  it('says why a queue was stopped, and goes on once it is started again', async () => {
    const { name, queue, printer } = bench()
    cups.run('cupsdisable', '-r', 'Ribbon "B" is being changed.', name)

    const stuck = await printer.print(job({}))
    expect(stuck).toMatchObject({
      failure: {
        code: 'printer-offline',
        sentence: expect.stringMatching(/is stopped and says "Ribbon 'B' is being changed"\. Start it again/),
      },
    })

    cups.run('cupsenable', name)
    expect(await printer.print(job({}))).toMatchObject({ ok: true, value: { state: 'confirmed' } })
    expect(queue.sheets()).toHaveLength(1)
  })

  it('says what a printer said that stopped its queue', async () => {
    const { name, queue, printer } = bench()
    queue.is('stops')

    const stuck = await printer.print(job({}))

    expect(stuck).toMatchObject({
      failure: { code: 'printer-offline', sentence: expect.stringContaining('The head is hot') },
    })
    queue.isWellAgain()
    cups.run('cupsenable', name)
    expect(await printer.print(job({}))).toMatchObject({ ok: true })
    expect(queue.sheets()).toHaveLength(1)
  })

  it('never takes a document for printed that the queue gave up', async () => {
    const { queue, printer } = bench()
    queue.is('breaks')

    const refused = await printer.print(job({}))

    expect(refused).toMatchObject({
      failure: { code: 'printer-refused', sentence: expect.stringMatching(/gave the document up/) },
    })
    queue.isWellAgain()
    expect(await printer.print(job({}))).toMatchObject({ ok: true })
    expect(queue.sheets()).toHaveLength(1)
  })

  it('does not print by itself what a person cancelled in the queue', async () => {
    const { name, queue, printer } = bench()
    queue.is('paper-out')
    await printer.print(job({}))
    cups.run('cancel', '-a', name)
    queue.isWellAgain()

    const refused = await printer.print(job({}))
    expect(refused).toMatchObject({
      failure: { code: 'printer-refused', sentence: expect.stringMatching(/^Somebody cancelled/) },
    })
    expect(queue.sheets()).toEqual([])

    // Asked for again, it is a new document.
    expect(await printer.print(job({ copy: 2 }))).toMatchObject({ ok: true })
    expect(queue.sheets()).toHaveLength(1)
  })

  it('takes a label back that waits in the queue', async () => {
    const { queue, printer } = bench()
    queue.is('paper-out')
    await printer.print(job({ bytes: text('void') }))

    await printer.withdraw('job-1')
    queue.isWellAgain()
    await printer.print(job({ id: 'job-2', bytes: text('next') }))

    expect(queue.sheets().map(({ bytes }) => new TextDecoder().decode(bytes))).toEqual(['next'])
  })

  it('does not cancel what somebody moved to another queue', async () => {
    const { name, queue, printer } = bench()
    const other = bench()
    queue.is('paper-out')
    other.queue.is('paper-out')
    await printer.print(job({}))
    cups.run('lpmove', name, other.name)
    queue.isWellAgain()

    // This queue knows nothing of it any more: better twice than never.
    expect(await printer.print(job({}))).toMatchObject({ ok: true })
    other.queue.isWellAgain()

    await vi.waitFor(() => expect(other.queue.sheets()).toHaveLength(1), { timeout: 5_000 })
    expect(queue.sheets()).toHaveLength(1)
  })

  it('waits for a slow printer, and calls it sent when the time is over', async () => {
    const { queue, printer } = bench({ followMs: 300 })
    queue.is('slow')

    const outcome = await printer.print(job({}))

    expect(outcome).toMatchObject({ ok: true, value: { state: 'sent' } })
    queue.isWellAgain()
    await vi.waitFor(() => expect(queue.sheets()).toHaveLength(1), { timeout: 5_000 })
  })

  it.each([
    ['no such queue', 'nowhere', {}, 'printer-missing', /^There is no print queue nowhere\./],
    [
      'a print system that is not running',
      'nowhere',
      { CUPS_SERVER: '/nonexistent/socket' },
      'printer-offline',
      /^The print system/,
    ],
    [
      'no print system',
      'nowhere',
      { PATH: '/nonexistent' },
      'printer-missing',
      /^This computer has no print system/,
    ],
  ] as const)('tells %s apart', async (_, name, change, code, sentence) => {
    const outcome = await printerOn(name, { env: { ...cups.env, ...change } }).print(job({}))

    expect(outcome).toMatchObject({ failure: { code, sentence: expect.stringMatching(sentence) } })
  })
})
