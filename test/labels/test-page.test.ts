import { describe, expect, it } from 'vitest'
import { toPdf } from '../../src/labels/pdf.ts'
import { TEST_CODE, testPage } from '../../src/labels/test-page.ts'
import { COMMAND_CODES } from '../../src/labels/texts.ts'
import { texts } from './examples.ts'
import { codesIn, inkNearEdge, printed } from './read-back.ts'
import { allText, expectSound } from './soundness.ts'

const facts = { madeAtMs: Date.UTC(2026, 9, 8), printer: 'Zebra, bench 2', station: 'Dock 2 · Station B' }

describe('the test page', () => {
  it.each(['label', 'a4', 'letter'] as const)('names printer, station and time on %s stock', (stock) => {
    const layout = testPage({ ...facts, stock }, texts)

    expectSound(layout)
    expect(layout.remarks).toEqual([])
    for (const part of ['Zebra, bench 2', 'Dock 2 · Station B', '2026-10-08T00:00:00.000Z', '50 mm']) {
      expect(allText(layout).replaceAll('\u00a0', ' ')).toContain(part)
    }
  })

  it('has a code that scans and that no command uses', async () => {
    const [page] = await printed(await toPdf(testPage({ ...facts, stock: 'label' }, texts)), 203)

    if (page === undefined) throw new Error('no page')
    expect(await codesIn(page.picture)).toEqual([TEST_CODE])
    expect(COMMAND_CODES).not.toContain(TEST_CODE)
  })

  it('marks the corners 3 mm from the edges, so that a cut edge shows', async () => {
    const [page] = await printed(await toPdf(testPage({ ...facts, stock: 'label' }, texts)), 203)

    if (page === undefined) throw new Error('no page')
    expect(inkNearEdge(page.picture, 2.5 * 8)).toBe(false)
    expect(inkNearEdge(page.picture, 4 * 8)).toBe(true)
  })
})
