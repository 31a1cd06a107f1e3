import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { PrintJob } from '../ports/printer.ts'

/** A title becomes a file name and a program's argument, so every printer checks it first. */
export function checkTitle({ title }: PrintJob): Outcome<void, 'printer-refused'> {
  if (/^[A-Za-z0-9-]{1,100}$/.test(title)) return ok()
  return fail(
    'printer-refused',
    'The document has a title that no printer takes. Report this as a defect.',
    JSON.stringify(title),
  )
}
