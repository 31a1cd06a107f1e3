import PDFDocument from 'pdfkit'
import { barWidths, firstBarMm } from './code128.ts'
import { fontBytes, fontRuns, widthEm } from './fonts.ts'
import { BASELINE_EM, type BarcodeBox, type Box, type Layout, LINE_EM, type TextBox } from './layout.ts'

/**
 * Layout to PDF. Text stays text (searchable, selectable), bars are vector shapes, fonts are embedded.
 *
 * Equal layouts give equal bytes: the only date is the layout's own, and the document's id is derived from its facts.
 */

const POINTS_PER_MM = 72 / 25.4

export function toPdf(layout: Layout): Promise<Uint8Array> {
  const size: [number, number] = [points(layout.medium.widthMm), points(layout.medium.heightMm)]
  const document = new PDFDocument({
    size,
    margin: 0,
    autoFirstPage: false,
    displayTitle: true,
    info: {
      Title: layout.title,
      Creator: 'Tallydock',
      Producer: 'Tallydock',
      CreationDate: new Date(layout.madeAtMs),
    },
  })
  const chunks: Uint8Array[] = []
  const finished = new Promise<Uint8Array>((resolve, reject) => {
    document.on('data', (chunk: Uint8Array) => chunks.push(chunk))
    document.on('end', () => resolve(new Uint8Array(Buffer.concat(chunks))))
    document.on('error', reject)
  })
  const registered = new Set<string>()
  for (const page of layout.pages) {
    document.addPage({ size, margin: 0 })
    for (const box of page) drawBox(document, box, registered)
  }
  document.end()
  return finished
}

type Pdf = InstanceType<typeof PDFDocument>

function drawBox(document: Pdf, box: Box, registered: Set<string>): void {
  switch (box.kind) {
    case 'text':
      drawText(document, box, registered)
      break
    case 'barcode':
      drawBars(document, box)
      break
    case 'rule':
      document.rect(points(box.xMm), points(box.yMm), points(box.widthMm), points(box.heightMm)).fill('black')
  }
}

function drawText(document: Pdf, box: TextBox, registered: Set<string>): void {
  for (const [index, line] of box.lines.entries()) {
    const spareMm = box.align === 'right' ? box.widthMm - widthEm(line, box.face) * box.sizeMm : 0
    const baselineMm = box.yMm + (index * LINE_EM + BASELINE_EM) * box.sizeMm
    let xMm = box.xMm + spareMm
    for (const run of fontRuns(line, box.face)) {
      if (!registered.has(run.fontName)) {
        document.registerFont(run.fontName, fontBytes(run.fontName))
        registered.add(run.fontName)
      }
      document
        .font(run.fontName)
        .fontSize(points(box.sizeMm))
        .fillColor('black')
        .text(run.text, points(xMm), points(baselineMm), { lineBreak: false, baseline: 'alphabetic' })
      xMm += widthEm(run.text, box.face) * box.sizeMm
    }
  }
}

function drawBars(document: Pdf, box: BarcodeBox): void {
  let xMm = firstBarMm(box)
  for (const [index, modules] of barWidths(box.text).entries()) {
    const widthMm = modules * box.moduleMm
    const isBar = index % 2 === 0
    if (isBar) document.rect(points(xMm), points(box.yMm), points(widthMm), points(box.heightMm))
    xMm += widthMm
  }
  document.fill('black')
}

function points(mm: number): number {
  return mm * POINTS_PER_MM
}
