import { describe, expect, it } from 'vitest'
import { job, printerSuite } from '../suites/printer.ts'
import { fakePrinter } from './printer.ts'

const KIND = { prints: 'on paper', goneCode: 'printer-missing', jammedCode: 'printer-refused' } as const

printerSuite('fake printer', KIND, async () => {
  const printer = fakePrinter()
  return {
    printer,
    sheets: async () => printer.sheets.map(({ id, bytes }) => ({ where: `paper ${id}`, bytes })),
    takeAway: async () => printer.failWith('printer-missing'),
    jam: async () => printer.failWith('printer-refused'),
  }
})

describe('the fake printer', () => {
  it('fails once when told to, remembers every sheet and what was withdrawn', async () => {
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

    await printer.withdraw('job-1')
    expect(printer.withdrawn).toEqual(['job-1'])
  })
})
