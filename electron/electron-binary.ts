import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** A dock opens its station within half a minute, with this window or the other. */
export const FETCHING_MS = 15_000

export type ElectronBinary =
  | { readonly found: true; readonly path: string }
  /** `because` ends a sentence: "Electron is not used because …". */
  | { readonly found: false; readonly because: string }

export interface ElectronPlace {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  /** The account is the system's administrator. */
  readonly administrator: boolean
  readonly fetchingMs: number
}

/**
 * Electron's program, where this machine can run it: the one that is there already, or the one its package fetches now, if
 * that takes no longer than `fetchingMs`. `ELECTRON_OVERRIDE_DIST_PATH` names a folder to take it from instead.
 */
export async function findElectron(place: ElectronPlace): Promise<ElectronBinary> {
  const { env, platform } = place
  if (platform === 'linux' && !env.DISPLAY && !env.WAYLAND_DISPLAY)
    return { found: false, because: 'this session has no display' }
  if (platform === 'linux' && place.administrator)
    return { found: false, because: 'its sandbox does not run as root' }
  const override = env.ELECTRON_OVERRIDE_DIST_PATH
  if (override !== undefined && override !== '') return foundAt(join(override, programName(platform)))
  const home = packageFolder()
  if (home === undefined) return { found: false, because: 'its package is not installed' }
  // Does nothing but look when the program is there already.
  const trouble = await fetchInto(home, place)
  if (trouble !== undefined) return { found: false, because: trouble }
  return foundAt(join(home, 'dist', programName(platform)))
}

/** The program that is there already; `undefined` when it would have to be fetched. */
export function presentElectron(
  env: ElectronPlace['env'],
  platform: ElectronPlace['platform'],
): string | undefined {
  const home = env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageFolder() ?? '', 'dist')
  const path = join(home, programName(platform))
  return existsSync(path) ? path : undefined
}

function packageFolder(): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve('electron/package.json'))
  } catch {
    // Not installed: packages for development are left out where only the product is wanted.
    return undefined
  }
}

function foundAt(path: string): ElectronBinary {
  return existsSync(path) ? { found: true, path } : { found: false, because: `${path} is missing` }
}

function programName(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'electron.exe'
  return platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron'
}

/** `undefined` when it went through, otherwise why not. */
function fetchInto(home: string, { env, fetchingMs }: ElectronPlace): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(home, 'install.js')],
      { env, timeout: fetchingMs, killSignal: 'SIGKILL' },
      (error, _out, messages) => {
        if (error === null) resolve(undefined)
        else if (error.killed === true) resolve(`it could not be fetched within ${fetchingMs / 1_000} s`)
        else resolve(`it could not be fetched (${firstLine(messages)})`)
      },
    )
  })
}

function firstLine(text: string): string {
  return text.trim().split('\n', 1)[0] || 'no reason given'
}
