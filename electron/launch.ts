/**
 * What `npm start` runs: the Electron window where this machine can have it, and otherwise, after one line that says why,
 * the browser host. Arguments go to the station as they are.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { buildWindow } from '../src/host/built-window.ts'
import { whenNpmShellIsGone } from '../src/host/npm-shell.js'
import { FETCHING_MS, findElectron } from './electron-binary.ts'
import { APP, COMMAND, SHOWN_LINE } from './place.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

let child: ChildProcess | undefined
let told: NodeJS.Signals | undefined
const pass = (signal: NodeJS.Signals) => {
  told = signal
  child?.kill(signal)
}
for (const signal of SIGNALS) process.on(signal, () => pass(signal))
whenNpmShellIsGone(process.env, () => pass('SIGTERM'))

const args = process.argv.slice(2)
const electron = await findElectron({
  env: process.env,
  platform: process.platform,
  administrator: process.getuid?.() === 0,
  fetchingMs: FETCHING_MS,
})
if (!electron.found) await openBrowserHost(electron.because)
else if (told === undefined) {
  const build = await buildWindow(() => console.error('The window is built first; this takes a few seconds.'))
  if (build.state === 'not-built')
    console.error(`The window shown is old or missing, because ${build.because}.`)
  const { shown, code } = await openWindow(electron.path)
  if (shown || told !== undefined) process.exitCode = code
  else await openBrowserHost(`it ended before it showed a window (exit ${code})`)
}

async function openBrowserHost(because: string): Promise<void> {
  if (told !== undefined) return
  console.error(`Electron is not used because ${because}; the station opens in the browser.`)
  child = spawn(process.execPath, [COMMAND, 'station', ...args], { stdio: 'inherit' })
  process.exitCode = await ended(child)
}

async function openWindow(program: string): Promise<{ shown: boolean; code: number }> {
  const { NODE_OPTIONS: _ours, ELECTRON_RUN_AS_NODE: _asNode, ...env } = process.env
  child = spawn(program, [APP, ...args], { stdio: ['inherit', 'pipe', 'inherit'], env })
  let shown = false
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === SHOWN_LINE) shown = true
      else console.log(line)
    })
  const code = await ended(child)
  return { shown, code }
}

/** The exit code; 1 for a process that was ended by a signal or never started. */
function ended(process: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    process.once('error', () => resolve(1))
    process.once('close', (code) => resolve(code ?? 1))
  })
}
