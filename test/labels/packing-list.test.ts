import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { packingList } from '../../src/labels/packing-list.ts'
import { toPdf } from '../../src/labels/pdf.ts'
import { DRIVE_STATES } from '../../src/lifecycle/states.ts'
import { hostileAddress, hostileText, packingFacts, texts } from './examples.ts'
import { codesIn, printed } from './read-back.ts'
import { allText, barcodes, expectSound } from './soundness.ts'

describe('a packing list', () => {
  it('tells the customer what happened to each drive, who packed it and when', () => {
    const layout = packingList(packingFacts, texts)

    expectSound(layout)
    expect(layout.remarks).toEqual([])
    const text = allText(layout)
    for (const part of [
      'TDR-2291',
      'Larkfield Imaging Ltd',
      'Drives: 2 · Extra drives: 1 · Box 1 of 1',
      '1Z84W5E70341830207',
      'Maud Verhulst',
      '2026-10-08T14:29Z',
      'CompletedMoreInfo',
      'Two files could not be read. The rest was copied and read back.',
      'Copied 212 GB (212,004,112,384 bytes) · Files: 120,401',
      'waimportexport/larkfield-scans-05_verbose.xml',
      'NeverReceived',
      'The drive was never received.',
      'Extra drives',
      'Page 1 of 1',
    ]) {
      expect(text).toContain(part)
    }
  })

  it('prints a serial on one line that can be copied in one piece', async () => {
    const [page] = await printed(await toPdf(packingList(packingFacts, texts)), 72)

    expect(page?.text).toContain('Y1P0A0C7FD1K')
    expect(page?.text).toContain('ZCT1D8QF')
  })

  it('carries no code, so that only the label on the box can close the return', async () => {
    const layout = packingList(packingFacts, texts)
    const [page] = await printed(await toPdf(layout), 150)

    expect(barcodes(layout)).toEqual([])
    if (page === undefined) throw new Error('no page')
    expect(await codesIn(page.picture)).toEqual([])
  })

  it.each(['a4', 'letter'] as const)('goes over as many %s pages as it needs, each numbered', (paper) => {
    const drives = Array.from({ length: 60 }, (_, index) => ({
      serial: `SERIAL${String(index).padStart(4, '0')}`,
      job: `job-${index % 6}`,
      state: 'Completed' as const,
      copied: { bytes: index * 1000, files: index },
      sentence: 'Every file was copied and read back.',
      logs: [`log-${index}.xml`],
    }))

    const layout = packingList({ ...packingFacts, paper, drives }, texts)

    expectSound(layout)
    expect(layout.pages.length).toBeGreaterThan(4)
    const text = allText(layout)
    for (const { serial } of drives) expect(text).toContain(`${serial.slice(0, -4)}\n${serial.slice(-4)}`)
    expect(text).toContain(`Page ${layout.pages.length} of ${layout.pages.length}`)
  })

  it('is one page when there is nothing to list', () => {
    const layout = packingList({ ...packingFacts, drives: [], extras: [] }, texts)

    expectSound(layout)
    expect(layout.pages).toHaveLength(1)
    expect(allText(layout)).not.toContain('belong to no job')
  })

  it('keeps every box on its page and apart from the others, whatever the fields hold', () => {
    const drive = fc.record({
      serial: hostileText,
      job: hostileText,
      state: fc.constantFrom(...DRIVE_STATES),
      copied: fc.option(fc.record({ bytes: fc.maxSafeNat(), files: fc.maxSafeNat() }), { nil: undefined }),
      sentence: hostileText,
      logs: fc.array(hostileText, { maxLength: 5 }),
    })
    fc.assert(
      fc.property(
        fc.array(drive, { maxLength: 12 }),
        fc.array(hostileText, { maxLength: 5 }),
        hostileAddress,
        hostileText,
        fc.constantFrom('a4', 'letter'),
        (drives, extras, to, text, paper) => {
          const from = { name: text, lines: [text, text] }
          const facts = { ...packingFacts, drives, extras, to, from, paper, packedBy: text, carrier: text }
          expectSound(packingList(facts, texts))
        },
      ),
      { numRuns: 60 },
    )
  })
})
