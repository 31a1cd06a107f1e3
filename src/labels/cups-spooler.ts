import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { PrintFailureCode, PrintJob } from '../ports/printer.ts'
import { type CupsStatus, readCupsEnd, readCupsStatus } from './cups-status.ts'
import { printerTrouble } from './printer-trouble.ts'
import type { Spooler, SpoolState } from './queue-printer.ts'
import { complaint, type ProgramResult, type RunProgram } from './run-program.ts'

/**
 * The print queues of Linux and macOS, through the programs every CUPS brings: `lp`, `lpstat` and `cancel`. ZPL goes
 * through unchanged (`-o raw`); PDF goes the way the queue is set up for.
 */
export function cupsSpooler(queue: string, run: RunProgram): Spooler {
  return {
    submit: (job) => submit(queue, run, job),
    look: (entry) => look(queue, run, entry),
    async cancel(entry) {
      await run('cancel', [entry])
    },
  }
}

async function submit(
  queue: string,
  run: RunProgram,
  job: PrintJob,
): Promise<Outcome<string, PrintFailureCode>> {
  const title = job.copy > 1 ? `${job.title}-copy-${job.copy}` : job.title
  const unchanged = job.format === 'zpl' ? ['-o', 'raw'] : []
  const result = await run('lp', ['-d', queue, '-t', title, ...unchanged], { stdin: job.bytes })
  if (result.kind === 'ended' && result.exitCode === 0) {
    const [, entry] = /request id is (\S+-\d+)/.exec(result.stdout) ?? []
    if (entry !== undefined) return ok(entry)
  }
  return notTaken(queue, run, 'lp', result)
}

/** Why a program of CUPS did not do what it was asked. */
async function notTaken(
  queue: string,
  run: RunProgram,
  program: string,
  result: ProgramResult,
): Promise<{ ok: false; failure: { code: PrintFailureCode; sentence: string; detail?: string } }> {
  const detail = complaint(program, result)
  if (result.kind === 'missing')
    return fail(
      'printer-missing',
      'This computer has no print system. Install CUPS, or choose another printer in config.json.',
      detail,
    )
  if (result.kind === 'timeout')
    return fail(
      'printer-timeout',
      `The print system did not answer about queue ${queue}. Look whether CUPS is running.`,
      detail,
    )
  if (/not accepting/.test(detail))
    return fail(
      'printer-refused',
      `Queue ${queue} takes no documents. Let it accept them again, then print again.`,
      detail,
    )
  if (!/does not exist|Invalid destination|Unknown destination|not running|Unable to connect/i.test(detail))
    return fail('printer-refused', `Queue ${queue} did not take the document. Look at the queue.`, detail)
  const scheduler = await run('lpstat', ['-r'])
  if (scheduler.kind === 'ended' && /scheduler is running/.test(scheduler.stdout))
    return fail(
      'printer-missing',
      `There is no print queue ${queue}. Set it up, or correct printers in config.json.`,
      detail,
    )
  return fail('printer-offline', 'The print system of this computer is not running. Start CUPS.', detail)
}

async function look(
  queue: string,
  run: RunProgram,
  entry: string,
): Promise<Outcome<SpoolState, PrintFailureCode>> {
  // lpstat does its options in order: those that change the others come first.
  const result = await run('lpstat', ['-l', '-W', 'not-completed', '-p', queue, '-o', queue])
  const status = result.kind === 'ended' ? readCupsStatus(result.stdout, queue, entry) : undefined
  if (status === undefined) return notTaken(queue, run, 'lpstat', result)
  if (status.job === undefined) return ok(await endOf(queue, run, entry))
  return ok(stateOf(queue, entry, status, status.job))
}

function stateOf(
  queue: string,
  entry: string,
  { printer }: CupsStatus,
  job: NonNullable<CupsStatus['job']>,
): SpoolState {
  const says = printer.message || job.message
  const detail = [...printer.reasons, ...job.reasons].join(' ') || says
  if (printer.disabled)
    return {
      at: 'stuck',
      sentence: `Queue ${queue} is stopped${quoted(says)}. Start it again; ${STAYS}`,
      patienceMs: 0,
      detail,
    }
  const trouble = printerTrouble(printer.reasons)
  if (trouble !== undefined)
    return {
      at: 'stuck',
      sentence: `${queue} ${trouble.is}. ${trouble.remedy}; ${STAYS}`,
      patienceMs: trouble.patienceMs,
      detail,
    }
  if (job.reasons.some((reason) => /hold|held/.test(reason)))
    return {
      at: 'stuck',
      sentence: `Queue ${queue} holds document ${entry} back. Release it there.`,
      patienceMs: 0,
      detail,
    }
  if (job.reasons.includes('resources-are-not-ready'))
    return {
      at: 'stuck',
      sentence: `Queue ${queue} cannot reach its printer${quoted(says)}. Look at the printer; ${STAYS}`,
      patienceMs: 0,
      detail,
    }
  return { at: 'waiting' }
}

const STAYS = 'the document waits in the queue and prints by itself.'

async function endOf(queue: string, run: RunProgram, entry: string): Promise<SpoolState> {
  // Only of a job that has ended here: one that was moved to another queue must not be cancelled.
  const ended = await run('lpstat', ['-W', 'completed', '-o', queue])
  const isListed =
    ended.kind === 'ended' && ended.stdout.split('\n').some((line) => line.startsWith(`${entry} `))
  if (!isListed) return { at: 'vanished' }
  const result = await run('cancel', [entry])
  const says = result.kind === 'ended' ? result.stderr : complaint('cancel', result)
  switch (readCupsEnd(says)) {
    case 'completed':
      return { at: 'done', certain: true }
    case 'aborted':
      return {
        at: 'given-up',
        sentence: `Queue ${queue} gave the document up. Look at the queue and its printer, then print again.`,
        detail: says.trim(),
      }
    case 'canceled':
      return {
        at: 'given-up',
        sentence: `Somebody cancelled the document in queue ${queue}. If it is still needed, print it again.`,
        detail: says.trim(),
      }
    case 'unknown':
      return { at: 'vanished' }
  }
}

function quoted(says: string): string {
  const words = says.replace(/[\p{Cc}"]+/gu, "'").replace(/[.\s]+$/, '')
  return words === '' ? '' : ` and says "${words.slice(0, 120)}"`
}
