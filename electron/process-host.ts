import { type UtilityProcess, utilityProcess } from 'electron'
import { type FromEngineProcess, PROGRAM_DONE, type ToEngineProcess } from '../src/host/shell-messages.ts'
import { PROGRAM } from './place.ts'

/** What an engine asks of the processes of its copies. */
export type ProcessOrder = Extract<FromEngineProcess, { process: number }>

/**
 * The processes one engine asked for: each a utility process of its own, so that a sick drive hangs neither the engine nor
 * the window. The other half is `src/host/relayed-process-host.ts`.
 */
export class ShellProcessHost {
  readonly #tell: (message: ToEngineProcess) => void
  readonly #running = new Map<number, UtilityProcess>()

  constructor(tell: (message: ToEngineProcess) => void) {
    this.#tell = tell
  }

  obey(order: ProcessOrder): void {
    switch (order.kind) {
      case 'process-start':
        this.#start(order)
        return
      case 'process-send':
        this.#running.get(order.process)?.postMessage(order.message)
        return
      case 'process-end': {
        const child = this.#running.get(order.process)
        if (order.how === 'end') child?.kill()
        else if (child !== undefined) killNow(child)
      }
    }
  }

  /** Ends them all and resolves when none is left: two processes must never write for one drive. */
  async endAll(): Promise<void> {
    const ends = [...this.#running.values()].map(async (child) => {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      killNow(child)
      await ended
    })
    await Promise.all(ends)
  }

  #start({ process, program, label }: Extract<ProcessOrder, { kind: 'process-start' }>): void {
    const child = utilityProcess.fork(PROGRAM, [program], {
      serviceName: label,
      stdio: ['ignore', 'ignore', 'inherit'],
    })
    this.#running.set(process, child)
    child.once('spawn', () => {
      if (child.pid !== undefined) this.#tell({ kind: 'process-started', process, pid: child.pid })
    })
    let done = false
    child.on('message', (message: unknown) => {
      if (message === PROGRAM_DONE) {
        done = true
        child.kill()
      } else this.#tell({ kind: 'process-message', process, message })
    })
    child.once('exit', (code) => {
      this.#running.delete(process)
      this.#tell({ kind: 'process-ended', process, code: done ? 0 : code })
    })
  }
}

/** Electron only asks a process to end; one that hangs in a dead drive does not listen. */
function killNow(child: UtilityProcess): void {
  if (child.pid === undefined) {
    child.kill()
    return
  }
  try {
    process.kill(child.pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
