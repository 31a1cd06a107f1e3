import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** The data folder a command works on: `--data`, else TALLYDOCK_DATA, else where the system keeps programs' data. */
export function dataDir(
  given: { readonly data?: string | undefined; readonly practice?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (given.data !== undefined) return resolve(given.data)
  if (env.TALLYDOCK_DATA !== undefined && env.TALLYDOCK_DATA !== '') return resolve(env.TALLYDOCK_DATA)
  const base =
    process.platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : process.platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : (env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'))
  return join(base, given.practice === true ? 'tallydock-practice' : 'tallydock')
}
