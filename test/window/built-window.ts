/** The window as the browser host serves it: built when the build is missing or older than what it is made of. */
import { fileURLToPath } from 'node:url'
import { buildWindow } from '../../src/host/built-window.ts'

const BUILT = fileURLToPath(new URL('../../dist/renderer', import.meta.url))

/** Answers its folder. */
export async function builtWindow(): Promise<string> {
  const build = await buildWindow()
  if (build.state === 'not-built') throw new Error(`The window is not built: ${build.because}.`)
  return BUILT
}
