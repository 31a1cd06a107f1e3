import { join } from 'node:path'
import type { Log } from '../ports/log.ts'
import { type Notes, openNotes } from './notes.ts'

/**
 * Which papers are done, so that a restart prints neither too few nor too many. The ledger knows which were asked for.
 * Noted after the print: between the two a crash costs a sheet of paper, and never a label.
 */
export interface PrintedPaper {
  /** How often it had been asked for when it was printed, or is owed. */
  readonly copy: number
  /** `owed`: asked for and not printed yet. `elsewhere`: another station prints it. */
  readonly state: 'owed' | 'sent' | 'confirmed' | 'elsewhere'
  readonly where: string
}

export type PrintBook = Notes<PrintedPaper>

/** @param folder `labels/` of the data folder */
export function openPrintBook(folder: string, log: Log): PrintBook {
  return openNotes(join(folder, '.prints.json'), readPrintedPaper, log)
}

const STATES: ReadonlySet<unknown> = new Set<PrintedPaper['state']>([
  'owed',
  'sent',
  'confirmed',
  'elsewhere',
])

function readPrintedPaper(value: unknown): PrintedPaper | undefined {
  const { copy, state, where } = (value ?? {}) as Partial<PrintedPaper>
  if (typeof copy !== 'number' || typeof where !== 'string' || !STATES.has(state)) return undefined
  return { copy, state: state as PrintedPaper['state'], where }
}
