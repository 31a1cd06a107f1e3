import type { Outcome } from '../lifecycle/outcome.ts'

/** Something that puts a finished document on paper (or, for tests and a dock without a printer, in a folder). */
export interface Printer {
  /** For people: `folder`, the name of a queue, `10.0.4.7:9100`. */
  readonly name: string
  /** What its documents have to be written in. */
  readonly language: PrintLanguage
  /**
   * Prints, and follows the document for a bounded time. Failing does not mean that nothing was handed over: printing the
   * same id, copy and bytes again goes on with what the queue or device still holds instead of handing it over twice.
   *
   * @param ending aborted when nobody waits any more: the answer then comes soon and means nothing; what was handed over stays
   */
  print(job: PrintJob, ending?: AbortSignal): Promise<Outcome<PrintReceipt, PrintFailureCode>>
  /** Takes a document back that was handed over and is not on paper yet, as far as that can be done. Otherwise does nothing. */
  withdraw(id: string): Promise<void>
}

/** PDF, or ZPL for a head of so many dots per inch. */
export type PrintLanguage = { readonly format: 'pdf' } | { readonly format: 'zpl'; readonly dpi: 203 | 300 }

export interface PrintJob {
  /** Chosen by the caller before anything is sent; the same id printed again is a reprint, not a second label. */
  readonly id: string
  /** Shown in the queue and used as the file name: 1 to 100 letters, digits, hyphens. */
  readonly title: string
  /** 1 for the first print, more for a reprint that a person asked for; a queue shows it. */
  readonly copy: number
  readonly medium: 'label' | 'page'
  readonly format: PrintLanguage['format']
  readonly bytes: Uint8Array
}

export interface PrintReceipt {
  /** `sent`: the device or queue has it. `confirmed`: the device or its queue said it is done, or the folder has it on disk. */
  readonly state: 'sent' | 'confirmed'
  /** Where to look: a queue's job number, a device's address or a file path. */
  readonly where: string
}

export type PrintFailureCode =
  /** Nothing of this name is set up: no such folder, queue, host or print system. */
  | 'printer-missing'
  /** It is set up and cannot print now: off, unreachable, out of paper, open, paused. */
  | 'printer-offline'
  /** It is there and does not take this document. Trying the same again by itself would not help. */
  | 'printer-refused'
  /** It did not answer in time. */
  | 'printer-timeout'
