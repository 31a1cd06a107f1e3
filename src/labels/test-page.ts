import type { Instant } from '../ports/clock.ts'
import { barcodeBox, firstBarMm } from './code128.ts'
import { type Area, type Box, LABEL_4X6, type Layout, type Medium, PAPERS, type Paper } from './layout.ts'
import { fill, type LabelTexts } from './texts.ts'
import { Typesetter } from './typesetter.ts'

/** A print that shows at a glance whether a printer cuts, scales or smears, and whether the scanner reads it. */
export interface TestPageFacts {
  readonly madeAtMs: Instant
  readonly stock: 'label' | Paper
  readonly printer: string
  readonly station: string
}

/** Begins like our own codes and is none of them, so no station takes it for a command or for a drive's serial. */
export const TEST_CODE = 'TD-TEST'

/** Same pairs as on drive labels. Not a text in any language, so it is not in the locales. */
const CONFUSABLE = 'O0Q  1Il|  5S  8B  2Z  6G  rn m'
const ACCENTS = 'ÅÄÖ åäö éèêë çñ ÆØ œß ŁŐŽ łőž €'

const CORNER_INSET_MM = 3
const CORNER_MM = 6
const RULER_MM = 50

export function testPage(facts: TestPageFacts, texts: LabelTexts): Layout {
  const words = texts.testPage
  const medium = facts.stock === 'label' ? LABEL_4X6 : PAPERS[facts.stock]
  const setter = new Typesetter()
  const xMm = 14
  const widthMm = Math.min(medium.widthMm - 2 * xMm, 120)
  const at = (yMm: number, heightMm: number): Area => ({ xMm, yMm, widthMm, heightMm })

  const barcode = barcodeBox(TEST_CODE, { xMm: 0, yMm: 114, widthMm, heightMm: 16 })
  const bars = { ...barcode, xMm: xMm - firstBarMm(barcode) }
  const length = new Intl.NumberFormat(texts.language, { style: 'unit', unit: 'millimeter' }).format(RULER_MM)

  return {
    title: 'test-page',
    medium,
    madeAtMs: facts.madeAtMs,
    pages: [
      [
        ...corners(medium),
        ...setter.block(at(14, 12), { name: 'title', sizeMm: 9 }, [
          { text: words.title, face: 'sans-heavy' },
        ]),
        ...setter.block(at(27, 15), { name: 'lead', sizeMm: 3.8, wrapFirst: true }, [
          { text: words.lead, face: 'sans' },
        ]),
        ...setter.block(at(44, 16), { name: 'facts', sizeMm: 3.8 }, [
          { text: `${words.printer}: ${facts.printer}`, face: 'sans-bold' },
          { text: `${words.station}: ${facts.station}`, face: 'sans' },
          { text: new Date(facts.madeAtMs).toISOString(), face: 'mono' },
        ]),
        ...setter.block(at(63, 5), { name: 'caption', sizeMm: 3.4 }, [
          { text: words.letters, face: 'sans-bold' },
        ]),
        ...setter.block(at(68, 20), { name: 'letters', sizeMm: 5 }, [
          { text: CONFUSABLE, face: 'sans' },
          { text: CONFUSABLE, face: 'mono' },
          { text: ACCENTS, face: 'sans' },
        ]),
        { kind: 'rule', xMm, yMm: 92, widthMm: RULER_MM, heightMm: 0.5 },
        { kind: 'rule', xMm, yMm: 90, widthMm: 0.5, heightMm: 2 },
        { kind: 'rule', xMm: xMm + RULER_MM - 0.5, yMm: 90, widthMm: 0.5, heightMm: 2 },
        ...setter.block(at(93.5, 10), { name: 'ruler', sizeMm: 3.4, wrapFirst: true }, [
          { text: fill(words.ruler, { length }), face: 'sans' },
        ]),
        ...setter.block(at(108, 5), { name: 'caption', sizeMm: 3.4 }, [
          { text: words.code, face: 'sans-bold' },
        ]),
        bars,
        ...setter.block(at(131, 6), { name: 'code', sizeMm: 4 }, [
          { text: TEST_CODE, face: 'mono-bold', unbroken: true },
        ]),
      ],
    ],
    remarks: setter.remarks(),
  }
}

/** An angle in each corner: a missing one shows which edge the printer cuts. */
function corners(medium: Medium): Box[] {
  const near = CORNER_INSET_MM
  const thickMm = 0.5
  return [near, medium.widthMm - near - CORNER_MM].flatMap((xMm, column) =>
    [near, medium.heightMm - near - CORNER_MM].flatMap((yMm, row): Box[] => {
      const edgeX = column === 0 ? xMm : xMm + CORNER_MM - thickMm
      const edgeY = row === 0 ? yMm : yMm + CORNER_MM - thickMm
      return [
        { kind: 'rule', xMm, yMm: edgeY, widthMm: CORNER_MM, heightMm: thickMm },
        {
          kind: 'rule',
          xMm: edgeX,
          yMm: row === 0 ? yMm + thickMm : yMm,
          widthMm: thickMm,
          heightMm: CORNER_MM - thickMm,
        },
      ]
    }),
  )
}
