import type { PrintLanguage } from '../../src/ports/printer.ts'
import { codesIn, printed } from './read-back.ts'
import { readZpl } from './zpl-reader.ts'

/** Codes that a scanner finds on what a printer was given: drawn at 203 dpi from PDF, or read out of ZPL. */
export async function codesOn(bytes: Uint8Array, format: PrintLanguage['format']): Promise<string[]> {
  if (format === 'zpl')
    return readZpl(new TextDecoder().decode(bytes)).flatMap(({ fields }) =>
      fields.filter(({ kind }) => kind === 'code128').map(({ data }) => data),
    )
  const [page] = await printed(bytes, 203)
  return page === undefined ? [] : codesIn(page.picture)
}
