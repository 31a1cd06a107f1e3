// @ts-check
/**
 * npm runs a script in a shell, and a signal that ends npm ends that shell and not what it runs: a station would go on
 * unseen and hold its data folder. Plain JavaScript, because Nodes too old for this project run it too.
 */
const LOOK_MS = 500

/**
 * Calls back once when the shell of npm in which this process runs is gone. A program that nobody started through npm is
 * left alone, and so is one whose shell was gone before it began.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {() => void} gone
 */
export function whenNpmShellIsGone(env, gone) {
  const shell = process.ppid
  if (env.npm_lifecycle_event === undefined || process.platform === 'win32' || shell === 1) return
  const look = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(look)
    gone()
  }, LOOK_MS)
  look.unref()
}
