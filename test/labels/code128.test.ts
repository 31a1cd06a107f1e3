import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barcodeBox, barWidths, QUIET_MODULES } from '../../src/labels/code128.ts'

const place = { xMm: 4, yMm: 10, widthMm: 93.6, heightMm: 22 }

describe('Code 128', () => {
  it('takes the widest bars that fit', () => {
    expect(barcodeBox('TDR-2291', place).moduleMm).toBe(0.625)
    expect(barcodeBox('TDR-7K2M9QXZ', place).moduleMm).toBe(0.5)
    expect(barcodeBox('TDR-0123456789ABCDEF', place).moduleMm).toBe(0.25)
  })

  it('is exactly as wide as its box says, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.stringMatching(/^[\x20-\x7e]{1,20}$/), fc.stringMatching(/^[0-9]{1,20}$/)),
        (text) => {
          const box = barcodeBox(text, place)
          const modules = barWidths(text).reduce((sum, width) => sum + width, 2 * QUIET_MODULES)
          expect(box.widthMm).toBeCloseTo(modules * box.moduleMm)
          expect(box.widthMm).toBeLessThanOrEqual(place.widthMm)
        },
      ),
    )
  })

  it.each(['', 'é', 'a\u0000', 'X'.repeat(40)])('refuses %j', (text) => {
    expect(() => barcodeBox(text, place)).toThrow(RangeError)
  })
})
