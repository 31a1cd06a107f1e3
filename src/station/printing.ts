import type { StationConfig } from '../contract/config.ts'
import type { Entry } from '../contract/entry.ts'
import { memoryNotes } from '../labels/notes.ts'
import type { PrintBook } from '../labels/print-book.ts'
import { PrintQueue, type PrintState } from '../labels/print-queue.ts'
import type { LabelTexts } from '../labels/texts.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { type Failure, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Instant, Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Printer, PrintFailureCode, PrintJob, PrintReceipt } from '../ports/printer.ts'
import { AskedPapers, paperId } from './asked-papers.ts'
import { lifeEvent } from './follow-service.ts'
import { readLabelTexts } from './label-texts.ts'
import { RETURN_PAPERS, type ReturnPaper } from './return-papers.ts'

export type { PrintState } from '../labels/print-queue.ts'

export interface PrintingParts {
  readonly ledger: Ledger
  /** Prints labels, and lists too where no other printer is given for them. */
  readonly printer: Printer
  readonly pagePrinter?: Printer
  readonly config: Pick<StationConfig, 'sender' | 'language'>
  readonly log: Log
  /** Without timers a paper that failed waits for TD-PRINT or the next start. */
  readonly timers?: Timers
  /** Without a book the papers of labelled boxes are printed again at each start. */
  readonly book?: PrintBook
}

const NO_TIMERS: Timers = { after: () => ({ cancel: () => undefined }) }

/** Fonts and drawing are loaded with the first paper: a station that starts needs none of them. */
async function makingPaper() {
  const [{ createReturnPapers }, { render }, { testPage }] = await Promise.all([
    import('./print-return.ts'),
    import('../labels/render.ts'),
    import('../labels/test-page.ts'),
  ])
  return { createReturnPapers, render, testPage }
}

/** One paper of a box on its way to a printer. */
interface Paper {
  readonly id: string
  readonly returnId: string
  readonly paper: ReturnPaper
  readonly printer: Printer
  /** How often it had been asked for when it was made last. */
  copy: number
  make(): Promise<Outcome<PrintJob> | undefined>
}

/**
 * Prints what the ledger says was printed. The scan is answered before the paper is out, so a paper that fails is said and
 * tried again; one that a stop left unprinted is printed at the next start.
 */
export class Printing {
  /** Told after each change of what `stateOf` or `trouble` answer. */
  onChange: () => void = () => undefined
  readonly #parts: PrintingParts
  readonly #texts: LabelTexts
  readonly #asked: AskedPapers
  readonly #queue: PrintQueue<Paper>
  /** What kept a printer from printing when it was last asked to. */
  readonly #troubles = new Map<Printer, string>()

  constructor(parts: PrintingParts) {
    this.#parts = parts
    this.#texts = readLabelTexts(parts.config.language ?? 'en')
    this.#asked = new AskedPapers(parts.ledger, parts.book ?? memoryNotes())
    this.#queue = new PrintQueue({
      timers: parts.timers ?? NO_TIMERS,
      onState: (paper, state) => this.#changed(paper, state),
    })
  }

  written(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const event = lifeEvent(entry)
      if (event?.kind === 'label-printed')
        for (const paper of RETURN_PAPERS) this.#want(event.body.return, paper, entry.actor)
      // A label says what is in the box: a void one must not come out of a printer that was out of labels until now.
      if (event?.kind === 'label-voided')
        for (const paper of RETURN_PAPERS) this.#queue.withdraw(paperId(event.body.return, paper))
    }
  }

  /** At start: papers of boxes on site that were asked for here and are not known to be printed. */
  catchUp(): void {
    for (const { returnId, paper, actor } of this.#asked.owed()) this.#want(returnId, paper, actor)
  }

  /** How printing a box's papers went: the trouble of one of them, if any has some. Undefined when that is not known here. */
  stateOf(returnId: string): PrintState | undefined {
    const states = RETURN_PAPERS.flatMap(
      (paper) => this.#queue.stateOf(paperId(returnId, paper)) ?? this.#asked.before(returnId, paper) ?? [],
    )
    return (
      states.find(({ state }) => state === 'failed') ??
      states.find(({ state }) => state === 'queued') ??
      states[0]
    )
  }

  /** As the printer of labels calls itself. */
  get labelPrinterName(): string {
    return this.#printerFor('label').name
  }

  /** What keeps a printer from printing, as it said when it was last used; undefined when nothing does. */
  trouble(): string | undefined {
    return [...this.#troubles.values()][0]
  }

  /** Prints a page that shows whether a printer cuts, scales or smears. A second one replaces a first that still waits. */
  async testPage(
    at: Instant,
    medium: PrintJob['medium'] = 'label',
  ): Promise<Outcome<PrintReceipt, PrintFailureCode>> {
    const printer = this.#printerFor(medium)
    const { render, testPage } = await makingPaper()
    const layout = testPage(
      {
        madeAtMs: at,
        stock: medium === 'label' ? 'label' : 'a4',
        printer: printer.name,
        station: this.#parts.ledger.station,
      },
      this.#texts,
    )
    const page = await render(layout, printer.language)
    const printed = await printer.print({ id: `test-page/${medium}`, title: layout.title, copy: 1, ...page })
    this.#heardOf(printer, printed.ok ? undefined : printed.failure)
    this.onChange()
    return printed
  }

  /** Resolves when no print is under way; a paper that waits to be tried again is not. */
  idle(): Promise<void> {
    return this.#queue.idle()
  }

  /** Tries nothing again. What printers and queues hold stays with them, and is followed after the next start. */
  stop(): Promise<void> {
    return this.#queue.stop()
  }

  #printerFor(medium: PrintJob['medium']): Printer {
    const { printer, pagePrinter = printer } = this.#parts
    return medium === 'label' ? printer : pagePrinter
  }

  #want(returnId: string, paper: ReturnPaper, actor: string): void {
    void this.#asked.asked(returnId, paper)
    const wanted: Paper = {
      id: paperId(returnId, paper),
      returnId,
      paper,
      printer: this.#printerFor(paper === 'label' ? 'label' : 'page'),
      copy: 0,
      make: () => this.#make(wanted, actor),
    }
    this.#queue.add(wanted)
    this.onChange()
  }

  async #make(wanted: Paper, actor: string): Promise<Outcome<PrintJob> | undefined> {
    const { createReturnPapers, render } = await makingPaper()
    const { id, returnId, paper, printer } = wanted
    const box = this.#parts.ledger.get('return', returnId)
    // A drive came into or out of the box since: another label will be earned.
    if (box?.state === 'packing' || box?.state === 'void') return undefined
    const layout = createReturnPapers(this.#parts, this.#texts)(paper, returnId, actor)
    if (!layout.ok) return layout
    const { number = '', prints = 1 } = box ?? {}
    wanted.copy = prints
    const title = paper === 'label' ? number : `${number}-list`
    return ok({ id, title, copy: prints, ...(await render(layout.value, printer.language)) })
  }

  async #changed(paper: Paper, state: PrintState): Promise<void> {
    const { log } = this.#parts
    const facts = { return: paper.returnId, paper: paper.paper }
    if (state.state === 'failed') {
      this.#heardOf(paper.printer, { code: state.code, sentence: state.trouble })
      log.error(state.trouble, { ...facts, code: state.code, detail: state.detail })
    } else if (state.state !== 'queued') {
      this.#heardOf(paper.printer, undefined)
      log.info('A paper was printed.', { ...facts, where: state.where })
      await this.#asked.printed(paper.id, paper.copy, state)
    }
    this.onChange()
  }

  #heardOf(printer: Printer, failure: Failure | undefined): void {
    if (failure === undefined) this.#troubles.delete(printer)
    else if (failure.code.startsWith('printer-')) this.#troubles.set(printer, failure.sentence)
  }
}
