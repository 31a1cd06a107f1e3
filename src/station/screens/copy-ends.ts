import type { Ledger } from '../../ledger/ledger.ts'

/** Files of a drive by its manifest, and how many of them are stored as they should be. */
export interface FileCount {
  readonly total: number
  readonly done: number
}

/** How far back a job's story is read for the end of a copy. */
const MOST_ENTRIES = 500

/** What copies ended with, as the journal tells it. An end never changes, so each is read once. */
export class CopyEnds {
  readonly #ledger: Pick<Ledger, 'find' | 'history'>
  readonly #known = new Map<string, FileCount>()

  constructor(ledger: Pick<Ledger, 'find' | 'history'>) {
    this.#ledger = ledger
  }

  /** Of the newest copy of a drive that has ended; undefined when none has. */
  filesOf(job: string, serial: string): FileCount | undefined {
    const ended = this.#ledger
      .find('copy', 'serial', serial)
      .filter((copy) => copy.job === job && (copy.state === 'done' || copy.state === 'done-more-info'))
      .sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0))[0]
    if (ended === undefined) return undefined
    const known = this.#known.get(ended.id)
    if (known !== undefined) return known
    for (const { entry } of this.#ledger.history(job, { limit: MOST_ENTRIES })) {
      if (entry?.kind !== 'copy-ended' || entry.body.copy !== ended.id) continue
      const files = filesIn(entry.body)
      if (files !== undefined) this.#known.set(ended.id, files)
      return files
    }
    return undefined
  }
}

/** From the body of a `copy-ended`. */
export function filesIn(body: Readonly<Record<string, unknown>>): FileCount | undefined {
  const { total, completed } = (body.blobs ?? {}) as {
    readonly total?: unknown
    readonly completed?: unknown
  }
  return typeof total === 'number' && typeof completed === 'number' ? { total, done: completed } : undefined
}
