import type { Instant } from '../ports/clock.ts'
import { barcodeBox, firstBarMm } from './code128.ts'
import { type Area, type Box, type Layout, type Medium, PAPERS, type Paper } from './layout.ts'
import { type CardText, COMMAND_CODES, fill, type LabelTexts } from './texts.ts'
import { Typesetter } from './typesetter.ts'

/** The sheet by which a station is worked without a keyboard: every command, and the bays of this station. */
export interface CommandSheetFacts {
  readonly madeAtMs: Instant
  readonly paper: Paper
  /** Whose bays these are. */
  readonly station: string
  /** Bay numbers, from 1. */
  readonly bays: readonly number[]
}

const MARGIN_MM = 16
const COLUMNS = 2
const ROWS = 4
const GAP_MM = 12
const HEAD_MM = 26
const FOOTER_MM = 6

interface Card extends CardText {
  readonly code: string
}

/**
 * Commands first, then the bays on pages of their own. Cards stand far enough apart for a scanner to catch only the
 * one it is pointed at.
 *
 * @throws RangeError when a bay is not a whole number from 1 to 9999
 */
export function commandSheet(facts: CommandSheetFacts, texts: LabelTexts): Layout {
  const words = texts.commandSheet
  const medium = PAPERS[facts.paper]
  const setter = new Typesetter()
  const commands = COMMAND_CODES.map((code): Card => ({ code, ...words.commands[code] }))
  const bays = facts.bays.map((bay): Card => {
    if (!Number.isInteger(bay) || bay < 1 || bay > 9999) throw new RangeError(`not a bay number: ${bay}`)
    return {
      code: `TD-BAY-${bay}`,
      word: fill(words.bay.word, { bay }),
      sentence: fill(words.bay.sentence, { bay }),
    }
  })
  const sheets = [...sheetsOf(commands), ...sheetsOf(bays)]
  return {
    title: 'command-sheet',
    medium,
    madeAtMs: facts.madeAtMs,
    pages: sheets.map((cards, index) => [
      ...head(setter, facts, words, medium),
      ...cards.flatMap((card, place) => cardBoxes(setter, card, areaOf(place, medium))),
      ...setter.block(
        {
          xMm: MARGIN_MM,
          yMm: medium.heightMm - MARGIN_MM - FOOTER_MM,
          widthMm: medium.widthMm - 2 * MARGIN_MM,
          heightMm: FOOTER_MM,
        },
        { name: 'footer', sizeMm: 3.6, align: 'right' },
        [{ text: fill(words.page, { page: index + 1, pages: sheets.length }), face: 'sans' }],
      ),
    ]),
    remarks: setter.remarks(),
  }
}

function sheetsOf(cards: readonly Card[]): Card[][] {
  const perSheet = COLUMNS * ROWS
  const sheets: Card[][] = []
  for (let start = 0; start < cards.length; start += perSheet)
    sheets.push(cards.slice(start, start + perSheet))
  return sheets
}

function head(
  setter: Typesetter,
  facts: CommandSheetFacts,
  words: LabelTexts['commandSheet'],
  medium: Medium,
): Box[] {
  const widthMm = medium.widthMm - 2 * MARGIN_MM
  return [
    ...setter.block(
      { xMm: MARGIN_MM, yMm: MARGIN_MM, widthMm: widthMm * 0.6, heightMm: 12 },
      { name: 'title', sizeMm: 9 },
      [{ text: words.title, face: 'sans-heavy' }],
    ),
    ...setter.block(
      { xMm: MARGIN_MM + widthMm * 0.6, yMm: MARGIN_MM + 3.8, widthMm: widthMm * 0.4, heightMm: 8 },
      { name: 'station', sizeMm: 5, align: 'right' },
      [{ text: facts.station, face: 'sans-bold' }],
    ),
    ...setter.block(
      { xMm: MARGIN_MM, yMm: MARGIN_MM + 13, widthMm, heightMm: 8 },
      { name: 'lead', sizeMm: 4.4 },
      [{ text: words.lead, face: 'sans' }],
    ),
  ]
}

function areaOf(place: number, medium: Medium): Area {
  const widthMm = (medium.widthMm - 2 * MARGIN_MM - (COLUMNS - 1) * GAP_MM) / COLUMNS
  const heightMm = (medium.heightMm - 2 * MARGIN_MM - HEAD_MM - FOOTER_MM) / ROWS
  return {
    xMm: MARGIN_MM + (place % COLUMNS) * (widthMm + GAP_MM),
    yMm: MARGIN_MM + HEAD_MM + Math.floor(place / COLUMNS) * heightMm,
    widthMm,
    heightMm,
  }
}

/** Word, sentence, code, and the code in letters: about 50 mm high, the rest of the area stays white. */
function cardBoxes(setter: Typesetter, card: Card, area: Area): Box[] {
  const { xMm, yMm, widthMm } = area
  const barcode = barcodeBox(card.code, { xMm, yMm: yMm + 22.5, widthMm, heightMm: 18 })
  // The text edge is the first bar, so the white quiet zone hangs out to the left of it.
  const overhang = firstBarMm(barcode) - xMm
  const bars = { ...barcode, xMm: xMm - overhang }
  return [
    { kind: 'rule', xMm, yMm, widthMm, heightMm: 0.5 },
    ...setter.block({ xMm, yMm: yMm + 1.5, widthMm, heightMm: 9 }, { name: 'word', sizeMm: 7 }, [
      { text: card.word, face: 'sans-heavy' },
    ]),
    ...setter.block(
      { xMm, yMm: yMm + 10.5, widthMm, heightMm: 9.5 },
      { name: 'sentence', sizeMm: 3.8, wrapFirst: true },
      [{ text: card.sentence, face: 'sans' }],
    ),
    bars,
    ...setter.block({ xMm, yMm: yMm + 41, widthMm, heightMm: 5.5 }, { name: 'code', sizeMm: 4 }, [
      { text: card.code, face: 'mono-bold', unbroken: true },
    ]),
  ]
}
