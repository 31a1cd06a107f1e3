import type { Instant } from '../ports/clock.ts'
import { addressLines, type PostalAddress, type SiteAddress } from './addresses.ts'
import { barcodeBox, firstBarMm } from './code128.ts'
import { type Box, LABEL_4X6, type Layout, type RuleBox } from './layout.ts'
import { fill, type LabelTexts } from './texts.ts'
import { type Paragraph, Typesetter } from './typesetter.ts'

/** What a return label says. All texts may be anything a customer typed; they come out whole or as a remark. */
export interface ReturnLabelFacts {
  /** Ours, `TDR-` and up to 20 letters, digits or hyphens. Scanning it closes the return. */
  readonly returnNumber: string
  readonly madeAtMs: Instant
  readonly from: SiteAddress
  readonly to: PostalAddress
  readonly carrier: string
  /** The customer's account with the carrier. Only its last three characters reach the paper. */
  readonly carrierAccount?: string | undefined
  /** Names of the jobs whose drives are in the box. None for an arrival without a job. */
  readonly jobs: readonly string[]
  /** This box, counted from 1. */
  readonly box: number
  readonly boxes: number
  /** Drives in this box, extra drives included. */
  readonly drives: number
}

const MARGIN_MM = 4
const CONTENT_MM = LABEL_4X6.widthMm - 2 * MARGIN_MM
/** Captions (`From`, `To`, `Job`) have a column of their own, so that every text begins at the same edge. */
const CAPTION_MM = 14
const TEXT_X_MM = MARGIN_MM + CAPTION_MM
const TEXT_MM = CONTENT_MM - CAPTION_MM
const CAPTION_SIZE_MM = 3.8

/** @throws RangeError when the return number is not one of ours: a defect, not an input */
export function returnLabel(facts: ReturnLabelFacts, texts: LabelTexts): Layout {
  if (!/^TDR-[0-9A-Z-]{1,20}$/.test(facts.returnNumber)) {
    throw new RangeError(`not a return number: ${JSON.stringify(facts.returnNumber)}`)
  }
  const words = texts.returnLabel
  const setter = new Typesetter()

  const caption = (yMm: number, heightMm: number, text: string): Box[] =>
    setter.block(
      { xMm: MARGIN_MM, yMm, widthMm: CAPTION_MM - 2, heightMm },
      { name: 'caption', sizeMm: CAPTION_SIZE_MM },
      [{ text, face: 'sans-bold' }],
    )

  const from = setter.block(
    { xMm: TEXT_X_MM, yMm: 5, widthMm: TEXT_MM, heightMm: 15 },
    { name: 'from', sizeMm: CAPTION_SIZE_MM },
    [
      { text: facts.from.name, face: 'sans-bold' },
      ...facts.from.lines.map((text): Paragraph => ({ text, face: 'sans' })),
    ],
  )

  const to = setter.block(
    { xMm: TEXT_X_MM, yMm: 24, widthMm: TEXT_MM, heightMm: 45 },
    { name: 'to', sizeMm: 6 },
    addressLines(facts.to).map((text): Paragraph => ({ text, face: 'sans-bold' })),
  )
  const phone =
    facts.to.phone.trim() === ''
      ? []
      : setter.block(
          { xMm: TEXT_X_MM, yMm: 70, widthMm: TEXT_MM, heightMm: 5 },
          { name: 'phone', sizeMm: 3.8 },
          [{ text: fill(words.phone, { phone: facts.to.phone }), face: 'sans' }],
        )

  const carrier = setter.block(
    { xMm: MARGIN_MM, yMm: 79.5, widthMm: 50, heightMm: 17 },
    { name: 'carrier', sizeMm: 13 },
    [{ text: facts.carrier, face: 'sans-heavy' }],
  )
  const box = setter.block(
    { xMm: MARGIN_MM + 52, yMm: 80, widthMm: CONTENT_MM - 52, heightMm: 16 },
    { name: 'box', sizeMm: 4.2, align: 'right' },
    [
      { text: fill(words.box, { box: facts.box, boxes: facts.boxes }), face: 'sans-bold' },
      { text: fill(words.drives, { count: facts.drives }), face: 'sans' },
      { text: accountLine(facts.carrierAccount, words), face: 'sans' },
    ],
  )

  const jobs = setter.block(
    { xMm: TEXT_X_MM, yMm: 102, widthMm: TEXT_MM, heightMm: 10 },
    { name: 'jobs', sizeMm: 4.2 },
    [
      facts.jobs.length === 0
        ? { text: words.noJob, face: 'sans' }
        : { text: facts.jobs.join(', '), face: 'mono' },
    ],
  )

  const barcode = barcodeBox(facts.returnNumber, {
    xMm: MARGIN_MM,
    yMm: 118,
    widthMm: CONTENT_MM,
    heightMm: 22,
  })
  const centred = { ...barcode, xMm: (LABEL_4X6.widthMm - barcode.widthMm) / 2 }
  const number = setter.block(
    { xMm: firstBarMm(centred), yMm: 141, widthMm: LABEL_4X6.widthMm / 2, heightMm: 8 },
    { name: 'number', sizeMm: 6 },
    [{ text: facts.returnNumber, face: 'mono-bold', unbroken: true }],
  )

  return {
    title: `return-${facts.returnNumber}`,
    medium: LABEL_4X6,
    madeAtMs: facts.madeAtMs,
    pages: [
      [
        ...caption(5, 5, words.from),
        ...from,
        line(21.5),
        ...caption(26.1, 5, words.to),
        ...to,
        ...phone,
        line(77),
        ...carrier,
        ...box,
        line(99),
        ...caption(102.4, 5, words.jobs),
        ...jobs,
        line(114.5),
        centred,
        ...number,
      ],
    ],
    remarks: setter.remarks(),
  }
}

/** Three characters let people at both ends compare accounts; they must be the smaller half of the number. */
function accountLine(account: string | undefined, words: LabelTexts['returnLabel']): string {
  const characters = (account ?? '').replace(/[^\p{L}\p{N}]/gu, '')
  if (characters === '') return words.noAccount
  if (characters.length < 6) return words.accountGiven
  return fill(words.accountEnding, { digits: characters.slice(-3) })
}

function line(yMm: number): RuleBox {
  return { kind: 'rule', xMm: MARGIN_MM, yMm, widthMm: CONTENT_MM, heightMm: 0.5 }
}
