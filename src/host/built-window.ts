import { execFile } from 'node:child_process'
import { existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
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

export type WindowBuild =
  /** It is there and as new as what it is made of. */
  | { readonly state: 'fresh' }
  | { readonly state: 'built' }
  /** What is served is old or missing. `because` ends a sentence. */
  | { readonly state: 'not-built'; readonly because: string }

/**
 * Builds the operator's window where it is missing or older than its sources, which takes a few seconds; an installed
 * program has no sources and its window is always fresh. `onBuilding` is called before a build.
 */
export async function buildWindow(onBuilding: () => void = () => undefined): Promise<WindowBuild> {
  if (isFresh()) return { state: 'fresh' }
  if (!existsSync(VITE)) return { state: 'not-built', because: 'the tools that build it are not installed' }
  onBuilding()
  // Built beside its place and moved there whole, so that a station that serves it meanwhile never finds half of it.
  const beside = `${BUILT}-${process.pid}`
  const old = `${beside}-old`
  try {
    const trouble = await runVite(beside)
    if (trouble !== undefined) return { state: 'not-built', because: trouble }
    // Somebody else may have built it in the meantime: theirs is as good.
    if (!isFresh()) {
      if (existsSync(BUILT)) renameSync(BUILT, old)
      renameSync(beside, BUILT)
    }
    return { state: 'built' }
  } catch (error) {
    if (isFresh()) return { state: 'fresh' }
    return { state: 'not-built', because: `its folder cannot be written (${String(error)})` }
  } finally {
    for (const rest of [beside, old]) rmSync(rest, { recursive: true, force: true })
  }
}

/** Undefined when it went through, otherwise why not. In a process of its own, so that nothing of it stays in memory. */
function runVite(outDir: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [VITE, 'build', '--logLevel', 'error', '--outDir', outDir],
      // Whatever this process runs as: React's development build is several times slower.
      { cwd: ROOT, env: { ...process.env, NODE_ENV: 'production' } },
      (error, _out, messages) =>
        resolve(error === null ? undefined : `its build failed (${messages.trim()})`),
    )
  })
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
