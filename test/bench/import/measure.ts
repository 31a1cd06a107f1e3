/** What a run costs, and several ways run in alternation so that all of them see the same machine. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'

export interface Cost {
  readonly seconds: number
  readonly cpuSeconds?: number
  readonly peakBytes?: number
  /** Seconds of each of several at once. */
  readonly each?: readonly number[]
}

/** Linux counts a process's time in these. */
const TICKS_PER_S = 100

export type Way = () => Promise<Cost>

/** Medians by the name of the way. */
export async function alternate(
  ways: Readonly<Record<string, Way>>,
  runs: number,
): Promise<ReadonlyMap<string, Required<Omit<Cost, 'each'>> & { readonly spread: number }>> {
  const costs = new Map<string, Cost[]>()
  for (let run = 0; run < runs; run++)
    for (const [name, way] of Object.entries(ways)) costs.set(name, [...(costs.get(name) ?? []), await way()])
  return new Map(
    [...costs].map(([name, all]) => [
      name,
      {
        seconds: median(all.map(({ seconds }) => seconds)),
        cpuSeconds: median(all.map(({ cpuSeconds = Number.NaN }) => cpuSeconds)),
        // A process that is gone by the time it is looked at tells none.
        peakBytes: Math.max(...all.map(({ peakBytes = 0 }) => (Number.isNaN(peakBytes) ? 0 : peakBytes))),
        spread: median(all.map(({ each = [1] }) => Math.max(...each) / Math.min(...each))),
      },
    ]),
  )
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export function rounded(value: number): number {
  return Number(value.toFixed(3))
}

/** A shell script and everything it starts. Throws with its last words when it fails. */
export function costOfScript(script: string, env: Readonly<Record<string, string>> = {}): Cost {
  const startedAt = performance.now()
  const ran = spawnSync('bash', ['-ec', `TIMEFORMAT='cpu %U %S'; time { ${script} ; }`], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  })
  const seconds = (performance.now() - startedAt) / 1000
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(ran.stderr) ?? []
  if (ran.status !== 0 || user === undefined) throw new Error(`${script}: ${ran.stderr.slice(-2000)}`)
  return { seconds, cpuSeconds: Number(user) + Number(system) }
}

/** So far, of a process that still runs. */
export function costOfProcess(pid: number): Required<Pick<Cost, 'cpuSeconds' | 'peakBytes'>> {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = Number(fields[11]) + Number(fields[12])
  const peak = /^VmHWM:\s+(\d+) kB/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds: ticks / TICKS_PER_S, peakBytes: Number(peak) * 1024 }
}
