import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { VerdictLine } from '../../src/contract/verdict-line.ts'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))

export interface Run {
  readonly code: number | null
  readonly out: string
  readonly notes: string
}

/** Runs `tallydock` to its end, as a person would from a shell. */
export function tallydock(
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<Run> {
  const child = start(args, options.env)
  const out: string[] = []
  const notes: string[] = []
  child.stdout.on('data', (chunk) => out.push(String(chunk)))
  child.stderr.on('data', (chunk) => notes.push(String(chunk)))
  child.stdin.end(options.input ?? '')
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, out: out.join(''), notes: notes.join('') }))
  })
}

/** Like `tallydock`, for commands that print one JSON result and must end well. */
export async function result<T = Record<string, unknown>>(
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
): Promise<T> {
  const run = await tallydock(args, env === undefined ? {} : { env })
  if (run.code !== 0)
    throw new Error(`tallydock ${args.join(' ')} ended with ${run.code}: ${run.out}${run.notes}`)
  return JSON.parse(run.out) as T
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [COMMAND, ...args], { env: { ...process.env, ...env } })
}

/** A running `tallydock scan`: a scanner in, verdicts out. */
export class ScanSession {
  readonly child: ChildProcessWithoutNullStreams
  readonly notes: string[] = []
  #waiting: ((line: string | undefined) => void)[] = []
  #lines: string[] = []
  #ended = false
  readonly closed: Promise<number | null>

  constructor(args: readonly string[], env?: NodeJS.ProcessEnv) {
    this.child = start(['scan', ...args], env)
    this.child.stderr.on('data', (chunk) => this.notes.push(String(chunk)))
    this.child.stdin.on('error', (error) => this.notes.push(String(error)))
    const reader = createInterface({ input: this.child.stdout })
    reader.on('line', (line) => {
      const waiting = this.#waiting.shift()
      if (waiting === undefined) this.#lines.push(line)
      else waiting(line)
    })
    this.closed = new Promise((resolve) => {
      this.child.on('close', (code) => {
        this.#ended = true
        for (const waiting of this.#waiting.splice(0)) waiting(undefined)
        resolve(code)
      })
    })
  }

  /** Scans and waits for the verdict. */
  async scan(text: string): Promise<VerdictLine> {
    this.send(text)
    const line = await this.line()
    if (line === undefined) throw new Error(`No answer to ${JSON.stringify(text)}: ${this.notes.join('')}`)
    return JSON.parse(line) as VerdictLine
  }

  /** Scans without waiting. */
  send(text: string): void {
    this.child.stdin.write(`${text}\n`)
  }

  /** The next line of output; undefined when the program has ended. */
  line(): Promise<string | undefined> {
    const line = this.#lines.shift()
    if (line !== undefined) return Promise.resolve(line)
    if (this.#ended) return Promise.resolve(undefined)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Looks a drive up until it stands as wanted. Looking changes nothing, so asking often is harmless. */
  async until(serial: string, stands: RegExp, tries = 400): Promise<VerdictLine> {
    for (let turn = 0; ; turn++) {
      const seen = await this.scan(serial)
      if (stands.test(seen.sentence)) return seen
      if (turn === tries)
        throw new Error(`${serial} never stood as ${stands}: ${seen.sentence}\n${this.notes.join('')}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

  /** Waits until the program has said something like this on stderr. */
  async heard(words: RegExp, tries = 400): Promise<void> {
    for (let turn = 0; !words.test(this.notes.join('')); turn++) {
      if (turn === tries) throw new Error(`Never heard ${words}: ${this.notes.join('')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** Ends the input and waits for the program to finish what it is doing. */
  end(): Promise<number | null> {
    this.child.stdin.end()
    return this.closed
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.child.kill(signal)
    return this.closed
  }
}
