import { describe, expect, it } from 'vitest'
import { job, printerSuite } from '../suites/printer.ts'
import { fakePrinter } from './printer.ts'

printerSuite('fake printer', async () => {
  const printer = fakePrinter()
  return {
    printer,
    documents: async () => new Map([...printer.documents].map(([where, { bytes }]) => [where, bytes])),
    takeAway: async () => printer.failWith('printer-missing'),
    jam: async () => printer.failWith('printer-refused'),
  }
})

describe('the fake printer', () => {
  it('fails once when told to, remembers reprints as sheets and not as documents', async () => {
    const printer = fakePrinter()
    printer.failOnce('printer-offline')

    const outcomes = [
      await printer.print(job({})),
      await printer.print(job({})),
      await printer.print(job({})),
    ]

    expect(outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.failure.code))).toEqual([
      'printer-offline',
      'ok',
      'ok',
    ])
    expect(printer.sheets).toHaveLength(2)
    expect(printer.documents.size).toBe(1)
  })
})
