import type { Instant } from '../ports/clock.ts'
import { type Box, type Layout, PAPERS, type Paper } from './layout.ts'
import { fill, type LabelTexts } from './texts.ts'
import { Typesetter } from './typesetter.ts'

/** The record of a destroyed drive, for the customer's file: what the journal says, and two signatures. */
export interface CertificateFacts {
  readonly paper: Paper
  readonly madeAtMs: Instant
  readonly station: string
  readonly serial: string
  /** Name of the job, empty when no job has the drive. */
  readonly job: string
  /** Code of the case that led to it. */
  readonly reason: string
  readonly receivedAtMs: Instant | undefined
  readonly askedAtMs: Instant | undefined
  readonly destroyedAtMs: Instant
  /** Badges. */
  readonly first: string
  readonly second: string
  /** Id of the entry in the journal. */
  readonly entry: string
}

const MARGIN_MM = 20
const LINE_MM = 11

export function destructionCertificate(facts: CertificateFacts, texts: LabelTexts): Layout {
  const words = texts.certificate
  const medium = PAPERS[facts.paper]
  const widthMm = medium.widthMm - 2 * MARGIN_MM
  const setter = new Typesetter()
  const day = (at: Instant | undefined) =>
    at === undefined ? words.unknown : new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  const rows = [
    [words.drive, facts.serial],
    [words.job, facts.job === '' ? words.noJob : facts.job],
    [words.reason, facts.reason],
    [words.received, day(facts.receivedAtMs)],
    [words.asked, day(facts.askedAtMs)],
    [words.destroyed, day(facts.destroyedAtMs)],
    [words.first, facts.first],
    [words.second, facts.second],
    [words.entry, facts.entry],
  ] as const
  const top = MARGIN_MM + 34
  const lines = rows.flatMap(([name, value], at): Box[] => [
    ...setter.block(
      { xMm: MARGIN_MM, yMm: top + at * LINE_MM, widthMm: widthMm * 0.38, heightMm: LINE_MM },
      { name: `name-${at}`, sizeMm: 3.8, wrapFirst: true },
      [{ text: name, face: 'sans' }],
    ),
    ...setter.block(
      {
        xMm: MARGIN_MM + widthMm * 0.4,
        yMm: top + at * LINE_MM,
        widthMm: widthMm * 0.6,
        heightMm: LINE_MM,
      },
      { name: `value-${at}`, sizeMm: 4.2 },
      [{ text: value, face: 'mono-bold' }],
    ),
  ])
  const signAt = top + rows.length * LINE_MM + 24
  const signatures = [facts.first, facts.second].flatMap((badge, at): Box[] => {
    const xMm = MARGIN_MM + at * (widthMm / 2)
    return [
      { kind: 'rule', xMm, yMm: signAt, widthMm: widthMm / 2 - 8, heightMm: 0.4 },
      ...setter.block(
        { xMm, yMm: signAt + 2, widthMm: widthMm / 2 - 8, heightMm: 8 },
        { name: `signature-${at}`, sizeMm: 3.6 },
        [{ text: fill(words.signature, { badge }), face: 'sans' }],
      ),
    ]
  })
  return {
    title: 'destruction-certificate',
    medium,
    madeAtMs: facts.madeAtMs,
    pages: [
      [
        ...setter.block(
          { xMm: MARGIN_MM, yMm: MARGIN_MM, widthMm, heightMm: 12 },
          { name: 'title', sizeMm: 8 },
          [{ text: words.title, face: 'sans-heavy' }],
        ),
        ...setter.block(
          { xMm: MARGIN_MM, yMm: MARGIN_MM + 14, widthMm, heightMm: 16 },
          { name: 'lead', sizeMm: 4.2, wrapFirst: true },
          [{ text: fill(words.lead, { station: facts.station }), face: 'sans' }],
        ),
        ...lines,
        ...signatures,
      ],
    ],
    remarks: setter.remarks(),
  }
}
