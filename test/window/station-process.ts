/** `tallydock station` as a process of its own: the real engine with its embedded service and the browser host. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))

export interface StationProcess {
  readonly child: ChildProcess
  /** Lets one browser in, once. */
  readonly link: string
  readonly port: number
  /** What it said on stderr. */
  readonly notes: readonly string[]
  /** Ends it and waits until it is gone. Doing it twice is harmless. */
  end(signal?: NodeJS.Signals): Promise<void>
}

export async function startStation(
  data: string,
  port = 0,
  env: Readonly<Record<string, string>> = {},
): Promise<StationProcess> {
  const child = spawn(process.execPath, [COMMAND, 'station', '--data', data, '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const notes: string[] = []
  child.stderr.on('data', (chunk) => notes.push(String(chunk)))
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()))
  const link = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('station ready ')) resolve(line.slice('station ready '.length))
    })
    child.on('error', reject)
    child.on('close', (code) => reject(new Error(`The station ended with ${code}: ${notes.join('')}`)))
  })
  return {
    child,
    link,
    port: Number(new URL(link).port),
    notes,
    async end(signal = 'SIGKILL') {
      child.kill(signal)
      await closed
    },
  }
}
