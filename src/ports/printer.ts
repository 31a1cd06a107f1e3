import type { Outcome } from '../lifecycle/outcome.ts'

/** Something that puts a finished document on paper (or, for tests and a dock without a printer, in a folder). */
export interface Printer {
  print(job: PrintJob): Promise<Outcome<PrintReceipt, PrintFailureCode>>
}

export interface PrintJob {
  /** Chosen by the caller before anything is sent; the same id printed again is a reprint, not a second label. */
  readonly id: string
  /** Shown in the queue and used as the file name: 1 to 100 letters, digits, hyphens. */
  readonly title: string
  readonly medium: 'label' | 'page'
  readonly format: 'pdf' | 'zpl'
  readonly bytes: Uint8Array
}

export interface PrintReceipt {
  /** `sent`: the device or queue has it. `confirmed`: the device said it is on paper, or the folder has it on disk. */
  readonly state: 'sent' | 'confirmed'
  /** Where to look: a queue's job number or a file path. */
  readonly where: string
}

export type PrintFailureCode = 'printer-missing' | 'printer-offline' | 'printer-refused' | 'printer-timeout'
