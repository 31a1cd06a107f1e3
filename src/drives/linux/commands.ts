import { execFile } from 'node:child_process'
import type { Timers } from '../../ports/clock.ts'

/**
 * Runs the system's own disk tools: fixed arguments, never a shell, always a time limit, English messages (`LC_ALL=C`).
 *
 * A tool that waits for a sick disk sits in the kernel and cannot be killed. The answer therefore comes at the limit,
 * whether or not the process has gone by then; it was sent a SIGKILL and ends when the kernel lets it.
 */
export interface Commands {
  run(program: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>
}

export interface CommandOptions {
  /** Default 10 s. */
  readonly timeoutMs?: number
  /** Written to the program's standard input, which is then closed. Secrets go here, never into `args`. */
  readonly stdin?: string
  readonly cwd?: string
}

export type CommandResult =
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout'; readonly timeoutMs: number }
  /** It was killed by a signal, printed more than 16 MiB or could not be started for another reason than its absence. */
  | { readonly kind: 'broken'; readonly reason: string }

const DEFAULT_TIMEOUT_MS = 10_000
const MOST_OUTPUT_BYTES = 16 * 1024 * 1024

/** What the programs find around them; nothing else of ours is handed on. */
function unixEnvironment(): NodeJS.ProcessEnv {
  const path = `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`
  return { LC_ALL: 'C', PATH: path }
}

export function systemCommands(timers: Timers, env = unixEnvironment()): Commands {
  return {
    run: (program, args, options = {}) =>
      new Promise((resolve) => {
        const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
        const child = execFile(
          program,
          args,
          {
            cwd: options.cwd,
            encoding: 'utf8',
            env,
            maxBuffer: MOST_OUTPUT_BYTES,
          },
          (error, stdout, stderr) => {
            limit.cancel()
            resolve(asResult(error, stdout, stderr))
          },
        )
        const limit = timers.after(timeoutMs, () => {
          child.kill('SIGKILL')
          resolve({ kind: 'timeout', timeoutMs })
        })
        // A program that ends before it has read its input breaks the pipe; its exit code tells the story.
        child.stdin?.on('error', () => child.stdin?.destroy())
        child.stdin?.end(options.stdin)
      }),
  }
}

function asResult(
  error: (Error & { code?: number | string | null; signal?: string | null }) | null,
  stdout: string,
  stderr: string,
): CommandResult {
  if (error === null) return { kind: 'ended', exitCode: 0, stdout, stderr }
  if (error.code === 'ENOENT') return { kind: 'missing' }
  if (typeof error.code === 'number') return { kind: 'ended', exitCode: error.code, stdout, stderr }
  return { kind: 'broken', reason: error.signal ?? error.code ?? error.name }
}

/** What went wrong, in a few words for a failure's detail; undefined when the program ended with 0. Holds no output on stdout. */
export function complaint(program: string, result: CommandResult): string | undefined {
  switch (result.kind) {
    case 'missing':
      return `${program} is not installed`
    case 'timeout':
      return `${program} did not answer within ${result.timeoutMs} ms`
    case 'broken':
      return `${program} broke off (${result.reason})`
    case 'ended':
      if (result.exitCode === 0) return undefined
      return `${program} ended with ${result.exitCode}: ${result.stderr.trim().split('\n').slice(-3).join(' ')}`
  }
}
