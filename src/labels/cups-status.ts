/**
 * What `lpstat` and `cancel` of CUPS say, read with `LC_ALL=C`. The words behind `Alerts:` are the keywords of
 * `printer-state-reasons` and `job-state-reasons` (RFC 8011, sections 5.4.12 and 5.3.8, and PWG 5100.9).
 */

export interface CupsStatus {
  readonly printer: {
    readonly disabled: boolean
    /** What the queue or its driver says in words; empty when it says nothing. */
    readonly message: string
    readonly reasons: readonly string[]
  }
  /** The job asked for; undefined when the queue does not list it. */
  readonly job: { readonly message: string; readonly reasons: readonly string[] } | undefined
}

/** Reads `lpstat -l -W not-completed -p NAME -o NAME`. Undefined when it does not speak of this queue. */
export function readCupsStatus(output: string, queue: string, entry: string): CupsStatus | undefined {
  const sections = output.split(/\n(?=\S)/)
  const printer = sections.find((section) => section.startsWith(`printer ${queue} `))
  if (printer === undefined) return undefined
  const [head = '', ...rest] = printer.split('\n')
  const job = sections.find((section) => section.startsWith(`${entry} `))?.split('\n')
  return {
    printer: {
      disabled: head.startsWith(`printer ${queue} disabled `),
      message: messageUnder(rest),
      reasons: reasonsIn(rest),
    },
    job: job && { message: factOf(job, 'Status'), reasons: reasonsIn(job) },
  }
}

/** The line after the head, when it is one of words and not of facts. */
function messageUnder([line = '']: readonly string[]): string {
  const text = line.trim()
  return text === 'Form mounted:' || text === 'reason unknown' ? '' : text
}

function reasonsIn(lines: readonly string[]): string[] {
  return factOf(lines, 'Alerts')
    .split(/\s+/)
    .filter((word) => word !== '' && word !== 'none')
}

function factOf(lines: readonly string[], name: string): string {
  const line = lines.find((text) => text.trimStart().startsWith(`${name}:`))
  return line === undefined ? '' : line.slice(line.indexOf(':') + 1).trim()
}

export type CupsEnd = 'completed' | 'aborted' | 'canceled' | 'unknown'

/**
 * How a job that left the queue ended. `lpstat` shows a printed job and one that was given up alike; `cancel` changes
 * nothing about a job that has ended and says which it was.
 */
export function readCupsEnd(cancelSays: string): CupsEnd {
  const [, end] = /is already (completed|aborted|canceled)\b/.exec(cancelSays) ?? []
  return (end as CupsEnd | undefined) ?? 'unknown'
}
