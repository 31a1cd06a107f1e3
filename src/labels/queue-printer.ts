import { createHash } from 'node:crypto'
import { type Failure, fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { Timers } from '../ports/clock.ts'
import type { Printer, PrintFailureCode, PrintJob, PrintLanguage, PrintReceipt } from '../ports/printer.ts'
import type { Notes } from './notes.ts'
import { pause } from './pause.ts'
import { checkTitle } from './print-title.ts'

/**
 * A queue of the operating system. It keeps documents itself and prints them when its printer can, so a document is handed
 * over once: while the queue holds it, trouble is told and the document stays there; printing it again follows the same
 * one, also after a restart. Only when the queue gave it up is it handed over anew.
 */
export interface Spooler {
  /** Hands the document over. Answers the queue's number for it. */
  submit(job: PrintJob): Promise<Outcome<string, PrintFailureCode>>
  look(entry: string): Promise<Outcome<SpoolState, PrintFailureCode>>
  /** Takes a document out of the queue; does nothing when it is not there any more. */
  cancel(entry: string): Promise<void>
}

export type SpoolState =
  /** In the queue, and nothing is wrong. */
  | { readonly at: 'waiting' }
  /** In the queue, and something has to be done. `patienceMs`: how long it may pass by itself. */
  | { readonly at: 'stuck'; readonly sentence: string; readonly patienceMs: number; readonly detail: string }
  /** Out of the queue. `certain` when the queue says that it was printed. */
  | { readonly at: 'done'; readonly certain: boolean }
  /** The queue knows nothing of it (any more). */
  | { readonly at: 'vanished' }
  /** Out of the queue without being printed. */
  | { readonly at: 'given-up'; readonly sentence: string; readonly detail: string }

/** Which document of ours the queue was holding when it was last seen. */
export interface HeldDocument {
  readonly entry: string
  readonly copy: number
  /** Hex SHA-256 of its bytes. */
  readonly bytes: string
}

export interface QueuePrinterParts {
  readonly name: string
  readonly language: PrintLanguage
  readonly spooler: Spooler
  readonly held: Notes<HeldDocument>
  readonly timers: Timers
  /** A document that is still waiting without trouble after this time counts as sent. Default 45 s. */
  readonly followMs?: number
}

const FOLLOW_MS = 45_000
/** Between looks; short at first, because a label printer is done in a second. */
const LOOK_MS = { first: 150, longest: 1_000 }

type Printed = Outcome<PrintReceipt, PrintFailureCode>

export function queuePrinter(parts: QueuePrinterParts): Printer {
  const { name, language, spooler, held } = parts
  return {
    name,
    language,
    async print(job, ending) {
      const title = checkTitle(job)
      if (!title.ok) return title
      const entry = await entryFor(parts, job)
      if (!entry.ok) return entry
      const outcome = await follow(parts, entry.value, ending)
      // Aborted or in trouble, the queue still has it; in every other case it needs to be remembered no longer.
      if (outcome.kept) return outcome.printed
      await held.drop(job.id)
      return outcome.printed
    },
    async withdraw(id) {
      const document = held.get(id)
      if (document === undefined) return
      await spooler.cancel(document.entry)
      await held.drop(id)
    },
  }
}

export function readHeldDocument(value: unknown): HeldDocument | undefined {
  const { entry, copy, bytes } = (value ?? {}) as Record<string, unknown>
  if (typeof entry !== 'string' || typeof copy !== 'number' || typeof bytes !== 'string') return undefined
  return { entry, copy, bytes }
}

/** The queue's number of this document: of the one it holds already, or of a new one. */
async function entryFor(
  { spooler, held }: QueuePrinterParts,
  job: PrintJob,
): Promise<Outcome<string, PrintFailureCode>> {
  const bytes = createHash('sha256').update(job.bytes).digest('hex')
  const before = held.get(job.id)
  if (before !== undefined) {
    const state = await spooler.look(before.entry)
    if (!state.ok) return state
    const { at } = state.value
    const inQueue = at === 'waiting' || at === 'stuck'
    // Printed or given up while nobody looked answers this copy. Gone without a trace does not: better twice than never.
    const answered = before.copy === job.copy && (at === 'done' || at === 'given-up')
    if (before.bytes === bytes && (inQueue || answered)) {
      await held.set(job.id, { ...before, copy: job.copy })
      return ok(before.entry)
    }
    if (inQueue) await spooler.cancel(before.entry)
  }
  const submitted = await spooler.submit(job)
  if (submitted.ok) await held.set(job.id, { entry: submitted.value, copy: job.copy, bytes })
  return submitted
}

interface Followed {
  readonly printed: Printed
  /** Whether the queue may still hold it. */
  readonly kept: boolean
}

async function follow(
  { name, spooler, timers, followMs = FOLLOW_MS }: QueuePrinterParts,
  entry: string,
  ending: AbortSignal | undefined,
): Promise<Followed> {
  let stuckMs = 0
  let lookMs = LOOK_MS.first
  for (let waitedMs = 0; ; ) {
    const looked = await spooler.look(entry)
    if (!looked.ok) return { printed: looked, kept: true }
    const state = looked.value
    if (state.at === 'done' || state.at === 'vanished') {
      const certain = state.at === 'done' && state.certain
      return { printed: ok({ state: certain ? 'confirmed' : 'sent', where: entry }), kept: false }
    }
    if (state.at === 'given-up')
      return { printed: fail('printer-refused', state.sentence, state.detail), kept: false }
    if (state.at === 'stuck' && stuckMs >= state.patienceMs)
      return { printed: { ok: false, failure: stuck(state) }, kept: true }
    if (ending?.aborted === true)
      return {
        printed: fail('printer-timeout', `Nobody waits for ${name} any more. Start again.`),
        kept: true,
      }
    if (waitedMs >= followMs) return { printed: ok({ state: 'sent', where: entry }), kept: false }
    await pause(timers, lookMs, ending)
    waitedMs += lookMs
    stuckMs = state.at === 'stuck' ? stuckMs + lookMs : 0
    lookMs = Math.min(lookMs * 2, LOOK_MS.longest)
  }
}

function stuck({ sentence, detail }: SpoolState & { at: 'stuck' }): Failure<PrintFailureCode> {
  return { code: 'printer-offline', sentence, detail }
}
