import type { Instant } from '../ports/clock.ts'
import { addressLines, type PostalAddress, type SiteAddress } from './addresses.ts'
import { type Box, bottomMm, type Layout, type Medium, PAPERS, type Page, type Paper } from './layout.ts'
import { driveRow, type PackedDrive, type PackingColumns } from './packing-row.ts'
import { fill, type LabelTexts } from './texts.ts'
import { type Paragraph, Typesetter } from './typesetter.ts'

export type { PackedDrive } from './packing-row.ts'

/** What lies in one outgoing box, for the customer who opens it. */
export interface PackingListFacts {
  readonly returnNumber: string
  readonly madeAtMs: Instant
  readonly paper: Paper
  readonly from: SiteAddress
  readonly to: PostalAddress
  readonly carrier: string
  /** The carrier's number, when it is known already. */
  readonly trackingNumber?: string | undefined
  readonly box: number
  readonly boxes: number
  readonly drives: readonly PackedDrive[]
  /** Serials of drives that belong to no job and go home in this box. */
  readonly extras: readonly string[]
  readonly packedBy: string
  /** ISO 8601 date or date and time, printed as given. */
  readonly packedOn: string
}

const MARGIN_MM = 16
const FOOTER_MM = 6
const COLUMN_GAP_MM = 6
const BODY_MM = 3.6

/**
 * As many pages as the drives need. It holds no barcode on purpose: the return's code is scanned to close the return,
 * and that must be the code on the box.
 */
export function packingList(facts: PackingListFacts, texts: LabelTexts): Layout {
  const words = texts.packingList
  const medium = PAPERS[facts.paper]
  const setter = new Typesetter()
  const columns = columnsOf(medium)
  const bottom = medium.heightMm - MARGIN_MM - FOOTER_MM - 4

  const pages: Box[][] = []
  let page: Box[] = []
  let yMm = 0
  const turn = (): void => {
    page =
      pages.length === 0 ? opening(setter, facts, texts, medium) : continuation(setter, facts, texts, medium)
    page.push(...captions(setter, columns, bottomMm(page) + 5, words))
    yMm = bottomMm(page) + 1.5
    pages.push(page)
  }
  const put = (make: (yMm: number) => Box[]): void => {
    let boxes = make(yMm)
    if (bottomMm(boxes) > bottom) {
      turn()
      boxes = make(yMm)
    }
    page.push(...boxes)
    yMm = bottomMm(boxes) + 2.5
  }

  turn()
  for (const drive of facts.drives) put((top) => driveRow(setter, columns, top, drive, texts))
  if (facts.extras.length > 0) put((top) => extrasHeading(setter, columns, top + 3, words))
  for (const serial of facts.extras) put((top) => driveRow(setter, columns, top, { serial }, texts))

  return {
    title: `packing-list-${facts.returnNumber}`,
    medium,
    madeAtMs: facts.madeAtMs,
    pages: pages.map((boxes, index) => [
      ...boxes,
      ...footer(setter, facts, words, medium, index, pages.length),
    ]),
    remarks: setter.remarks(),
  }
}

type Words = LabelTexts['packingList']

function columnsOf(medium: Medium): PackingColumns {
  const widthMm = medium.widthMm - 2 * MARGIN_MM
  const serialMm = Math.round(widthMm * 0.36)
  const jobMm = Math.round(widthMm * 0.34)
  const job = MARGIN_MM + serialMm + COLUMN_GAP_MM
  const state = job + jobMm + COLUMN_GAP_MM
  return {
    widthMm,
    serial: { xMm: MARGIN_MM, widthMm: serialMm },
    job: { xMm: job, widthMm: jobMm },
    state: { xMm: state, widthMm: MARGIN_MM + widthMm - state },
  }
}

/** Title, addresses and the facts of the box: once, on the first page. */
function opening(setter: Typesetter, facts: PackingListFacts, texts: LabelTexts, medium: Medium): Box[] {
  const words = texts.packingList
  const widthMm = medium.widthMm - 2 * MARGIN_MM
  const half = (widthMm - COLUMN_GAP_MM) / 2
  const right = MARGIN_MM + half + COLUMN_GAP_MM
  const boxes: Box[] = [
    ...setter.block(
      { xMm: MARGIN_MM, yMm: MARGIN_MM, widthMm: half, heightMm: 12 },
      { name: 'title', sizeMm: 9 },
      [{ text: words.title, face: 'sans-heavy' }],
    ),
    ...setter.block(
      { xMm: right, yMm: MARGIN_MM + 1.9, widthMm: half, heightMm: 10 },
      { name: 'number', sizeMm: 7, align: 'right' },
      [{ text: facts.returnNumber, face: 'mono-bold', unbroken: true }],
    ),
  ]
  const addressTop = MARGIN_MM + 17
  const address = (name: string, xMm: number, caption: string, lines: readonly string[]): Box[] =>
    setter.block({ xMm, yMm: addressTop, widthMm: half, heightMm: 38 }, { name, sizeMm: 4 }, [
      { text: caption, face: 'sans-bold' },
      ...lines.map((text): Paragraph => ({ text, face: 'sans' })),
    ])
  boxes.push(...address('from', MARGIN_MM, words.from, [facts.from.name, ...facts.from.lines]))
  boxes.push(...address('to', right, words.to, addressLines(facts.to)))

  const counts = fill(words.counts, { drives: facts.drives.length, extras: facts.extras.length })
  const details: [string, string][] = [
    [words.contents, `${counts} · ${fill(words.box, { box: facts.box, boxes: facts.boxes })}`],
    [words.carrier, facts.carrier],
    [words.tracking, facts.trackingNumber ?? ''],
    [words.packedBy, facts.packedBy],
    [words.packedOn, facts.packedOn],
  ]
  let yMm = bottomMm(boxes) + 5
  for (const [caption, text] of details) {
    if (text.trim() === '') continue
    const line = [
      ...setter.block({ xMm: MARGIN_MM, yMm, widthMm: 30, heightMm: 5.2 }, { name: 'caption', sizeMm: 4 }, [
        { text: caption, face: 'sans-bold' },
      ]),
      ...setter.block(
        { xMm: MARGIN_MM + 32, yMm, widthMm: widthMm - 32, heightMm: 15 },
        { name: 'details', sizeMm: 4, wrapFirst: true },
        [{ text, face: 'sans' }],
      ),
    ]
    boxes.push(...line)
    yMm = bottomMm(line) + 0.6
  }
  return boxes
}

function continuation(setter: Typesetter, facts: PackingListFacts, texts: LabelTexts, medium: Medium): Box[] {
  return setter.block(
    { xMm: MARGIN_MM, yMm: MARGIN_MM, widthMm: medium.widthMm - 2 * MARGIN_MM, heightMm: 7 },
    { name: 'title', sizeMm: 5 },
    [{ text: `${texts.packingList.title} ${facts.returnNumber}`, face: 'sans-bold' }],
  )
}

function captions(setter: Typesetter, columns: PackingColumns, yMm: number, words: Words): Box[] {
  const one = (column: { xMm: number; widthMm: number }, text: string): Box[] =>
    setter.block({ ...column, yMm, heightMm: 5 }, { name: 'caption', sizeMm: BODY_MM }, [
      { text, face: 'sans-bold' },
    ])
  return [
    ...one(columns.serial, words.drive),
    ...one(columns.job, words.job),
    ...one(columns.state, words.state),
    { kind: 'rule', xMm: columns.serial.xMm, yMm: yMm + 5.2, widthMm: columns.widthMm, heightMm: 0.5 },
  ]
}

function extrasHeading(setter: Typesetter, columns: PackingColumns, yMm: number, words: Words): Box[] {
  const area = { xMm: columns.serial.xMm, widthMm: columns.widthMm }
  const heading = setter.block({ ...area, yMm, heightMm: 7 }, { name: 'extras', sizeMm: 5 }, [
    { text: words.extras, face: 'sans-bold' },
  ])
  const note = setter.block(
    { ...area, yMm: bottomMm(heading), heightMm: 20 },
    { name: 'extras', sizeMm: BODY_MM, wrapFirst: true },
    [{ text: words.extrasNote, face: 'sans' }],
  )
  return [...heading, ...note]
}

function footer(
  setter: Typesetter,
  facts: PackingListFacts,
  words: Words,
  medium: Medium,
  index: number,
  pages: number,
): Page {
  const text = `${facts.returnNumber} · ${fill(words.page, { page: index + 1, pages })}`
  return setter.block(
    {
      xMm: MARGIN_MM,
      yMm: medium.heightMm - MARGIN_MM - FOOTER_MM,
      widthMm: medium.widthMm - 2 * MARGIN_MM,
      heightMm: FOOTER_MM,
    },
    { name: 'footer', sizeMm: BODY_MM, align: 'right' },
    [{ text, face: 'sans' }],
  )
}
