import type { PrintJob, PrintLanguage } from '../ports/printer.ts'
import type { Layout } from './layout.ts'
import { toPdf } from './pdf.ts'
import { toZpl } from './zpl.ts'

/** A layout in a printer's language. @throws RangeError for office paper in ZPL: the configuration admits no such printer */
export async function render(
  layout: Layout,
  language: PrintLanguage,
): Promise<Pick<PrintJob, 'medium' | 'format' | 'bytes'>> {
  const bytes = language.format === 'pdf' ? await toPdf(layout) : Buffer.from(toZpl(layout, language.dpi))
  return { medium: layout.medium.kind, format: language.format, bytes }
}
