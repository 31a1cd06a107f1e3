/**
 * The engine with its embedded service and the browser host as one station runs them: how long until a scan is answered,
 * and what it costs when nothing happens. IDLE_S=n in the environment measures for n seconds instead of 20.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { buildWindow } from '../../src/host/built-window.ts'

const COMMAND = fileURLToPath(new URL('../../src/cli/tallydock.js', import.meta.url))
const STARTS = 3
const SETTLE_S = 10
const IDLE_S = Number(process.env.IDLE_S ?? 20)
/** The unit of times in proc_pid_stat(5). */
const TICKS_PER_S = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
const TARGET = { readyMs: 2_000, idleMb: 200 }

// A window that is built at the first start is not what a dock waits for every morning.
await buildWindow()
const folder = mkdtempSync(join(tmpdir(), 'tallydock-bench-'))
try {
  // The first start of a data folder also makes keys and databases; every later one is an ordinary morning.
  const startsMs: number[] = []
  for (let turn = 0; turn < STARTS; turn++) {
    const { child, readyMs } = await start()
    startsMs.push(readyMs)
    if (turn < STARTS - 1) await end(child)
    else await measureIdle(child)
  }
  const [first = 0, ...later] = startsMs
  tell({ figure: 'start-to-scan-ready', unit: 'ms', first, later, target: TARGET.readyMs })
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function start(): Promise<{ child: ChildProcess; readyMs: number }> {
  const before = performance.now()
  const child = spawn(process.execPath, [COMMAND, 'station', '--data', folder], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('station ready ')) return { child, readyMs: Math.round(performance.now() - before) }
  throw new Error('The station ended before it was ready.')
}

async function end(child: ChildProcess): Promise<void> {
  const closed = new Promise((resolve) => child.on('close', resolve))
  child.kill('SIGTERM')
  await closed
}

async function measureIdle(child: ChildProcess): Promise<void> {
  await pause(SETTLE_S * 1_000)
  const pids = treeOf(child.pid ?? 0)
  const rssMb = Math.round(pids.reduce((sum, pid) => sum + rssKb(pid), 0) / 1_024)
  const pssMb = Math.round(pids.reduce((sum, pid) => sum + pssKb(pid), 0) / 1_024)
  const beforeMs = pids.reduce((sum, pid) => sum + cpuMs(pid), 0)
  await pause(IDLE_S * 1_000)
  const usedMs = pids.reduce((sum, pid) => sum + cpuMs(pid), 0) - beforeMs
  await end(child)
  tell({
    figure: 'idle-memory',
    unit: 'MB',
    rss: rssMb,
    pss: pssMb,
    processes: pids.length,
    target: TARGET.idleMb,
  })
  tell({
    figure: 'idle-cpu',
    unit: '% of one core',
    value: Number((usedMs / (IDLE_S * 10)).toFixed(2)),
    overS: IDLE_S,
  })
}

/** A process and everything it started. */
function treeOf(root: number): number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const stat = read(`/proc/${name}/stat`)
    if (stat !== '') parents.set(Number(name), Number(fieldsOf(stat)[1]))
  }
  const tree = [root]
  for (const pid of tree) for (const [child, parent] of parents) if (parent === pid) tree.push(child)
  return tree
}

/** Fields of proc_pid_stat(5) after the name, which may hold blanks: the first is the third, `state`. */
function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** User and system time: fields 14 and 15. */
function cpuMs(pid: number): number {
  const fields = fieldsOf(read(`/proc/${pid}/stat`))
  return ((Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * 1_000) / TICKS_PER_S
}

function rssKb(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)
}

/** Memory with what is shared counted once among those who share it. */
function pssKb(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return ''
    throw error
  }
}

function tell(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figure))
}
