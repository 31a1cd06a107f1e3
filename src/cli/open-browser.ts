import { spawn } from 'node:child_process'
import type { Log } from '../ports/log.ts'

/** The program that opens an address in the person's browser; undefined where nobody could see it. */
function opener(
  env: Readonly<Record<string, string | undefined>>,
): readonly [string, ...string[]] | undefined {
  if (process.platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler']
  if (process.platform === 'darwin') return ['open']
  const hasScreen = [env.DISPLAY, env.WAYLAND_DISPLAY].some((name) => name !== undefined && name !== '')
  return hasScreen ? ['xdg-open'] : undefined
}

/** Whether there is a screen on which a browser could be opened. */
export function hasBrowser(env: Readonly<Record<string, string | undefined>>): boolean {
  return opener(env) !== undefined
}

/** Opens the window's address in the browser. One that cannot be opened costs nothing: the address was printed. */
export function openBrowser(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
  log: Pick<Log, 'info'>,
): void {
  const found = opener(env)
  if (found === undefined) return
  const [program, ...args] = found
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true })
  child.on('error', (error) =>
    log.info('No browser could be opened here; use the printed address.', { program, error: error.message }),
  )
  child.unref()
}
