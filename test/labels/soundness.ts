import { expect } from 'vitest'
import { widthEm } from '../../src/labels/fonts.ts'
import { type Box, type Layout, LINE_EM, type TextBox } from '../../src/labels/layout.ts'

/** What every layout promises, whatever was put into it. */

const ROUNDING_MM = 1e-6

export function expectSound(layout: Layout): void {
  expect(layout.pages.length).toBeGreaterThan(0)
  expect(layout.title).toMatch(/^[A-Za-z0-9-]{1,100}$/)
  for (const page of layout.pages) {
    for (const box of page) {
      expect(problemOf(box, layout), JSON.stringify(box)).toBe('none')
    }
    for (const [index, box] of page.entries()) {
      const other = page.slice(index + 1).find((candidate) => overlap(box, candidate))
      expect(other, `overlaps ${JSON.stringify(box)}`).toBeUndefined()
    }
  }
}

export function allText(layout: Layout): string {
  return textBoxes(layout)
    .flatMap((box) => box.lines)
    .join('\n')
}

export function textBoxes(layout: Layout): TextBox[] {
  return layout.pages.flat().filter((box) => box.kind === 'text')
}

export function barcodes(layout: Layout): string[] {
  return layout.pages.flat().flatMap((box) => (box.kind === 'barcode' ? [box.text] : []))
}

function problemOf(box: Box, { medium }: Layout): string {
  const inside =
    box.xMm >= -ROUNDING_MM &&
    box.yMm >= -ROUNDING_MM &&
    box.xMm + box.widthMm <= medium.widthMm + ROUNDING_MM &&
    box.yMm + box.heightMm <= medium.heightMm + ROUNDING_MM
  if (!inside) return 'outside the medium'
  if (!(box.widthMm > 0 && box.heightMm > 0)) return 'no extent'
  if (box.kind !== 'text') return 'none'
  if (!(box.sizeMm > 0)) return 'no size'
  if (box.lines.length * LINE_EM * box.sizeMm > box.heightMm + ROUNDING_MM) return 'lines higher than the box'
  const wide = box.lines.find((line) => widthEm(line, box.face) * box.sizeMm > box.widthMm + ROUNDING_MM)
  return wide === undefined ? 'none' : 'a line wider than the box'
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.xMm + a.widthMm > b.xMm + ROUNDING_MM &&
    b.xMm + b.widthMm > a.xMm + ROUNDING_MM &&
    a.yMm + a.heightMm > b.yMm + ROUNDING_MM &&
    b.yMm + b.heightMm > a.yMm + ROUNDING_MM
  )
}
