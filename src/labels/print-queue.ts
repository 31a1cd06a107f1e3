import type { Outcome } from '../lifecycle/outcome.ts'
import type { Timers } from '../ports/clock.ts'
import type { Printer, PrintFailureCode, PrintJob } from '../ports/printer.ts'

/** How a document fares. */
export type PrintState =
  | { readonly state: 'queued' }
  | { readonly state: 'sent' | 'confirmed'; readonly where: string }
  | {
      readonly state: 'failed'
      readonly code: string
      readonly trouble: string
      /** It is tried again without anybody asking. */
      readonly again: boolean
      /** For a log. */
      readonly detail?: string
    }

export interface WantedDocument {
  /** The print job's id. A document that is added while one of its id waits takes its place. */
  readonly id: string
  readonly printer: Printer
  /** Makes the document for each try, because what it says may have changed; undefined when nobody wants it any more. */
  make(): Promise<Outcome<PrintJob> | undefined>
}

export interface PrintQueueParts<D extends WantedDocument> {
  readonly timers: Timers
  /** Called after each change of a document's state, once per change. What it does is waited for before the next document. */
  readonly onState: (document: D, state: PrintState) => Promise<void> | void
}

/** Failures that pass without anybody changing the document or the configuration. */
const PASSING: ReadonlySet<string> = new Set([
  'printer-missing',
  'printer-offline',
  'printer-timeout',
  // It comes with the next exchange.
  'address-missing',
] satisfies (PrintFailureCode | 'address-missing')[])

const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 60_000

interface Entry<D> {
  readonly document: D
  state: PrintState
  waitMs: number
  timer?: { cancel(): void }
}

/**
 * Prints documents, one after the other on each printer, and tries again what failed for a passing reason: after 2 s, then
 * after twice as long each time up to a minute, and at once when its printer has printed something else.
 */
export class PrintQueue<D extends WantedDocument = WantedDocument> {
  readonly #parts: PrintQueueParts<D>
  readonly #entries = new Map<string, Entry<D>>()
  readonly #lanes = new Map<Printer, Promise<void>>()
  readonly #ending = new AbortController()

  constructor(parts: PrintQueueParts<D>) {
    this.#parts = parts
  }

  add(document: D): void {
    this.#entries.get(document.id)?.timer?.cancel()
    const entry: Entry<D> = { document, state: { state: 'queued' }, waitMs: FIRST_WAIT_MS }
    this.#entries.set(document.id, entry)
    this.#enqueue(entry)
  }

  /** Undefined for a document that was never added, or was withdrawn. */
  stateOf(id: string): PrintState | undefined {
    return this.#entries.get(id)?.state
  }

  /** Nobody wants it any more: it is not tried again, and taken back where that can be done. */
  withdraw(id: string): void {
    const entry = this.#entries.get(id)
    if (entry === undefined) return
    entry.timer?.cancel()
    this.#entries.delete(id)
    const { printer } = entry.document
    this.#inLane(printer, () => printer.withdraw(id))
  }

  /** Resolves when nothing is under way; what waits to be tried again is not. */
  async idle(): Promise<void> {
    let seen: Promise<void>[] = []
    for (;;) {
      const lanes = [...this.#lanes.values()]
      if (lanes.length === seen.length && lanes.every((lane, at) => lane === seen[at])) return
      await Promise.all(lanes)
      seen = lanes
    }
  }

  /** Tries nothing again and tells nothing more. What printers hold stays with them. */
  async stop(): Promise<void> {
    this.#ending.abort()
    for (const { timer } of this.#entries.values()) timer?.cancel()
    await this.idle()
  }

  #enqueue(entry: Entry<D>): void {
    this.#inLane(entry.document.printer, () => this.#attempt(entry))
  }

  #inLane(printer: Printer, act: () => Promise<void>): void {
    this.#lanes.set(printer, (this.#lanes.get(printer) ?? Promise.resolve()).then(act))
  }

  async #attempt(entry: Entry<D>): Promise<void> {
    if (this.#isOver(entry)) return
    const state = await this.#print(entry.document)
    if (this.#isOver(entry)) return
    if (state === undefined) {
      this.#entries.delete(entry.document.id)
      return
    }
    await this.#tell(entry, state)
    if (state.state === 'failed' && state.again) this.#tryLater(entry)
    else if (state.state !== 'failed') this.#wake(entry.document.printer)
  }

  async #print({ make, printer }: WantedDocument): Promise<PrintState | undefined> {
    try {
      const job = await make()
      if (job === undefined) return undefined
      const printed = job.ok ? await printer.print(job.value, this.#ending.signal) : job
      if (printed.ok) return printed.value
      const { code, sentence, detail } = printed.failure
      return failed(code, sentence, detail)
    } catch (error) {
      return failed('print-broke', 'The document could not be made. Print it again.', String(error))
    }
  }

  async #tell(entry: Entry<D>, state: PrintState): Promise<void> {
    const before = entry.state
    entry.state = state
    if (before.state === 'failed' && state.state === 'failed' && before.trouble === state.trouble) return
    await this.#parts.onState(entry.document, state)
  }

  #tryLater(entry: Entry<D>): void {
    entry.timer = this.#parts.timers.after(entry.waitMs, () => {
      delete entry.timer
      this.#enqueue(entry)
    })
    entry.waitMs = Math.min(entry.waitMs * 2, LONGEST_WAIT_MS)
  }

  /** The printer prints again: what waits for it need not wait longer. */
  #wake(printer: Printer): void {
    for (const entry of this.#entries.values()) {
      if (entry.document.printer !== printer || entry.timer === undefined) continue
      entry.timer.cancel()
      delete entry.timer
      this.#enqueue(entry)
    }
  }

  /** Withdrawn, replaced by a newer wish, or everything ends. */
  #isOver(entry: Entry<D>): boolean {
    return this.#ending.signal.aborted || this.#entries.get(entry.document.id) !== entry
  }
}

function failed(code: string, trouble: string, detail: string | undefined): PrintState {
  const state = { state: 'failed', code, trouble, again: PASSING.has(code) } as const
  return detail === undefined ? state : { ...state, detail }
}
