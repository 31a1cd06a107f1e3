/** A journal as JSON lines, for other programs and for a person's eye. */
import { type Journal, type JournalRow, parseEntry } from './journal.ts'

const ROWS_PER_PAGE = 500

/**
 * One line for each entry, oldest first: `{pos, origin, seq, hash, chain, trouble, because, entry}`. `entry` is the stored
 * text byte for byte, so that `hash` can be checked from the line; where the text is no JSON it is given as the string
 * `text` instead.
 */
export async function* exportLines(journal: Journal): AsyncGenerator<string, void> {
  for (let pos = 0; ; ) {
    const rows = journal.after(pos, ROWS_PER_PAGE)
    for (const row of rows) yield line(row)
    const last = rows.at(-1)
    if (last === undefined) return
    pos = last.pos
  }
}

function line({ text, ...row }: JournalRow): string {
  if (parseEntry(text) === undefined) return JSON.stringify({ ...row, text })
  return `${JSON.stringify(row).slice(0, -1)},"entry":${text}}`
}
