import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import type { Failure } from '../lifecycle/outcome.ts'

/** One subcommand of `tallydock`. */
export interface Command {
  /** What `--help` prints. */
  readonly help: string
  run(args: readonly string[], io: CliIo): Promise<ExitCode>
}

/** Where a command reads and writes; a test gives its own. */
export interface CliIo {
  readonly stdin: AsyncIterable<Buffer | string>
  /** Results as JSON, one line each; ready lines excepted. */
  out(line: string): Promise<void>
  /** Progress and diagnostics. */
  note(line: string): void
  /** Draws a line over the one it drew before; absent where no person watches. */
  readonly redraw?: (line: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  /** Resolves when the person or the system asks the program to end. */
  readonly ending: Promise<void>
}

export const EXIT = { done: 0, couldNotRun: 1, wrongUsage: 2, doneWithReport: 3 } as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Thrown by `readOptions`; the sentence says what is wrong with the call. */
export class WrongUsage extends Error {}

/** Parses options strictly: an unknown or repeated option is an error, not a surprise. */
export function readOptions<const T extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: T,
  positionals: { readonly least: number; readonly most: number; readonly names: string } = {
    least: 0,
    most: 0,
    names: '',
  },
) {
  let parsed: ReturnType<
    typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>
  >
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    throw new WrongUsage((error as Error).message)
  }
  const count = parsed.positionals.length
  if (count < positionals.least) throw new WrongUsage(`Missing: ${positionals.names}.`)
  if (count > positionals.most)
    throw new WrongUsage(`Not understood: ${parsed.positionals.slice(positionals.most).join(' ')}.`)
  return parsed
}

/** A whole number option, or wrong usage. */
export function readNumber(
  name: string,
  text: string | undefined,
  least: number,
  most: number,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (!Number.isInteger(value) || value < least || value > most)
    throw new WrongUsage(`--${name} takes a whole number from ${least} to ${most}.`)
  return value
}

/** Tells a failure in one line of JSON and answers the exit code for "could not run". */
export async function tellFailure(io: CliIo, failure: Failure): Promise<ExitCode> {
  io.note(failure.detail === undefined ? failure.sentence : `${failure.sentence} (${failure.detail})`)
  await io.out(JSON.stringify({ error: { code: failure.code, message: failure.sentence } }))
  return EXIT.couldNotRun
}
