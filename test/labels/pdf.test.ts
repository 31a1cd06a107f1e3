import { describe, expect, it } from 'vitest'
import { type Box, LABEL_4X6, type Layout } from '../../src/labels/layout.ts'
import { toPdf } from '../../src/labels/pdf.ts'
import { returnLabel } from '../../src/labels/return-label.ts'
import { labelFacts, texts } from './examples.ts'
import { printed } from './read-back.ts'

function layoutOf(...lines: string[]): Layout {
  const page: Box[] = lines.map((line, index) => ({
    kind: 'text',
    xMm: 5,
    yMm: 5 + index * 10,
    widthMm: 90,
    heightMm: 8,
    face: 'sans',
    sizeMm: 5,
    align: 'left',
    lines: [line],
  }))
  return { title: 'sample', medium: LABEL_4X6, madeAtMs: 0, pages: [page], remarks: [] }
}

describe('a PDF', () => {
  it('has the same bytes for the same layout, and others for another date', async () => {
    const once = await toPdf(returnLabel(labelFacts, texts))
    const again = await toPdf(returnLabel({ ...labelFacts }, texts))
    const later = await toPdf(returnLabel({ ...labelFacts, madeAtMs: labelFacts.madeAtMs + 60_000 }, texts))

    expect(Buffer.from(once).equals(again)).toBe(true)
    expect(Buffer.from(once).equals(later)).toBe(false)
  })

  it('keeps letters of both font files of a line together', async () => {
    const [page] = await printed(await toPdf(layoutOf('Łódź, Győr, Žďár, Ísafjörður, Şişli')), 72)

    expect(page?.text).toContain('Łódź, Győr, Žďár, Ísafjörður, Şişli')
  })

  it('shows a question mark where the fonts have no letter', async () => {
    const [page] = await printed(await toPdf(layoutOf('a漢b')), 72)

    expect(page?.text).toContain('a?b')
  })

  it('has one page for each page of the layout', async () => {
    const [first = []] = layoutOf('one').pages
    const pages = await printed(await toPdf({ ...layoutOf(), pages: [first, [], first] }), 72)

    expect(pages.map((page) => page.text.trim())).toEqual(['one', '', 'one'])
  })

  it('puts right-aligned text at the right edge of its box', async () => {
    const [page = []] = layoutOf('right').pages
    const right = page.map((box) => (box.kind === 'text' ? { ...box, align: 'right' as const } : box))
    const [sheet] = await printed(await toPdf({ ...layoutOf(), pages: [right] }), 254)

    if (sheet === undefined) throw new Error('no page')
    const { width, grey } = sheet.picture
    const inked = [...grey.keys()].filter((index) => (grey[index] ?? 255) < 128).map((index) => index % width)
    expect(Math.max(...inked) / 10).toBeGreaterThan(94)
    expect(Math.max(...inked) / 10).toBeLessThanOrEqual(95)
  })
})
