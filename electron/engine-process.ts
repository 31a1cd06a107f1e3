import { MessageChannelMain, type UtilityProcess, utilityProcess, type WebContents } from 'electron'
import { PORT_HANDED_OVER } from '../src/contract/shell.ts'
import {
  type FromEngineProcess,
  fromEngineProcess,
  type ToEngineProcess,
} from '../src/host/shell-messages.ts'
import { ENGINE } from './place.ts'
import { ShellProcessHost } from './process-host.ts'
import { RestartRule } from './restart-rule.ts'
import { FIRST_START_ONLY } from './station-args.ts'

/** An engine that is told to stop finishes what it writes; after this it is ended. */
const STOPPING_MS = 15_000

export interface EngineFailure {
  readonly code: string
  readonly sentence: string
}

export interface EngineEvents {
  /** Drives that are being copied now. */
  readonly onCopying: (drives: number) => void
  /** There is no engine and there will be none until a person acts. */
  readonly onRefused: (failure: EngineFailure) => void
}

/**
 * The engine in its process. One that ends by itself is started again, after its copies have ended too; windows see their
 * port close, ask again, and get a port to the new one.
 */
export class EngineProcess {
  #args: readonly string[]
  readonly #events: EngineEvents
  readonly #restarts = new RestartRule()
  #child: UtilityProcess | undefined
  #processes: ShellProcessHost | undefined
  #ready = false
  #final = false
  /** Windows that asked while no engine was ready. */
  readonly #waiting = new Set<WebContents>()

  /** `args`: as of `tallydock station`. */
  constructor(args: readonly string[], events: EngineEvents) {
    this.#args = args
    this.#events = events
  }

  start(): void {
    const child = utilityProcess.fork(ENGINE, [...this.#args], {
      serviceName: 'Tallydock engine',
      stdio: 'inherit',
    })
    this.#args = this.#args.filter((arg) => arg !== FIRST_START_ONLY)
    this.#child = child
    this.#ready = false
    const processes = new ShellProcessHost((message) => this.#tell(child, message))
    this.#processes = processes
    child.on('message', (data: unknown) => {
      const message = fromEngineProcess.safeParse(data)
      if (message.success) this.#hear(message.data, child, processes)
      else console.error('the engine said something that is not of the contract')
    })
    child.once('exit', (code) => void this.#ended(processes, code))
  }

  /** Hands a window its port to the engine, now or as soon as there is one. */
  handTo(contents: WebContents): void {
    if (this.#child === undefined || !this.#ready) {
      this.#waiting.add(contents)
      return
    }
    if (contents.isDestroyed()) return
    const { port1, port2 } = new MessageChannelMain()
    this.#child.postMessage({ kind: 'window' } satisfies ToEngineProcess, [port1])
    contents.postMessage(PORT_HANDED_OVER, null, [port2])
  }

  /** Resolves when engine and copies have ended. */
  async stop(): Promise<void> {
    this.#final = true
    const child = this.#child
    if (child === undefined) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    this.#tell(child, { kind: 'stop' })
    const impatience = setTimeout(() => child.kill(), STOPPING_MS)
    await ended
    clearTimeout(impatience)
    await this.#processes?.endAll()
  }

  #hear(message: FromEngineProcess, child: UtilityProcess, processes: ShellProcessHost): void {
    switch (message.kind) {
      case 'ready': {
        this.#ready = true
        const waiting = [...this.#waiting]
        this.#waiting.clear()
        for (const contents of waiting) this.handTo(contents)
        return
      }
      case 'refused':
        this.#final = true
        this.#events.onRefused(message.failure)
        return
      case 'stopped':
        child.kill()
        return
      case 'copying':
        this.#events.onCopying(message.drives)
        return
      default:
        processes.obey(message)
    }
  }

  async #ended(processes: ShellProcessHost, code: number): Promise<void> {
    this.#child = undefined
    this.#ready = false
    if (this.#final) return
    console.error(`the engine ended by itself (exit code ${code})`)
    await processes.endAll()
    this.#events.onCopying(0)
    const pauseMs = this.#restarts.ended(Date.now())
    if (pauseMs !== 'give-up') {
      setTimeout(() => {
        if (!this.#final) this.start()
      }, pauseMs)
      return
    }
    const sentence =
      'The engine of this station ends again and again. Nothing scanned is lost: look at its log, then start Tallydock anew.'
    this.#events.onRefused({ code: 'engine-keeps-ending', sentence })
  }

  #tell(child: UtilityProcess, message: ToEngineProcess): void {
    // To one that has ended there is nothing left to say.
    if (this.#child === child) child.postMessage(message)
  }
}
