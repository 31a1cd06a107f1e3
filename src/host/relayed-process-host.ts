import { ok } from '../lifecycle/outcome.ts'
import type { HostedProcess, ProcessHost, ProcessOptions } from '../ports/process-host.ts'
import type { FromEngineProcess, ToEngineProcess } from './shell-messages.ts'

export interface RelayedProcessHost extends ProcessHost {
  /** What main says about processes; other messages are no concern of this. */
  hear(message: ToEngineProcess): void
}

/**
 * Programs in processes of their own, asked of Electron's main process: only main can start them. The port answers at once,
 * so a process that main cannot start ends with neither code nor signal, and `pid` is 0 until main has told it.
 */
export function relayedProcessHost(tell: (message: FromEngineProcess) => void): RelayedProcessHost {
  const running = new Map<number, { readonly options: ProcessOptions; pid: number }>()
  let started = 0
  return {
    start(program, options) {
      const process = ++started
      const one = { options, pid: 0 }
      running.set(process, one)
      tell({ kind: 'process-start', process, program, label: options.label })
      const say = (message: FromEngineProcess) => {
        if (running.has(process)) tell(message)
      }
      const hosted: HostedProcess = {
        get pid() {
          return one.pid
        },
        send: (message) => say({ kind: 'process-send', process, message }),
        end: () => say({ kind: 'process-end', process, how: 'end' }),
        kill: () => say({ kind: 'process-end', process, how: 'kill' }),
      }
      return ok(hosted)
    },
    hear(message) {
      if (!('process' in message)) return
      const one = running.get(message.process)
      if (one === undefined) return
      switch (message.kind) {
        case 'process-started':
          one.pid = message.pid
          return
        case 'process-message':
          one.options.onMessage(message.message)
          return
        case 'process-ended':
          running.delete(message.process)
          one.options.onExit({ code: message.code, signal: null })
      }
    },
  }
}
