#!/usr/bin/env node
/**
 * The `tallydock` command. It runs under whatever Node the system has, from 20 on, and hands over to the Node this
 * project pins (the package `node`) unless it is running under one as new already. There it becomes `main.ts`.
 *
 * Arguments, streams, signals and the exit code pass through. Killing this process ends the other one too, so that no
 * station goes on holding its data folder unseen.
 */
import { spawn } from 'node:child_process'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { isatty } from 'node:tty'
import { fileURLToPath } from 'node:url'
import { whenNpmShellIsGone } from '../host/npm-shell.js'

const OLDEST_MAJOR = 24
/** Names the process that handed over, so that its end can be told from that of any other parent. */
const HANDED_OVER_BY = 'TALLYDOCK_HANDED_OVER_BY'

if (Number.parseInt(process.versions.node, 10) >= OLDEST_MAJOR) {
  if (process.env[HANDED_OVER_BY] === String(process.ppid)) endWithParent()
  else whenNpmShellIsGone(process.env, () => process.kill(process.pid, 'SIGTERM'))
  // Compiled code kept from the last start saves a third of this one, of its threads and of every copying process, which find
  // it by the variable. A folder that cannot be written is no harm.
  process.env.NODE_COMPILE_CACHE ??= join(
    import.meta.dirname,
    '..',
    '..',
    'node_modules',
    '.cache',
    'tallydock',
  )
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
  await import('./main.ts')
} else {
  handOver()
}

function endWithParent() {
  delete process.env[HANDED_OVER_BY]
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
  // Listening alone would keep an otherwise finished command alive.
  process.channel?.unref()
}

function handOver() {
  const child = spawn(pinnedNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, [HANDED_OVER_BY]: String(process.pid) },
  })
  // A terminal sends Ctrl-C and its hang-up to both processes itself; passing it on would make it two.
  const fromTerminal = [0, 1, 2].some((fd) => isatty(fd))
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT'])
    process.on(signal, () => {
      if (signal === 'SIGTERM' || !fromTerminal) child.kill(signal)
    })
  whenNpmShellIsGone(process.env, () => child.kill('SIGTERM'))
  child.on('error', (error) => giveUp(error.message))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

function pinnedNode() {
  try {
    const folder = dirname(module.createRequire(import.meta.url).resolve('node/package.json'))
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  } catch (error) {
    return giveUp(error.message)
  }
}

function giveUp(cause) {
  const need = `Tallydock needs Node ${OLDEST_MAJOR} and this is ${process.version}`
  console.error(
    `${need}; the one it brings along is missing. Run "npm ci" in its folder. (${cause.split('\n')[0]})`,
  )
  process.exit(1)
}
