import type { PrintBook, PrintedPaper } from '../labels/print-book.ts'
import type { PrintState } from '../labels/print-queue.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { ReturnRecord } from '../lifecycle/records.ts'
import type { PrintReceipt } from '../ports/printer.ts'
import { lifeEvent } from './follow-service.ts'
import { RETURN_PAPERS, type ReturnPaper } from './return-papers.ts'

/** A paper of a box that was asked for here and is not known to be printed. */
export interface OwedPaper {
  readonly returnId: string
  readonly paper: ReturnPaper
  /** Who asked for it last. */
  readonly actor: string
}

/** A print job's id: one for each paper of a box, so that printing it again is a reprint. */
export function paperId(returnId: string, paper: ReturnPaper): string {
  return `${returnId}/${paper}`
}

/**
 * Which papers were asked for (the ledger says so) and which of them are done (the book says so): over a restart nothing is
 * lost, and nothing that is known to be printed comes out again.
 */
export class AskedPapers {
  readonly #ledger: Ledger
  readonly #book: PrintBook

  constructor(ledger: Ledger, book: PrintBook) {
    this.#ledger = ledger
    this.#book = book
  }

  async asked(returnId: string, paper: ReturnPaper): Promise<void> {
    const box = this.#ledger.get('return', returnId)
    if (box !== undefined) await this.#note(box, paper, 'owed', '')
  }

  async printed(id: string, copy: number, { state, where }: PrintReceipt): Promise<void> {
    await this.#book.set(id, { copy, state, where })
  }

  /** How a paper went that was printed before the last start; undefined when that is not known. */
  before(returnId: string, paper: ReturnPaper): PrintState | undefined {
    const noted = this.#book.get(paperId(returnId, paper))
    if (noted === undefined || noted.state === 'owed' || noted.state === 'elsewhere') return undefined
    return { state: noted.state, where: noted.where }
  }

  /** What is still owed to boxes that are here; facts about boxes that have left are forgotten. */
  owed(): OwedPaper[] {
    const boxes = (['labelled', 'closed'] as const).flatMap((state) =>
      this.#ledger.find('return', 'state', state),
    )
    const here = new Set(boxes.flatMap((box) => RETURN_PAPERS.map((paper) => paperId(box.id, paper))))
    void this.#book.keep((id) => here.has(id))
    const owing = boxes.flatMap((box) =>
      RETURN_PAPERS.filter((paper) => this.#isOwed(box, paper)).map((paper) => ({ box, paper })),
    )
    const askers = this.#whoAsked(new Set(owing.map(({ box }) => box.id)))
    return owing.flatMap(({ box, paper }) => {
      const actor = askers.get(box.id)
      if (actor !== undefined) return { returnId: box.id, paper, actor }
      void this.#note(box, paper, 'elsewhere', '')
      return []
    })
  }

  #isOwed(box: ReturnRecord, paper: ReturnPaper): boolean {
    const noted = this.#book.get(paperId(box.id, paper))
    // A closed box had its label scanned, so it had one before anything was noted.
    if (noted === undefined) return box.state === 'labelled'
    return noted.state === 'owed' || noted.copy < box.prints
  }

  /** Who asked for the label of each box last, if it was asked for at this station. */
  #whoAsked(boxes: ReadonlySet<string>): Map<string, string> {
    const askers = new Map<string, string>()
    const looked = new Set(boxes)
    for (let before: number | undefined; looked.size > 0; ) {
      const page = this.#ledger.newest({ before, limit: PAGE_OF_JOURNAL })
      for (const { entry } of page) {
        const event = entry && lifeEvent(entry)
        if (event?.kind !== 'label-printed' || !looked.delete(event.body.return)) continue
        if (entry?.station === this.#ledger.station) askers.set(event.body.return, entry.actor)
      }
      before = page.at(-1)?.pos
      if (before === undefined) break
    }
    return askers
  }

  #note(box: ReturnRecord, paper: ReturnPaper, state: PrintedPaper['state'], where: string): Promise<void> {
    return this.#book.set(paperId(box.id, paper), { copy: box.prints, state, where })
  }
}

const PAGE_OF_JOURNAL = 500
