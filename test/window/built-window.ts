/** The window as the browser host serves it: built when the build is missing or older than what it is made of. */
import { buildWindow } from '../../src/host/built-window.ts'

export async function builtWindow(): Promise<void> {
  const build = await buildWindow()
  if (build.state === 'not-built') throw new Error(`The window is not built: ${build.because}.`)
}
