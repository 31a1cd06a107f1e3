import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { fail, ok } from '../lifecycle/outcome.ts'
import type { Log } from '../ports/log.ts'
import type { HostedProcess, ProcessHost, ProgramName } from '../ports/process-host.ts'

const PROGRAMS: Readonly<Record<ProgramName, URL>> = {
  copy: new URL('../station/copy-program.ts', import.meta.url),
  usb: new URL('../station/usb-program.ts', import.meta.url),
}

/**
 * Each small file a copy stores waits for the disk in a thread of its own, and disks sync many as fast as one; libuv's
 * four would leave them waiting for each other. Threads that wait cost next to nothing.
 */
const WAITING_THREADS = '32'

/** Programs as child processes of this one. A child ends by itself when this process is gone, however it went. */
export function nodeProcessHost(log: Log): ProcessHost {
  return {
    start(program, { label, onMessage, onExit }) {
      const child = fork(fileURLToPath(PROGRAMS[program]), [], {
        // Neither input nor output of its own: what it has to say are messages and log lines.
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        serialization: 'advanced',
        execArgv: [],
        env: { ...process.env, UV_THREADPOOL_SIZE: WAITING_THREADS },
      })
      if (child.pid === undefined)
        return fail(
          'process-not-started',
          'The system starts no more processes. Close other programs and try again.',
        )
      let ended = false
      const end = (exit: Parameters<typeof onExit>[0]) => {
        if (ended) return
        ended = true
        onExit(exit)
      }
      child.on('message', onMessage)
      child.on('error', (error) =>
        log.warn('A process of ours could not be reached.', { label, error: error.message }),
      )
      child.on('exit', (code, signal) => {
        // Messages sent before the end are still on the way; `disconnect` comes after them.
        if (!child.connected) end({ code, signal })
        else child.once('disconnect', () => end({ code, signal }))
      })
      const hosted: HostedProcess = {
        pid: child.pid,
        send(message) {
          if (!child.connected) return
          child.send(message as object, (error) => {
            if (error !== null) log.debug('A message reached no process.', { label, error: error.message })
          })
        },
        end: () => void child.kill('SIGTERM'),
        kill: () => void child.kill('SIGKILL'),
      }
      return ok(hosted)
    },
  }
}
