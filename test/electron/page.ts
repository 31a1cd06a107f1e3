import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import type { MessagePort } from 'node:worker_threads'
import { PORT_HANDED_OVER } from '../../src/contract/shell.ts'
import { ScreenWindow } from '../fakes/screen-window.ts'
import type { StandIn, StandInContents } from './stand-in.ts'

const PRELOAD = new URL('../../electron/preload.cjs', import.meta.url)

/** A page with its real preload script, which runs as Electron runs it in a sandbox: 'electron' and nothing else. */
export class StandInPage {
  /** What the preload script put on the page's window. */
  readonly exposed: Record<string, unknown> = {}
  readonly required: string[] = []
  readonly #handedOver: ((port: MessagePort) => void)[] = []

  constructor(standIn: StandIn, contents: StandInContents) {
    const ipcRenderer = {
      on: (channel: string, listener: (event: unknown) => void) => contents.toPreload.on(channel, listener),
      send: (channel: string, ...args: unknown[]) =>
        standIn.electron.ipcMain.emit(
          channel,
          { sender: contents, senderFrame: contents.mainFrame },
          ...args,
        ),
    }
    const contextBridge = {
      exposeInMainWorld: (name: string, members: unknown) => Object.assign(this.exposed, { [name]: members }),
    }
    runInNewContext(readFileSync(PRELOAD, 'utf8'), {
      require: (name: string) => {
        this.required.push(name)
        if (name !== 'electron') throw new Error(`a sandboxed script cannot require ${name}`)
        return { ipcRenderer, contextBridge }
      },
      postMessage: (message: unknown, _target: string, ports: readonly MessagePort[]) => {
        const [port] = ports
        if (message === PORT_HANDED_OVER && port !== undefined) this.#handedOver.shift()?.(port)
      },
    })
  }

  /** Asks for a line to the engine, and waits until there is one. */
  connect(): Promise<ScreenWindow> {
    const handed = new Promise<ScreenWindow>((resolve) => {
      this.#handedOver.push((port) => resolve(windowOver(port)))
    })
    this.ask()
    return handed
  }

  ask(): void {
    const { askForPort } = this.exposed.tallydock as { askForPort(): void }
    askForPort()
  }
}

export function windowOver(port: MessagePort): ScreenWindow {
  const window = new ScreenWindow()
  window.opened({ send: (message) => port.postMessage(message), close: () => port.close() })
  port.on('message', (message) => window.received(message))
  port.on('close', () => window.lost())
  return window
}
