/** Both stores, each with a service program of its own. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type EmbeddedPostgres, startPostgres } from '../../fixtures/postgres/embedded-postgres.ts'
import { testDatabase } from '../../fixtures/postgres/test-database.ts'
import type { Place } from './jobs.ts'

const STORE_NAMES = ['sqlite', 'postgresql'] as const
export type StoreName = (typeof STORE_NAMES)[number]
/** STORES=sqlite or STORES=postgresql measures only that one. */
const STORES = (process.env.STORES ?? STORE_NAMES.join(',')).split(',').map((name) => {
  const known = STORE_NAMES.find((store) => store === name)
  if (known === undefined) throw new Error(`No store ${name}; STORES takes ${STORE_NAMES.join(' and ')}.`)
  return known
})

export interface Rig extends Place {
  readonly store: StoreName
}

/** Runs `measure` on each store, in an empty place of its own that is gone afterwards. */
export async function onEachStore(measure: (rig: Rig) => Promise<void>): Promise<void> {
  for (const store of STORES) {
    const dataDir = mkdtempSync(join(process.env.BENCH_DIR ?? tmpdir(), 'tallydock-bench-'))
    let server: EmbeddedPostgres | undefined
    try {
      if (store === 'postgresql') server = await startPostgres({ durable: true })
      const database = server === undefined ? undefined : (await testDatabase(server.url)).url
      await measure({ store, dataDir, database })
    } finally {
      await server?.stop()
      rmSync(dataDir, { recursive: true, force: true })
    }
  }
}

export interface ServiceProgram {
  readonly port: number
  readonly url: string
  readonly pid: number
  stop(): Promise<void>
}

export async function startServiceProgram({ dataDir, database }: Place): Promise<ServiceProgram> {
  const program = join(import.meta.dirname, 'service-program.ts')
  const profile =
    process.env.BENCH_PROFILE === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-dir=${process.env.BENCH_PROFILE}`]
  const child: ChildProcess = spawn(
    process.execPath,
    [...profile, program, dataDir, ...(database === undefined ? [] : [database])],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()))
  if (child.stdout === null) throw new Error('the service program has no output')
  let port = 0
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('ready ')) {
      port = Number(line.slice('ready '.length))
      break
    }
  if (port === 0) throw new Error('the service program did not start')
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    async stop() {
      child.stdin?.end()
      await ended
    },
  }
}

/** The unit of times in proc_pid_stat(5). */
const TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** Processor time a process has used so far, milliseconds. */
export function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_S) * 1_000
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** One request; its status and how long it took, in milliseconds. */
export function get(url: string, path: string): Promise<{ readonly status: number; readonly ms: number }> {
  const begun = performance.now()
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer customer' }
    request(new URL(path, url), { agent, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, ms: performance.now() - begun }))
    })
      .on('error', reject)
      .end()
  })
}

export function percentile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b)
  return round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0)
}

export const round = (n: number, digits = 1): number => Number(n.toFixed(digits))

export function tell(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figure))
}
