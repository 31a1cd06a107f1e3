import { createHash } from 'node:crypto'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Timers } from '../ports/clock.ts'
import type { Printer, PrintFailureCode, PrintJob, PrintLanguage, PrintReceipt } from '../ports/printer.ts'
import { pause } from './pause.ts'
import { checkTitle } from './print-title.ts'
import { connectRaw, type RawConnection } from './raw-connection.ts'
import { ASK_STATUS, isWholeStatus, readZebraStatus, type ZebraStatus, zebraTrouble } from './zebra-status.ts'

/**
 * A printer that takes documents as they are on a TCP port, by custom 9100 ("raw", "JetDirect").
 *
 * A printer in ZPL is asked how it is before and after. Where it answers, a label is `confirmed` once nothing is left
 * to print; where it is silent (not every printer speaks `~HS`, and Zebra's own do not while they are out of media or
 * open) and for PDF, a document that was taken whole counts as `sent`. A label that the printer holds and cannot
 * print now is not sent a second time while this program runs.
 */
export interface RawPrinterParts {
  readonly host: string
  readonly port: number
  readonly language: PrintLanguage
  readonly timers: Timers
  readonly limits?: Partial<RawLimits>
}

export interface RawLimits {
  readonly connectMs: number
  /** How long it may take nothing of a document. */
  readonly stallMs: number
  /** How long it may take to answer how it is. */
  readonly answerMs: number
  /** How long a label is watched after it was sent. */
  readonly watchMs: number
  /** How long it may keep the connection after it has everything. */
  readonly hangUpMs: number
}

const LIMITS: RawLimits = {
  connectMs: 5_000,
  stallMs: 20_000,
  answerMs: 1_500,
  watchMs: 20_000,
  hangUpMs: 10_000,
}
const ASK_AGAIN_MS = 300
/** When nothing depends on it any more, an orderly close is waited for no longer than this. */
const GOODBYE_MS = 500
const THEN = 'then the label is sent again by itself.'

type Printed = Outcome<PrintReceipt, PrintFailureCode>

export function rawPrinter(parts: RawPrinterParts): Printer {
  const device = new RawDevice(parts)
  let last: Promise<unknown> = Promise.resolve()
  return {
    name: device.name,
    language: parts.language,
    // One at a time: most devices serve a single connection.
    print(job, ending) {
      const printed = last.then(() => device.print(job, ending))
      // A failure is its caller's; the next document only waits for this one to be over.
      last = printed.catch(() => undefined)
      return printed
    },
    // What a device has taken cannot be taken back.
    async withdraw(id) {
      device.forget(id)
    },
  }
}

class RawDevice {
  readonly name: string
  readonly #parts: RawPrinterParts
  readonly #limits: RawLimits
  /** Labels it took and could not print, by id: what it holds of each. */
  readonly #holds = new Map<string, string>()

  constructor(parts: RawPrinterParts) {
    this.#parts = parts
    this.#limits = { ...LIMITS, ...parts.limits }
    this.name = parts.host.includes(':') ? `[${parts.host}]:${parts.port}` : `${parts.host}:${parts.port}`
  }

  forget(id: string): void {
    this.#holds.delete(id)
  }

  async print(job: PrintJob, ending: AbortSignal | undefined): Promise<Printed> {
    const title = checkTitle(job)
    if (!title.ok) return title
    const { host, port, timers } = this.#parts
    const connected = await connectRaw({ host, port }, { timers, withinMs: this.#limits.connectMs, ending })
    if ('code' in connected) return this.#unreachable(connected.code)
    try {
      return await (job.format === 'zpl'
        ? this.#printLabel(connected, job, ending)
        : this.#printBlind(connected, job))
    } finally {
      await connected.finish(Math.min(GOODBYE_MS, this.#limits.hangUpMs))
    }
  }

  /** Without questions: for PDF, and for printers that do not answer. */
  async #printBlind(connection: RawConnection, job: PrintJob): Promise<Printed> {
    const sent = await connection.send(job.bytes, this.#limits.stallMs)
    if (sent === 'stalled') return this.#stalled()
    if (sent === 'broken' || (await connection.finish(this.#limits.hangUpMs)) === 'broken')
      return this.#broke(connection)
    return ok({ state: 'sent', where: this.name })
  }

  async #printLabel(
    connection: RawConnection,
    job: PrintJob,
    ending: AbortSignal | undefined,
  ): Promise<Printed> {
    const before = await this.#status(connection)
    const bytes = createHash('sha256').update(job.bytes).digest('hex')
    if (this.#holds.get(job.id) === bytes) return this.#watch(connection, job.id, before, ending)
    if (before === undefined) return this.#printBlind(connection, job)
    const trouble = zebraTrouble(before)
    if (trouble !== undefined) return this.#offline(trouble, THEN)
    if (before.bufferFull)
      return this.#offline({ is: 'is full of labels it has not printed', remedy: 'Look at it' }, THEN)
    const sent = await connection.send(job.bytes, this.#limits.stallMs)
    if (sent === 'stalled') return this.#stalled()
    if (sent === 'broken') return this.#broke(connection)
    this.#holds.set(job.id, bytes)
    return this.#watch(connection, job.id, await this.#status(connection), ending)
  }

  /** The printer has the label: until it is printed, or something keeps it from that. */
  async #watch(
    connection: RawConnection,
    id: string,
    first: ZebraStatus | undefined,
    ending: AbortSignal | undefined,
  ): Promise<Printed> {
    let status = first
    let quiet = 0
    for (let waitedMs = 0; waitedMs < this.#limits.watchMs; waitedMs += ASK_AGAIN_MS) {
      if (status === undefined) return this.#fellSilent(connection, id)
      const trouble = zebraTrouble(status)
      if (trouble !== undefined) return this.#offline(trouble, 'it has the label and prints it then.')
      // Twice in a row: between taking a label and beginning it a printer may look idle for a moment.
      quiet = status.busy ? 0 : quiet + 1
      if (quiet === 2) break
      await pause(this.#parts.timers, ASK_AGAIN_MS, ending)
      status = await this.#status(connection)
    }
    this.#holds.delete(id)
    return ok({ state: quiet === 2 ? 'confirmed' : 'sent', where: this.name })
  }

  /** It has told how it is before, so silence says something: it is out of media or open, or it was switched off. */
  #fellSilent(connection: RawConnection, id: string): Printed {
    if (connection.isBroken) {
      this.#holds.delete(id)
      return this.#broke(connection)
    }
    return fail(
      'printer-offline',
      `${this.name} took the label and no longer answers. Look at labels, ribbon and print head; it prints the label then.`,
    )
  }

  /** How it is; undefined when it does not say. */
  async #status(connection: RawConnection): Promise<ZebraStatus | undefined> {
    if ((await connection.send(Buffer.from(ASK_STATUS), this.#limits.answerMs)) !== 'sent') return undefined
    return readZebraStatus(await connection.listen(isWholeStatus, this.#limits.answerMs))
  }

  #unreachable(code: string): Printed {
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return fail(
        'printer-missing',
        `There is no host ${this.#parts.host}. Correct printers in config.json, or the network's names.`,
        code,
      )
    if (code === 'ECONNREFUSED')
      return fail(
        'printer-offline',
        `${this.name} takes no documents. Look whether it is ready and the port is right.`,
        code,
      )
    return fail(
      'printer-offline',
      `${this.name} cannot be reached. Switch it on and look at its cable.`,
      code,
    )
  }

  #offline({ is, remedy }: { readonly is: string; readonly remedy: string }, then: string): Printed {
    return fail('printer-offline', `${this.name} ${is}. ${remedy}; ${then}`)
  }

  #stalled(): Printed {
    return fail(
      'printer-timeout',
      `${this.name} stopped taking the document. Look at the printer; the document is sent again by itself.`,
    )
  }

  #broke(connection: RawConnection): Printed {
    return fail(
      'printer-offline',
      `${this.name} broke the connection. Look at the printer; the document is sent again by itself.`,
      connection.reason,
    )
  }
}
