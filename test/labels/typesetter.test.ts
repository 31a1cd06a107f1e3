import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { widthEm } from '../../src/labels/fonts.ts'
import type { Face, TextBox } from '../../src/labels/layout.ts'
import { Typesetter } from '../../src/labels/typesetter.ts'
import { hostileText } from './examples.ts'

const area = { xMm: 10, yMm: 20, widthMm: 60, heightMm: 30 }
const style = { name: 'block', sizeMm: 5 }

describe('setting a block', () => {
  it('uses the wanted size when there is room, one box below the other', () => {
    const boxes = new Typesetter().block(area, style, [
      { text: 'First', face: 'sans-bold' },
      { text: '', face: 'sans' },
      { text: 'Second', face: 'sans' },
    ])

    expect(boxes.map(({ lines, sizeMm, yMm }) => ({ lines, sizeMm, yMm }))).toEqual([
      { lines: ['First'], sizeMm: 5, yMm: 20 },
      { lines: ['Second'], sizeMm: 5, yMm: 26.25 },
    ])
  })

  it('shrinks a little before it wraps', () => {
    const text = 'A little too wide for one line'
    const [box] = new Typesetter().block(area, style, [{ text, face: 'sans' }])

    expect(box?.lines).toEqual([text])
    expect(box?.sizeMm).toBeLessThan(5)
    expect(box?.sizeMm).toBeGreaterThan(3.5)
  })

  it('wraps at words rather than shrink a lot', () => {
    const text = 'A name of several words that is far too long for one line'
    const [box] = new Typesetter().block(area, style, [{ text, face: 'sans' }])

    expect(box?.sizeMm).toBe(5)
    expect(box?.lines.length).toBeGreaterThan(1)
    expect(box?.lines.join(' ')).toBe(text)
  })

  it('wraps first where the style says so', () => {
    const [box] = new Typesetter().block(area, { ...style, wrapFirst: true }, [
      { text: 'A little too wide for one line', face: 'sans' },
    ])

    expect(box?.sizeMm).toBe(5)
    expect(box?.lines.length).toBe(2)
  })

  it('never breaks a serial, and remarks that it had to become small', () => {
    const setter = new Typesetter()
    const [box] = setter.block(area, style, [{ text: 'S'.repeat(80), face: 'mono', unbroken: true }])

    expect(box?.lines).toEqual(['S'.repeat(80)])
    expect(setter.remarks()).toEqual([{ code: 'small-print', block: 'block', sizeMm: box?.sizeMm }])
  })

  it('fits any text into any area, whole', () => {
    const paragraph = fc.record({
      text: hostileText,
      face: fc.constantFrom<Face[]>('sans', 'sans-heavy', 'mono'),
      unbroken: fc.boolean(),
    })
    const size = fc.double({ min: 1, max: 200, noNaN: true })
    fc.assert(
      fc.property(fc.array(paragraph, { maxLength: 6 }), size, size, (paragraphs, widthMm, heightMm) => {
        const setter = new Typesetter()
        const boxes = setter.block({ xMm: 0, yMm: 0, widthMm, heightMm }, style, paragraphs)
        const wanted = paragraphs
          .map(({ text, face }) => setter.clean(text, face))
          .filter((text) => text !== '')

        expect(boxes.map(solid)).toEqual(wanted.map((text) => text.replace(/\s/g, '')))
        expect(Math.max(0, ...boxes.map((box) => box.yMm + box.heightMm))).toBeLessThanOrEqual(
          heightMm + 1e-9,
        )
        expect(Math.max(0, ...boxes.map(widestMm))).toBeLessThanOrEqual(widthMm + 1e-9)
        expect(Math.max(0, ...boxes.map((box) => box.sizeMm))).toBeLessThanOrEqual(style.sizeMm)
      }),
    )
  })
})

function solid(box: TextBox): string {
  return box.lines.join('').replace(/\s/g, '')
}

function widestMm(box: TextBox): number {
  return Math.max(...box.lines.map((line) => widthEm(line, box.face) * box.sizeMm))
}
