import { describe, expect, it } from 'vitest'
import type { Printer, PrintJob } from '../../src/ports/printer.ts'

/** What every printer does, real or not. Run against each adapter and the fake. */
export interface PrinterUnderTest {
  readonly printer: Printer
  /** What lies on paper now, by the receipt's `where`. */
  documents(): Promise<ReadonlyMap<string, Uint8Array>>
  /** The device goes away: unplugged, or its folder removed. */
  takeAway(): Promise<void>
  /** The device is there and will not print. */
  jam(): Promise<void>
}

export function printerSuite(name: string, make: () => Promise<PrinterUnderTest>): void {
  describe(`${name} (as a printer)`, () => {
    it('puts the bytes on paper unchanged and says where', async () => {
      const { printer, documents } = await make()
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)

      const outcome = await printer.print(job({ bytes }))

      if (!outcome.ok) throw new Error(outcome.failure.sentence)
      expect([...((await documents()).get(outcome.value.where) ?? [])]).toEqual([...bytes])
    })

    it('takes the same id again as a reprint, not as a second document', async () => {
      const { printer, documents } = await make()
      const first = await printer.print(job({ bytes: text('first') }))

      const again = await printer.print(job({ bytes: text('mended') }))

      expect(again.ok && first.ok && again.value.where === first.value.where).toBe(true)
      expect([...(await documents()).values()].map(asText)).toEqual(['mended'])
    })

    it('keeps two jobs with one title apart', async () => {
      const { printer, documents } = await make()

      const outcomes = await Promise.all([
        printer.print(job({ id: 'one', bytes: text('one') })),
        printer.print(job({ id: 'two', bytes: text('two') })),
      ])

      expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true])
      expect([...(await documents()).values()].map(asText).toSorted()).toEqual(['one', 'two'])
    })

    it('prints ZPL as well as PDF', async () => {
      const { printer, documents } = await make()

      await printer.print(job({ id: 'z', format: 'zpl', medium: 'label', bytes: text('^XA^XZ') }))

      expect([...(await documents()).values()].map(asText)).toEqual(['^XA^XZ'])
    })

    it.each(['../escape', 'a/b', '', 'dot.dot', 'x'.repeat(101)])('refuses the title %j', async (title) => {
      const { printer, documents } = await make()

      const outcome = await printer.print(job({ title }))

      expect(outcome.ok ? 'printed' : outcome.failure.code).toBe('printer-refused')
      expect((await documents()).size).toBe(0)
    })

    it('says that it is missing, and prints again once it is back', async () => {
      const { printer, takeAway } = await make()
      await takeAway()

      const outcome = await printer.print(job({}))

      if (outcome.ok) throw new Error('printed without a printer')
      expect(outcome.failure.code).toBe('printer-missing')
      expect(outcome.failure.sentence).toMatch(/\. .*\.$/)
    })

    it('says that it refused, and loses nothing that was printed', async () => {
      const { printer, documents, jam } = await make()
      await printer.print(job({ bytes: text('before') }))
      await jam()

      const outcome = await printer.print(job({ bytes: text('after') }))

      if (outcome.ok) throw new Error('printed although jammed')
      expect(outcome.failure.code).toBe('printer-refused')
      expect([...(await documents()).values()].map(asText)).toEqual(['before'])
    })
  })
}

export function job(facts: Partial<PrintJob>): PrintJob {
  return {
    id: 'job-1',
    title: 'return-TDR-2291',
    medium: 'page',
    format: 'pdf',
    bytes: text('paper'),
    ...facts,
  }
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

function asText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
