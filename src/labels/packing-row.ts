import type { DriveState } from '../lifecycle/states.ts'
import { widthEm } from './fonts.ts'
import { BASELINE_EM, type Box, bottomMm, LINE_EM, type TextBox } from './layout.ts'
import { fill, type LabelTexts } from './texts.ts'
import type { Paragraph, Typesetter } from './typesetter.ts'

/** One drive of a packing list: serial, job and state side by side, what happened below them, a thin line at the end. */

export interface PackedDrive {
  readonly serial: string
  readonly job: string
  readonly state: DriveState
  /** Absent when nothing was to be copied. */
  readonly copied?: { readonly bytes: number; readonly files: number } | undefined
  /** What happened, in a sentence. */
  readonly sentence: string
  /** Names of the copy logs, as the customer finds them in storage. */
  readonly logs: readonly string[]
}

export interface PackingColumns {
  readonly widthMm: number
  readonly serial: Column
  readonly job: Column
  readonly state: Column
}

interface Column {
  readonly xMm: number
  readonly widthMm: number
}

/** A drive of a job, or the bare serial of an extra drive. */
type RowFacts = Pick<PackedDrive, 'serial'> & Partial<PackedDrive>

const SERIAL_MM = 4.4
const CELL_MM = 3.6
/** Above this a text of a row shrinks instead: every row fits on a page of its own. */
const CELL_HEIGHT_MM = 16
const STORY_HEIGHT_MM = 80
const LAST_CHARACTERS = 4

export function driveRow(
  setter: Typesetter,
  columns: PackingColumns,
  yMm: number,
  drive: RowFacts,
  texts: LabelTexts,
): Box[] {
  const serial = serialBoxes(setter, { ...columns.serial, yMm }, drive.serial)
  const cellY = yMm + BASELINE_EM * (SERIAL_MM - CELL_MM)
  const cell = (column: Column, name: string, paragraph: Paragraph): TextBox[] =>
    setter.block({ ...column, yMm: cellY, heightMm: CELL_HEIGHT_MM }, { name, sizeMm: CELL_MM }, [paragraph])
  const cells: Box[] = [
    ...serial,
    ...cell(columns.job, 'job', { text: drive.job ?? '', face: 'sans' }),
    ...cell(columns.state, 'state', { text: drive.state ?? '', face: 'mono', unbroken: true }),
  ]
  const story = setter.block(
    {
      xMm: columns.serial.xMm,
      yMm: bottomMm(cells) + 0.6,
      widthMm: columns.widthMm,
      heightMm: STORY_HEIGHT_MM,
    },
    { name: 'drive', sizeMm: CELL_MM, wrapFirst: true },
    storyOf(drive, texts),
  )
  const lineY = Math.max(bottomMm([...cells, ...story]), yMm + LINE_EM * SERIAL_MM) + 2
  return [
    ...cells,
    ...story,
    { kind: 'rule', xMm: columns.serial.xMm, yMm: lineY, widthMm: columns.widthMm, heightMm: 0.15 },
  ]
}

/** The serial on one line, its last characters bold: people compare those. Both mono weights are equally wide. */
function serialBoxes(
  setter: Typesetter,
  place: { xMm: number; yMm: number; widthMm: number },
  text: string,
): TextBox[] {
  const [whole] = setter.block({ ...place, heightMm: SERIAL_MM * 2 }, { name: 'serial', sizeMm: SERIAL_MM }, [
    { text, face: 'mono-bold', unbroken: true },
  ])
  const line = whole?.lines[0]
  if (whole === undefined || line === undefined) return []
  const prefix = line.slice(0, -LAST_CHARACTERS)
  if (prefix === '') return [whole]
  const prefixMm = widthEm(prefix, 'mono-bold') * whole.sizeMm
  return [
    { ...whole, face: 'mono', widthMm: prefixMm, lines: [prefix] },
    {
      ...whole,
      xMm: whole.xMm + prefixMm,
      widthMm: whole.widthMm - prefixMm,
      lines: [line.slice(-LAST_CHARACTERS)],
    },
  ]
}

function storyOf(drive: RowFacts, texts: LabelTexts): Paragraph[] {
  const words = texts.packingList
  const paragraphs: Paragraph[] = []
  if (drive.sentence !== undefined) paragraphs.push({ text: drive.sentence, face: 'sans' })
  if (drive.copied !== undefined) {
    const number = new Intl.NumberFormat(texts.language)
    const copied = fill(words.copied, {
      size: humanSize(drive.copied.bytes, texts.language),
      bytes: number.format(drive.copied.bytes),
      files: number.format(drive.copied.files),
    })
    paragraphs.push({ text: copied, face: 'sans' })
  }
  if (drive.logs !== undefined && drive.logs.length > 0) {
    paragraphs.push({ text: fill(words.logs, { names: drive.logs.join(', ') }), face: 'sans' })
  }
  return paragraphs
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** Decimal units (1 kB = 1000 bytes), as drives are sold. */
function humanSize(bytes: number, language: string): string {
  const step = Math.min(Math.max(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), 0), UNITS.length - 1)
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** step)
}
