import type { StationConfig } from '../contract/config.ts'
import type { Entry } from '../contract/entry.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Log } from '../ports/log.ts'
import type { Printer } from '../ports/printer.ts'
import { lifeEvent } from './follow-service.ts'
import { createPrintReturn } from './print-return.ts'

export interface PrintingParts {
  readonly ledger: Ledger
  readonly printer: Printer
  readonly config: Pick<StationConfig, 'sender'>
  readonly log: Log
}

/** How the label of a box fared. */
export type PrintState =
  | { readonly state: 'queued' }
  | { readonly state: 'sent' | 'confirmed'; readonly where: string }
  | { readonly state: 'failed'; readonly code: string; readonly trouble: string }

/**
 * Prints what the ledger says was printed. The scan is answered before the paper is out, so a label that fails is
 * said and can be printed again; after a stop in between it is printed at the next start.
 */
export class Printing {
  readonly #print: ReturnType<typeof createPrintReturn>
  readonly #ledger: Ledger
  readonly #log: Log
  readonly #states = new Map<string, PrintState>()
  #last: Promise<void> = Promise.resolve()

  constructor(parts: PrintingParts) {
    this.#print = createPrintReturn(parts)
    this.#ledger = parts.ledger
    this.#log = parts.log
  }

  written(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const event = lifeEvent(entry)
      if (event?.kind === 'label-printed') this.#queue(event.body.return, entry.actor)
    }
  }

  /** At start: labels of open boxes again. The same box gives the same paper, so this replaces and never doubles. */
  catchUp(): void {
    for (const box of this.#ledger.find('return', 'state', 'labelled')) this.#queue(box.id, 'station')
  }

  /** How printing a box's label went; undefined when none was asked for since the start. */
  stateOf(returnId: string): PrintState | undefined {
    return this.#states.get(returnId)
  }

  idle(): Promise<void> {
    return this.#last
  }

  #queue(returnId: string, actor: string): void {
    this.#states.set(returnId, { state: 'queued' })
    this.#last = this.#last.then(() => this.#run(returnId, actor))
  }

  async #run(returnId: string, actor: string): Promise<void> {
    try {
      const printed = await this.#print(returnId, actor)
      if (printed.ok) {
        this.#states.set(returnId, { state: printed.value.state, where: printed.value.where })
        this.#log.info('A label was printed.', { return: returnId, where: printed.value.where })
        return
      }
      const { code, sentence } = printed.failure
      this.#states.set(returnId, { state: 'failed', code, trouble: sentence })
      this.#log.error(sentence, { return: returnId, code })
    } catch (error) {
      this.#states.set(returnId, {
        state: 'failed',
        code: 'print-broke',
        trouble: 'The label could not be made. Scan TD-PRINT.',
      })
      this.#log.error('A label could not be made.', { return: returnId, error: String(error) })
    }
  }
}
