import type { Family, Glyph } from './family.ts'

/** Outlines in a box of 100 × 100, drawn so that each fills about the same area. */
const OUTLINES: Readonly<Record<Family, string>> = {
  received: 'M50 3a47 47 0 1 1 0 94 47 47 0 0 1 0-94z',
  already: 'M14 6h72q8 0 8 8v72q0 8-8 8H14q-8 0-8-8V14q0-8 8-8z',
  attention: 'M50 8 95 90H5z',
  stop: 'M50 4 96 50 50 96 4 50z',
}

const GLYPHS: Readonly<Record<Glyph, string>> = {
  check: 'M29 52 45 67 72 36',
  equal: 'M30 40H70M30 60H70',
  question: 'M37 40c0-16 27-16 26 1-1 10-13 9-13 20M50 74v.5',
  plus: 'M50 44V78M33 61H67',
  pause: 'M41 47V77M59 47V77',
  arrow: 'M34 63H66M55 50 68 63 55 76',
  exclamation: 'M50 39V60M50 76v.5',
  cross: 'M37 37 63 63M63 37 37 63',
}

interface ShapeProps {
  readonly family: Family
  readonly glyph: Glyph
  readonly size?: 'mark' | 'large' | 'verdict'
  /** Drawn on a flood of the family's own colour. */
  readonly onFlood?: boolean
}

/** The shape of a verdict with the sign of its member. Decoration for a word that always stands beside it. */
export function Shape({ family, glyph, size = 'mark', onFlood = false }: ShapeProps) {
  return (
    <svg
      className={`shape shape-${size} ${onFlood ? 'shape-on-flood' : `shape-${family}`}`}
      viewBox="0 0 100 100"
      aria-hidden="true"
    >
      <path className="shape-outline" d={OUTLINES[family]} />
      <path className="shape-glyph" d={GLYPHS[glyph]} />
    </svg>
  )
}

/** Something that has not happened yet: a dashed circle. */
export function WaitShape({ size = 'mark' }: Pick<ShapeProps, 'size'>) {
  return (
    <svg className={`shape shape-${size} shape-wait`} viewBox="0 0 100 100" aria-hidden="true">
      <circle cx="50" cy="50" r="42" />
    </svg>
  )
}
