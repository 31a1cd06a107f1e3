/**
 * The window as the browser host serves it: built when the build is missing or older than what it is made of.
 */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(import.meta.dirname, '../..')
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js')
const BUILT = join(ROOT, 'dist/renderer')
const MADE_OF = [
  'renderer',
  'assets/locales',
  'assets/sounds',
  'src/contract',
  'src/scanning',
  'vite.config.ts',
  'package-lock.json',
]

/** Built beside its place and moved there whole, so that a station that serves it meanwhile never finds half of it. */
export async function builtWindow(): Promise<void> {
  if (isFresh()) return
  const beside = `${BUILT}-${process.pid}`
  const old = `${beside}-old`
  // In a process of its own: a test's NODE_ENV would make it React's development build, several times slower.
  await promisify(execFile)(process.execPath, [VITE, 'build', '--logLevel', 'error', '--outDir', beside], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
  })
  // Somebody else may have built it in the meantime: theirs is as good.
  if (!isFresh()) {
    if (existsSync(BUILT)) renameSync(BUILT, old)
    renameSync(beside, BUILT)
  }
  for (const rest of [beside, old]) rmSync(rest, { recursive: true, force: true })
}

function isFresh(): boolean {
  const page = statSync(join(BUILT, 'index.html'), { throwIfNoEntry: false })
  return page !== undefined && MADE_OF.every((part) => newestMs(join(ROOT, part)) < page.mtimeMs)
}

/** When the newest file of a folder was written; 0 where there is none. */
function newestMs(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  const files = readdirSync(path, { recursive: true, encoding: 'utf8' })
  return Math.max(
    0,
    ...files.map((file) => statSync(join(path, file), { throwIfNoEntry: false })?.mtimeMs ?? 0),
  )
}
