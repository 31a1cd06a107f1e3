import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { PrintFailureCode, PrintJob } from '../ports/printer.ts'
import type { Spooler, SpoolState } from './queue-printer.ts'
import { complaint, type RunProgram } from './run-program.ts'
import { WINDOWS_SCRIPT } from './windows-script.ts'

/**
 * The print queues of Windows, through its own PowerShell. `Start-Process -Verb PrintTo` is not used: it hands the file
 * to whatever program opens PDFs, which may show a window and never tells what became of it.
 *
 * Windows forgets a job when it is done and does not say whether it was printed or removed, so a document is `sent` and
 * never `confirmed`, unless its last state said so. A printer with an address of its own is better reached by port 9100.
 */
export function windowsSpooler(queue: string, run: RunProgram): Spooler {
  const ask = (facts: Readonly<Record<string, string>>) => askWindows(queue, run, facts)
  const lastWords = new Map<string, string>()
  return {
    async submit(job) {
      const answer = await withFile(job, (file) =>
        ask({ DO: 'submit', FILE: file, FORMAT: job.format, TITLE: titleOf(job) }),
      )
      if (!answer.ok) return answer
      if (answer.value.state !== 'submitted') return notTaken(queue, answer.value)
      return ok(`${queue}#${answer.value.entry}`)
    },
    async look(entry) {
      const answer = await ask({ DO: 'look', ENTRY: numberOf(entry) })
      if (!answer.ok) return answer
      const { state, detail } = answer.value
      if (state === 'gone') {
        const certain = /\b(Printed|Complete)/.test(lastWords.get(entry) ?? '')
        lastWords.delete(entry)
        return ok({ at: 'done', certain })
      }
      if (state !== 'there') return notTaken(queue, answer.value)
      lastWords.set(entry, detail)
      return ok(stateOf(queue, detail))
    },
    async cancel(entry) {
      await ask({ DO: 'cancel', ENTRY: numberOf(entry) })
    },
  }
}

interface WindowsAnswer {
  readonly state: string
  readonly entry: string
  readonly detail: string
}

/** The first start of PowerShell after a boot compiles for a while. */
const TIMEOUT_MS = 60_000

async function askWindows(
  queue: string,
  run: RunProgram,
  facts: Readonly<Record<string, string>>,
): Promise<Outcome<WindowsAnswer, PrintFailureCode>> {
  const env = Object.fromEntries(
    Object.entries({ ...facts, QUEUE: queue }).map(([name, value]) => [`TALLYDOCK_PRINT_${name}`, value]),
  )
  const script = Buffer.from(WINDOWS_SCRIPT, 'utf16le').toString('base64')
  const args = ['-NoLogo', '-NoProfile', '-NonInteractive', '-EncodedCommand', script]
  const result = await run('powershell.exe', args, { env, timeoutMs: TIMEOUT_MS })
  const answer = result.kind === 'ended' ? readAnswer(result.stdout) : undefined
  if (answer !== undefined) return ok(answer)
  const detail = complaint('powershell.exe', result)
  switch (result.kind) {
    case 'missing':
      return fail(
        'printer-missing',
        'Windows PowerShell is not there. Install it, or reach the printer by port 9100.',
        detail,
      )
    case 'timeout':
      return fail(
        'printer-timeout',
        `Queue ${queue} did not answer. Look at the queue and its printer.`,
        detail,
      )
    default:
      return fail('printer-refused', `Queue ${queue} did not take the document. Look at the queue.`, detail)
  }
}

function readAnswer(stdout: string): WindowsAnswer | undefined {
  try {
    const { state, entry, detail } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<
      string,
      unknown
    >
    if (typeof state !== 'string' || typeof entry !== 'string' || typeof detail !== 'string') return undefined
    return { state, entry, detail }
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function notTaken(queue: string, { state, detail }: WindowsAnswer) {
  if (state === 'missing')
    return fail(
      'printer-missing',
      `There is no printer ${queue} in Windows. Add it, or correct printers in config.json.`,
    )
  return fail('printer-refused', `Queue ${queue} did not take the document. Look at the queue.`, detail)
}

/** Words of `JobStatus` and `PrinterStatus` (flags of the PrintManagement module) that need a person. */
const STUCK: readonly (readonly [RegExp, string, string])[] = [
  [/PaperOut|PaperProblem|ManualFeed/, 'is out of paper or labels', 'Load some'],
  [/PaperJam/, 'has a paper jam', 'Clear it'],
  [/DoorOpen/, 'is open', 'Close it'],
  [/NoToner/, 'is out of toner, ink or ribbon', 'Replace it'],
  [/OutputBinFull/, 'has a full output tray', 'Empty it'],
  [/Offline|NotAvailable|ServerUnknown/, 'is off or not connected', 'Switch it on and look at its cable'],
  [/Paused/, 'is paused', 'Let it go on'],
  [/Error|Blocked|UserIntervention/, 'reports an error', 'Look at the printer and its queue'],
]
const PATIENCE_MS = 3_000

function stateOf(queue: string, words: string): SpoolState {
  const known = STUCK.find(([word]) => word.test(words))
  if (known === undefined) return { at: 'waiting' }
  const [, is, remedy] = known
  return {
    at: 'stuck',
    sentence: `${queue} ${is}. ${remedy}; the document waits in the queue and prints by itself.`,
    patienceMs: PATIENCE_MS,
    detail: words,
  }
}

/** PDF is read from a file by Windows; it holds an address, so nobody else may read it and it is gone at once. */
async function withFile<T>(job: PrintJob, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tallydock-print-'))
  try {
    const file = join(folder, `document.${job.format}`)
    await writeFile(file, job.bytes, { mode: 0o600 })
    return await use(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function titleOf(job: PrintJob): string {
  return job.copy > 1 ? `${job.title}-copy-${job.copy}` : job.title
}

/** The number behind the queue's name; empty when Windows named none because the job was done at once. */
function numberOf(entry: string): string {
  return entry.slice(entry.lastIndexOf('#') + 1)
}
