import type { StationConfig } from '../contract/config.ts'
import type { Entry } from '../contract/entry.ts'
import type { Layout } from '../labels/layout.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Outcome } from '../lifecycle/outcome.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { Printer, PrintFailureCode, PrintReceipt } from '../ports/printer.ts'
import { lifeEvent } from './follow-service.ts'
import { type PaperLanguage, readLabelTexts } from './label-texts.ts'

export interface PapersParts {
  readonly ledger: Ledger
  readonly config: Pick<StationConfig, 'bays' | 'station' | 'language'>
  readonly printer: Printer
  readonly clock: Clock
  readonly log: Log
}

/** Papers that belong to no box: sheets a person asks for, and the certificate of a destroyed drive. */
export class Papers {
  readonly #parts: PapersParts
  #printing: Promise<unknown> = Promise.resolve()
  #count = 0

  constructor(parts: PapersParts) {
    this.#parts = parts
  }

  /** Told of own entries as they are written. */
  written(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const event = lifeEvent(entry)
      if (event?.kind === 'drive-released' && event.body.as === 'destroyed')
        void this.certificate(event.body.serial)
    }
  }

  commandSheet(language: PaperLanguage): Promise<Outcome<PrintReceipt, PrintFailureCode>> {
    const { config, clock } = this.#parts
    const bays = Object.values(config.bays)
      .map(Number)
      .filter((bay) => Number.isInteger(bay) && bay >= 1)
    const facts = {
      madeAtMs: clock.now(),
      paper: 'a4' as const,
      station: config.station,
      bays: [...new Set(bays.length > 0 ? bays : [1, 2, 3, 4])].sort((a, b) => a - b),
    }
    return this.#print(`command-sheet-${language}`, async () => {
      const { commandSheet } = await import('../labels/command-sheet.ts')
      return commandSheet(facts, readLabelTexts(language))
    })
  }

  /** The certificate of a drive that two people destroyed; printed at once, and again when asked for. */
  async certificate(
    serial: string,
    language: PaperLanguage = this.#parts.config.language ?? 'en',
  ): Promise<Outcome<PrintReceipt, PrintFailureCode | 'not-destroyed'>> {
    const { ledger, config } = this.#parts
    const entry = this.#released(serial)
    const event = entry && lifeEvent(entry)
    if (entry === undefined || event?.kind !== 'drive-released')
      return {
        ok: false,
        failure: { code: 'not-destroyed', sentence: 'This drive was not destroyed here. Look at its story.' },
      }
    const custody = ledger.get('custody', serial)
    const job = custody?.job === undefined ? undefined : ledger.get('job', custody.job)
    const drive =
      job === undefined ? undefined : ledger.find('drive', 'serial', serial).find((d) => d.job === job.id)
    const asked = [
      ...ledger.find('case', 'serial', serial),
      ...(job === undefined ? [] : ledger.find('case', 'job', job.id)),
    ].flatMap((one) => one.firstContactAt ?? [])
    const arrival = custody?.arrival === undefined ? undefined : ledger.get('arrival', custody.arrival)
    const facts = {
      paper: 'a4' as const,
      madeAtMs: entry.at,
      station: config.station,
      serial,
      job: job?.name ?? '',
      reason: event.body.reason,
      receivedAtMs: drive?.receivedAt ?? arrival?.openedAt,
      askedAtMs: asked.length === 0 ? undefined : Math.min(...asked),
      destroyedAtMs: entry.at,
      first: entry.actor,
      second: event.body.second,
      entry: entry.id,
    }
    return this.#print(`destroyed-${titleOf(serial)}`, async () => {
      const { destructionCertificate } = await import('../labels/certificate.ts')
      return destructionCertificate(facts, readLabelTexts(language))
    })
  }

  /** Resolves when nothing is being printed. */
  async idle(): Promise<void> {
    await this.#printing
  }

  /** Fonts and drawing are loaded with the first paper: a station that starts needs none of them. */
  #print(title: string, layOut: () => Promise<Layout>): Promise<Outcome<PrintReceipt, PrintFailureCode>> {
    const { printer, log } = this.#parts
    const copy = ++this.#count
    const done = this.#printing.then(async () => {
      const { render } = await import('../labels/render.ts')
      const page = await render(await layOut(), printer.language)
      const printed = await printer.print({ id: `paper/${title}/${copy}`, title, copy, ...page })
      if (!printed.ok) log.error(printed.failure.sentence, { paper: title, code: printed.failure.code })
      return printed
    })
    this.#printing = done.catch((error: unknown) =>
      log.error('A paper could not be made.', { paper: title, error: String(error) }),
    )
    return done
  }

  #released(serial: string): Entry | undefined {
    for (let before: number | undefined; ; ) {
      const page = this.#parts.ledger.newest({ before, limit: PAGE_OF_JOURNAL })
      const found = page.find(
        ({ entry }) =>
          entry?.kind === 'drive-released' && entry.body.serial === serial && entry.body.as === 'destroyed',
      )
      if (found?.entry !== undefined) return found.entry
      before = page.at(-1)?.pos
      if (before === undefined) return undefined
    }
  }
}

const PAGE_OF_JOURNAL = 500

/** A serial as a part of a file name. */
const titleOf = (serial: string): string => serial.replace(/[^A-Za-z0-9-]/g, '-').slice(0, 60)
