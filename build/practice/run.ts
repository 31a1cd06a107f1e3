/**
 * What `npm run practice` runs: builds the window where it has not been built, then the station on a practice dock. Options
 * go to `tallydock station` as they are (`--reset`, `--no-open`, `--port N`).
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '../..')
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

if (!existsSync(join(ROOT, 'dist/renderer/index.html'))) {
  console.error('The window is built first; this takes a few seconds.')
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn' })
}
const command = join(ROOT, 'src/cli/tallydock.js')
const station = spawn(process.execPath, [command, 'station', '--practice', ...process.argv.slice(2)], {
  stdio: 'inherit',
})
// A terminal tells both; a program that starts this one tells only this one.
for (const signal of SIGNALS) process.on(signal, () => station.kill(signal))
station.on('close', (code) => {
  process.exitCode = code ?? 1
})
