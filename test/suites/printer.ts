import { describe, expect, it } from 'vitest'
import type { Printer, PrintFailureCode, PrintJob } from '../../src/ports/printer.ts'

/** What every printer does, real or not. Run against each adapter and the fake. */
export interface PrinterUnderTest {
  readonly printer: Printer
  /** What lies there now, oldest first, with the receipt's `where`. */
  sheets(): Promise<readonly Sheet[]>
  /** The device goes away: unplugged, its queue or folder removed. */
  takeAway(): Promise<void>
  /** The device is there and will not print. */
  jam(): Promise<void>
}

export interface Sheet {
  readonly where: string
  readonly bytes: Uint8Array
}

export interface PrinterKind {
  /** Paper cannot be taken back: a reprint is another sheet. In a folder it takes the place of the first. */
  readonly prints: 'on paper' | 'in place'
  readonly goneCode: PrintFailureCode
  readonly jammedCode: PrintFailureCode
}

export function printerSuite(name: string, kind: PrinterKind, make: () => Promise<PrinterUnderTest>): void {
  describe(`${name} (as a printer)`, () => {
    it('puts the bytes on paper unchanged and says where', async () => {
      const { printer, sheets } = await make()
      const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)

      const outcome = await printer.print(job({ bytes }))

      if (!outcome.ok) throw new Error(outcome.failure.sentence)
      expect(await sheets()).toEqual([{ where: outcome.value.where, bytes }])
    })

    it('takes the same id again as a reprint, not as a second document', async () => {
      const { printer, sheets } = await make()
      await printer.print(job({ bytes: text('first') }))

      const again = await printer.print(job({ bytes: text('mended'), copy: 2 }))

      if (!again.ok) throw new Error(again.failure.sentence)
      expect((await sheets()).map(asText)).toEqual(
        kind.prints === 'on paper' ? ['first', 'mended'] : ['mended'],
      )
      expect((await sheets()).at(-1)?.where).toBe(again.value.where)
    })

    it('keeps two jobs with one title apart', async () => {
      const { printer, sheets } = await make()

      const outcomes = await Promise.all([
        printer.print(job({ id: 'one', bytes: text('one') })),
        printer.print(job({ id: 'two', bytes: text('two') })),
      ])

      expect(outcomes.map((outcome) => outcome.ok)).toEqual([true, true])
      expect((await sheets()).map(asText).toSorted()).toEqual(['one', 'two'])
    })

    it('prints ZPL as well as PDF', async () => {
      const { printer, sheets } = await make()

      await printer.print(job({ id: 'z', format: 'zpl', medium: 'label', bytes: text('^XA^XZ') }))

      expect((await sheets()).map(asText)).toEqual(['^XA^XZ'])
    })

    it.each(['../escape', 'a/b', '', 'dot.dot', '-o raw', 'x'.repeat(101)])(
      'refuses the title %j',
      async (title) => {
        const { printer, sheets } = await make()

        const outcome = await printer.print(job({ title }))

        expect(outcome.ok ? 'printed' : outcome.failure.code).toBe('printer-refused')
        expect(await sheets()).toEqual([])
      },
    )

    it(`says that it is ${kind.goneCode} once it is gone`, async () => {
      const { printer, takeAway } = await make()
      await takeAway()

      const outcome = await printer.print(job({}))

      if (outcome.ok) throw new Error('printed without a printer')
      expect(outcome.failure.code).toBe(kind.goneCode)
      expect(outcome.failure.sentence).toMatch(/\. .*\.$/)
    })

    it('says that it did not print, and loses nothing that was printed', async () => {
      const { printer, sheets, jam } = await make()
      await printer.print(job({ bytes: text('before') }))
      await jam()

      const outcome = await printer.print(job({ bytes: text('after') }))

      if (outcome.ok) throw new Error('printed although jammed')
      expect(outcome.failure.code).toBe(kind.jammedCode)
      expect(outcome.failure.sentence).toMatch(/\. .*\.$/)
      expect((await sheets()).map(asText)).toEqual(['before'])
    })

    it('takes nothing back that is on paper, and minds no document it never had', async () => {
      const { printer, sheets } = await make()
      await printer.print(job({ bytes: text('on paper') }))

      await printer.withdraw('job-1')
      await printer.withdraw('never printed')

      expect((await sheets()).map(asText)).toEqual(['on paper'])
    })
  })
}

export function job(facts: Partial<PrintJob>): PrintJob {
  return {
    id: 'job-1',
    title: 'return-TDR-2291',
    copy: 1,
    medium: 'page',
    format: 'pdf',
    bytes: text('paper'),
    ...facts,
  }
}

export function text(content: string): Uint8Array {
  return new TextEncoder().encode(content)
}

function asText({ bytes }: Sheet): string {
  return new TextDecoder().decode(bytes)
}
