import { fail, ok } from '../../src/lifecycle/outcome.ts'
import type { Printer, PrintFailureCode, PrintJob } from '../../src/ports/printer.ts'

/** A printer of air: remembers everything, fails when told to. */
export interface FakePrinter extends Printer {
  /** Every sheet that came out, reprints included, oldest first. */
  readonly sheets: readonly PrintJob[]
  /** Ids that were to be taken back. */
  readonly withdrawn: readonly string[]
  /** From now on every print fails this way; undefined lets it print again. */
  failWith(code: PrintFailureCode | undefined): void
  /** Only the next print fails. */
  failOnce(code: PrintFailureCode): void
}

export function fakePrinter(): FakePrinter {
  const sheets: PrintJob[] = []
  const withdrawn: string[] = []
  let always: PrintFailureCode | undefined
  let once: PrintFailureCode | undefined
  return {
    name: 'air',
    language: { format: 'pdf' },
    sheets,
    withdrawn,
    withdraw: async (id) => void withdrawn.push(id),
    failWith(code) {
      always = code
    },
    failOnce(code) {
      once = code
    },
    async print(job) {
      const code = once ?? always
      once = undefined
      if (code !== undefined) return fail(code, 'The printer did not print. Mend it, then print again.')
      if (!/^[A-Za-z0-9-]{1,100}$/.test(job.title)) {
        return fail('printer-refused', 'The document has a title no printer takes. Report this as a defect.')
      }
      const where = `paper ${job.id}`
      sheets.push(job)
      return ok({ state: 'confirmed', where })
    },
  }
}
