import { join } from 'node:path'
import type { PrinterConfig, StationConfig } from '../contract/config.ts'
import type { Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Printer, PrintLanguage } from '../ports/printer.ts'
import { cupsSpooler } from './cups-spooler.ts'
import { folderPrinter } from './folder-printer.ts'
import { type Notes, openNotes } from './notes.ts'
import { type HeldDocument, queuePrinter, readHeldDocument } from './queue-printer.ts'
import { rawPrinter } from './raw-printer.ts'
import { programRunner } from './run-program.ts'
import { windowsSpooler } from './windows-spooler.ts'

/** The printers of a dock; one and the same when labels and lists go to one place. */
export interface Printers {
  readonly label: Printer
  readonly page: Printer
}

export interface OpenPrintersParts {
  /** `labels/` of the data folder: where the folder printer prints, and where is noted what queues hold. */
  readonly folder: string
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timers: Timers
  readonly log: Log
}

/** @param config undefined: the folder for both */
export function openPrinters(config: StationConfig['printers'], parts: OpenPrintersParts): Printers {
  const { label, page } = config ?? { label: FOLDER, page: FOLDER }
  const held = openNotes(join(parts.folder, '.in-queue.json'), readHeldDocument, parts.log)
  const first = openPrinter(label, parts, held)
  const same = JSON.stringify(label) === JSON.stringify(page)
  return { label: first, page: same ? first : openPrinter(page, parts, held) }
}

const FOLDER: PrinterConfig = { kind: 'folder' }

function openPrinter(config: PrinterConfig, parts: OpenPrintersParts, held: Notes<HeldDocument>): Printer {
  const { timers, env } = parts
  switch (config.kind) {
    case 'folder':
      return folderPrinter(parts.folder)
    case 'queue': {
      const run = programRunner({ env, timers })
      const spooler =
        parts.platform === 'win32' ? windowsSpooler(config.name, run) : cupsSpooler(config.name, run)
      return queuePrinter({ name: config.name, language: languageOf(config), spooler, held, timers })
    }
    case 'port-9100':
      return rawPrinter({ host: config.host, port: config.port, language: languageOf(config), timers })
  }
}

function languageOf(config: Exclude<PrinterConfig, { kind: 'folder' }>): PrintLanguage {
  return config.language === 'zpl' ? { format: 'zpl', dpi: config.dpi } : { format: 'pdf' }
}
