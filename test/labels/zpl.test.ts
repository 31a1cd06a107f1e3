import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barcodeBox } from '../../src/labels/code128.ts'
import { type Box, LABEL_4X6, type Layout } from '../../src/labels/layout.ts'
import { packingList } from '../../src/labels/packing-list.ts'
import { returnLabel } from '../../src/labels/return-label.ts'
import { toZpl } from '../../src/labels/zpl.ts'
import { hostileAddress, labelFacts, packingFacts, texts } from './examples.ts'
import { textBoxes } from './soundness.ts'
import { readZpl } from './zpl-reader.ts'

function layoutOf(...boxes: Box[]): Layout {
  return { title: 'sample', medium: LABEL_4X6, madeAtMs: 0, pages: [boxes], remarks: [] }
}

function textBox(...lines: string[]): Box {
  const place = { xMm: 10, yMm: 20, widthMm: 80, heightMm: 50 }
  return { kind: 'text', ...place, face: 'sans', sizeMm: 5, align: 'left', lines }
}

describe('ZPL', () => {
  it.each([
    '^XA^FO0,0^FDowned^FS^XZ',
    '~JA',
    'C:\\dock\\&',
    '_5E snake_case __',
    'Café, Łódź, 漢字, 👍',
    '>:>;>9 a > b',
    ' spaces at the ends ',
    'line\nbreak\ttab',
  ])('reads back exactly what was put in: %j', (line) => {
    const [label] = readZpl(toZpl(layoutOf(textBox(line)), 203))

    expect(label?.fields.map((field) => field.data)).toEqual([line])
  })

  it('reads back any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 5 }), (lines) => {
        const zpl = toZpl(layoutOf(textBox(...lines)), 300)
        const [label] = readZpl(zpl)
        expect(label?.fields.map((field) => field.data)).toEqual(lines)
        expect(zpl).toMatch(/^[\x20-\x7e\n]*$/)
        expect(zpl).not.toContain('\\')
      }),
    )
  })

  it('reads back any code', () => {
    const printable = fc.stringMatching(/^[\x20-\x7e]{1,16}$/)
    fc.assert(
      fc.property(printable, (text) => {
        const box = barcodeBox(text, { xMm: 0, yMm: 10, widthMm: 101.6, heightMm: 20 })
        const [label] = readZpl(toZpl(layoutOf(box), 203))
        expect(label?.fields.map(({ kind, data }) => [kind, data])).toEqual([['code128', text]])
      }),
    )
  })

  it.each([
    { dpi: 203, dotsPerMm: 8 },
    { dpi: 300, dotsPerMm: 12 },
  ] as const)(
    'prints the label at $dpi dpi with every field and the code on the paper',
    ({ dpi, dotsPerMm }) => {
      const layout = returnLabel(labelFacts, texts)

      const [label, ...more] = readZpl(toZpl(layout, dpi))

      if (label === undefined) throw new Error('no label')
      expect(more).toEqual([])
      expect([label.widthDots, label.heightDots]).toEqual(
        [101.6 * dotsPerMm, 152.4 * dotsPerMm].map(Math.round),
      )
      expect(label.fields.filter(({ kind }) => kind === 'text').map(({ data }) => data)).toEqual(
        textBoxes(layout).flatMap((box) => box.lines),
      )
      expect(label.boxes).toHaveLength(4)
      for (const field of label.fields) {
        expect(field.xDots).toBeGreaterThan(0)
        expect(field.xDots).toBeLessThan(label.widthDots)
        expect(field.yDots).toBeLessThan(label.heightDots)
      }
      const code = label.fields.find(({ kind }) => kind === 'code128')
      if (code === undefined) throw new Error('no code')
      expect(code.data).toBe('TDR-2291')
      expect(code.heightDots).toBeGreaterThanOrEqual(15 * dotsPerMm)
      const quiet = 10 * code.moduleDots
      const symbol = (11 * ('TDR-2291'.length + 2) + 13) * code.moduleDots
      expect(code.xDots).toBeGreaterThanOrEqual(quiet)
      expect(code.xDots + symbol + quiet).toBeLessThanOrEqual(label.widthDots)
    },
  )

  it('never lets an address become a command', () => {
    fc.assert(
      fc.property(hostileAddress, (to) => {
        const layout = returnLabel({ ...labelFacts, to }, texts)
        const [label] = readZpl(toZpl(layout, 203))
        const lines = textBoxes(layout).flatMap((box) => box.lines)
        expect(label?.fields.filter(({ kind }) => kind === 'text').map(({ data }) => data)).toEqual(lines)
      }),
      { numRuns: 50 },
    )
  })

  it('has one label for each page', () => {
    const page = [textBox('x')]
    expect(readZpl(toZpl({ ...layoutOf(), pages: [page, page] }, 203))).toHaveLength(2)
  })

  it('refuses a layout for office paper', () => {
    expect(() => toZpl(packingList(packingFacts, texts), 203)).toThrow(RangeError)
  })
})
