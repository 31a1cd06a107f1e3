import { execFile } from 'node:child_process'
import type { Timers } from '../ports/clock.ts'

/** Runs a program of the print system: fixed arguments, never a shell, a time limit, English messages (`LC_ALL=C`). */
export type RunProgram = (
  program: string,
  args: readonly string[],
  options?: {
    /** Written to standard input, which is then closed. */
    readonly stdin?: Uint8Array
    readonly timeoutMs?: number
    /** Variables beside those the print system may see. */
    readonly env?: Readonly<Record<string, string>>
  },
) => Promise<ProgramResult>

export type ProgramResult =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** It was killed by a signal, printed too much or could not be started for another reason than its absence. */
  | { readonly kind: 'broken'; readonly reason: string }

const DEFAULT_TIMEOUT_MS = 10_000
const MOST_OUTPUT_BYTES = 4 * 1024 * 1024

/** What a print program may see of our environment: never a token or a connection string. */
const SEEN = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'CUPS_SERVER', 'CUPS_USER', 'IPP_PORT'],
  ...['SystemRoot', 'windir', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE', 'APPDATA', 'LOCALAPPDATA'],
  ...['ProgramData', 'ProgramFiles', 'PSModulePath'],
]

export function programRunner(parts: {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly timers: Timers
}): RunProgram {
  const seen = Object.fromEntries(SEEN.map((name) => [name, parts.env[name]]))
  return (program, args, options = {}) =>
    new Promise((resolve) => {
      const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
      const child = execFile(
        program,
        args,
        {
          encoding: 'utf8',
          env: { ...seen, ...options.env, LC_ALL: 'C' },
          maxBuffer: MOST_OUTPUT_BYTES,
          windowsHide: true,
        },
        (error, stdout, stderr) => {
          limit.cancel()
          resolve(asResult(error, stdout, stderr))
        },
      )
      const limit = parts.timers.after(timeoutMs, () => {
        child.kill('SIGKILL')
        resolve({ kind: 'timeout', timeoutMs })
      })
      // A program that ends before it has read its input breaks the pipe; its exit code tells the story.
      child.stdin?.on('error', () => child.stdin?.destroy())
      child.stdin?.end(options.stdin)
    })
}

function asResult(
  error: (Error & { code?: number | string | null; signal?: string | null }) | null,
  stdout: string,
  stderr: string,
): ProgramResult {
  if (error === null) return { kind: 'ended', exitCode: 0, stdout, stderr }
  if (error.code === 'ENOENT') return { kind: 'missing' }
  if (typeof error.code === 'number') return { kind: 'ended', exitCode: error.code, stdout, stderr }
  return { kind: 'broken', reason: error.signal ?? error.code ?? error.name }
}

/** What went wrong, in a few words for a failure's detail. */
export function complaint(program: string, result: ProgramResult): string {
  switch (result.kind) {
    case 'missing':
      return `${program} is not installed`
    case 'timeout':
      return `${program} did not answer within ${result.timeoutMs} ms`
    case 'broken':
      return `${program} broke off (${result.reason})`
    case 'ended':
      return `${program} ended with ${result.exitCode}: ${result.stderr.trim().split('\n').slice(-3).join(' ')}`
  }
}
