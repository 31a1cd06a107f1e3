import { describe, expect, it } from 'vitest'
import { type RawLimits, rawPrinter } from '../../src/labels/raw-printer.ts'
import { render } from '../../src/labels/render.ts'
import { returnLabel } from '../../src/labels/return-label.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { job, printerSuite, text } from '../suites/printer.ts'
import { codesOn } from './codes-on.ts'
import { labelFacts, texts } from './examples.ts'
import { hostStatus, rawSink, type SinkManners } from './raw-sink.ts'

const KIND = { prints: 'on paper', goneCode: 'printer-offline', jammedCode: 'printer-offline' } as const
/** Short, so that waiting for silence costs little. */
const LIMITS: RawLimits = { connectMs: 2_000, stallMs: 400, answerMs: 150, watchMs: 2_000, hangUpMs: 400 }
const ZPL = { format: 'zpl', dpi: 203 } as const
const LABEL = { medium: 'label', format: 'zpl', bytes: text('^XA^FDone^FS^XZ') } as const

const printerAt = (port: number, host = '127.0.0.1') =>
  rawPrinter({ host, port, language: ZPL, timers: systemTimers, limits: LIMITS })

printerSuite('port 9100', KIND, async () => {
  const sink = await rawSink()
  return {
    printer: printerAt(sink.port),
    sheets: async () => sink.documents.map((bytes) => ({ where: `127.0.0.1:${sink.port}`, bytes })),
    takeAway: () => sink.close(),
    async jam() {
      sink.manners.resetsAfterBytes = 1
    },
  }
})

describe('a printer on port 9100', () => {
  it.each([{ format: 'pdf' }, ZPL] as const)(
    'gets a label in $format whose code is the return’s number',
    async (language) => {
      const sink = await rawSink({ answers: [() => hostStatus()] })
      const paper = await render(returnLabel(labelFacts, texts), language)

      const outcome = await printerAt(sink.port).print(job({ ...paper }))

      expect(outcome).toEqual({
        ok: true,
        value: { state: language.format === 'zpl' ? 'confirmed' : 'sent', where: `127.0.0.1:${sink.port}` },
      })
      const [sheet] = sink.documents
      if (sheet === undefined) throw new Error('no paper')
      expect(await codesOn(sheet, language.format)).toEqual([labelFacts.returnNumber])
    },
  )

  it('confirms a label only when the printer has nothing left to print', async () => {
    const busy = () => hostStatus({ formats: 1 })
    const batch = () => hostStatus({ remaining: 1 })
    const idle = () => hostStatus()
    const sink = await rawSink({ answers: [idle, busy, batch, idle] })

    expect(await printerAt(sink.port).print(job(LABEL))).toMatchObject({
      ok: true,
      value: { state: 'confirmed' },
    })
    // Once before, busy twice, then idle twice in a row.
    expect(sink.asked).toBe(5)
  })

  it('takes silence for sent, never for confirmed', async () => {
    const sink = await rawSink()

    expect(await printerAt(sink.port).print(job(LABEL))).toMatchObject({ ok: true, value: { state: 'sent' } })
    expect(sink.documents).toHaveLength(1)
  })

  it('takes an answer of some other kind for silence', async () => {
    const sink = await rawSink({ answers: [() => '\x02OK\x03\x02OK\x03\x02OK\x03'] })

    expect(await printerAt(sink.port).print(job(LABEL))).toMatchObject({ ok: true, value: { state: 'sent' } })
  })

  it.each([
    ['is out of labels. Load some', { paperOut: true }],
    ['has its print head open. Close it', { headOpen: true, paused: true }],
    ['is out of ribbon. Load some', { ribbonOut: true }],
    ['is paused. Press its pause key', { paused: true }],
    ['is full of labels it has not printed. Look at it', { bufferFull: true }],
  ] as const)('sends nothing to a printer that %s', async (says, flags) => {
    const manners: SinkManners = { answers: [() => hostStatus(flags)] }
    const sink = await rawSink(manners)
    const printer = printerAt(sink.port)

    expect(await printer.print(job(LABEL))).toMatchObject({
      failure: {
        code: 'printer-offline',
        sentence: expect.stringContaining(`127.0.0.1:${sink.port} ${says}; `),
      },
    })
    expect(sink.documents).toEqual([])

    manners.answers = [() => hostStatus()]
    expect(await printer.print(job(LABEL))).toMatchObject({ ok: true, value: { state: 'confirmed' } })
    expect(sink.documents).toHaveLength(1)
  })

  it('does not send a label again that the printer holds until it has labels', async () => {
    const out = () => hostStatus({ paperOut: true, formats: 1 })
    const manners: SinkManners = { answers: [() => hostStatus(), out] }
    const sink = await rawSink(manners)
    const printer = printerAt(sink.port)

    const stuck = [await printer.print(job(LABEL)), await printer.print(job(LABEL))]
    for (const outcome of stuck)
      expect(outcome).toMatchObject({
        failure: {
          code: 'printer-offline',
          sentence: expect.stringMatching(/is out of labels.*prints it then\.$/),
        },
      })

    manners.answers = [() => hostStatus()]
    expect(await printer.print(job(LABEL))).toMatchObject({ ok: true, value: { state: 'confirmed' } })
    expect(sink.documents).toHaveLength(1)

    // Now that it is on paper, the same once more is a reprint.
    await printer.print(job({ ...LABEL, copy: 2 }))
    expect(sink.documents).toHaveLength(2)
  })

  it('hears a printer fall silent that spoke before', async () => {
    const manners: SinkManners = { answers: [() => hostStatus(), () => ''] }
    const sink = await rawSink(manners)
    const printer = printerAt(sink.port)

    expect(await printer.print(job(LABEL))).toMatchObject({
      failure: {
        code: 'printer-offline',
        sentence: expect.stringMatching(/no longer answers\. Look at labels/),
      },
    })

    manners.answers = [() => hostStatus()]
    expect(await printer.print(job(LABEL))).toMatchObject({ ok: true })
    expect(sink.documents).toHaveLength(1)
  })

  it('waits for a slow printer as long as it goes on taking', async () => {
    const sink = await rawSink({ bytesPerSecond: 8_000_000 })
    const bytes = new Uint8Array(16_000_000).fill(65)
    const limits = { ...LIMITS, stallMs: 1_500, hangUpMs: 5_000 }
    const printer = rawPrinter({
      host: '127.0.0.1',
      port: sink.port,
      language: ZPL,
      timers: systemTimers,
      limits,
    })

    expect(await printer.print(job({ bytes }))).toMatchObject({ ok: true, value: { state: 'sent' } })
    expect(sink.documents.map(({ length }) => length)).toEqual([bytes.length])
  })

  it('gives up on a printer that takes no more, and sends the whole again', async () => {
    const manners: SinkManners = { stopsAfterBytes: 100_000 }
    const sink = await rawSink(manners)
    const printer = printerAt(sink.port)
    const bytes = new Uint8Array(20_000_000).fill(65)

    expect(await printer.print(job({ bytes }))).toMatchObject({ failure: { code: 'printer-timeout' } })
    expect(sink.documents).toEqual([])

    delete manners.stopsAfterBytes
    expect(await printer.print(job({ bytes }))).toMatchObject({ ok: true })
    expect(sink.documents.map(({ length }) => length)).toEqual([bytes.length])
  })

  it('notices a connection that breaks in the middle', async () => {
    const sink = await rawSink({ resetsAfterBytes: 50_000 })

    const outcome = await printerAt(sink.port).print(job({ bytes: new Uint8Array(5_000_000) }))

    expect(outcome).toMatchObject({
      failure: { code: 'printer-offline', sentence: expect.stringContaining('broke the connection') },
    })
  })

  it('notices a connection that breaks while the label is being printed', async () => {
    const question = 5
    const label = LABEL.bytes.length
    const sink = await rawSink({
      answers: [() => hostStatus()],
      resetsAfterBytes: question + label + question,
    })

    expect(await printerAt(sink.port).print(job(LABEL))).toMatchObject({
      failure: { code: 'printer-offline', sentence: expect.stringContaining('broke the connection') },
    })
  })

  it('does not wait for ever for a printer that never hangs up', async () => {
    const sink = await rawSink({ keepsOpen: true })

    expect(await printerAt(sink.port).print(job({}))).toMatchObject({ ok: true, value: { state: 'sent' } })
  })

  it('prints documents one after the other, whatever became of the one before', async () => {
    const manners: SinkManners = { resetsAfterBytes: 1 }
    const sink = await rawSink(manners)
    const printer = printerAt(sink.port)

    const broken = printer.print(job({ id: 'a', bytes: text('a') }))
    const waiting = printer.print(job({ id: 'b', bytes: text('b') }))
    expect((await broken).ok).toBe(false)
    delete manners.resetsAfterBytes

    expect((await waiting).ok).toBe(true)
    expect(sink.documents.map((bytes) => new TextDecoder().decode(bytes))).toEqual(['b'])
  })

  it.each([
    [
      'a host that nobody knows',
      'printer.invalid',
      'printer-missing',
      /^There is no host printer\.invalid\./,
    ],
    ['a port where nobody listens', '127.0.0.1', 'printer-offline', /takes no documents\. Look whether/],
  ] as const)('tells %s', async (_, host, code, sentence) => {
    const gone = await rawSink()
    await gone.close()

    expect(await printerAt(gone.port, host).print(job({}))).toMatchObject({
      failure: { code, sentence: expect.stringMatching(sentence) },
    })
  })

  it('lets go at once when nobody waits any more', async () => {
    const sink = await rawSink({ stopsAfterBytes: 1 })
    const ending = new AbortController()
    const unhurried = rawPrinter({ host: '127.0.0.1', port: sink.port, language: ZPL, timers: systemTimers })
    const printed = unhurried.print(job({ bytes: new Uint8Array(20_000_000) }), ending.signal)
    await expect.poll(() => sink.takenBytes).toBeGreaterThan(0)

    ending.abort()

    expect((await printed).ok).toBe(false)
  })
})
