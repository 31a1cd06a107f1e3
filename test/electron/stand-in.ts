/**
 * A stand-in for the module 'electron' in tests: records what the shell asks for, and lets a test be the person, the page
 * and the system. Its members have Electron's own types, so that it does not compile when Electron's interface moves away
 * from it. Processes run in this one unless a test gives them a program of their own; ports are real channels.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { ParentPort } from '../../src/host/engine-process.ts'
import type { ElectronPort } from '../../src/host/message-port-wire.ts'
import { standInPort } from '../host/stand-in-port.ts'

/** What runs in a utility process: a function in this process, or the file of a real one. */
export type Program =
  | ((parent: ParentPort, args: readonly string[]) => Promise<void>)
  | { readonly file: string }

/** An event that can be prevented, and remembers it. */
export class StandInEvent {
  defaultPrevented = false
  preventDefault(): void {
    this.defaultPrevented = true
  }
}

type AppMembers = Pick<
  Electron.App,
  'isPackaged' | 'enableSandbox' | 'getPath' | 'setPath' | 'requestSingleInstanceLock' | 'whenReady' | 'quit'
>

class StandInApp extends EventEmitter implements AppMembers {
  isPackaged = true
  hasLock = true
  sandboxed = false
  hasQuit = false
  readonly paths = new Map<string, string>([['appData', '/profiles']])
  ready: Promise<void> = Promise.resolve()

  enableSandbox(): void {
    this.sandboxed = true
  }
  getPath(name: string): string {
    return this.paths.get(name) ?? ''
  }
  setPath(name: string, path: string): void {
    this.paths.set(name, path)
  }
  requestSingleInstanceLock(): boolean {
    return this.hasLock
  }
  whenReady(): Promise<void> {
    return this.ready
  }
  quit(): void {
    const event = new StandInEvent()
    this.emit('before-quit', event)
    if (!event.defaultPrevented) this.hasQuit = true
  }
}

type ContentsMembers = Pick<
  Electron.WebContents,
  'forcefullyCrashRenderer' | 'isDestroyed' | 'postMessage' | 'reload' | 'setWindowOpenHandler'
>

/** One page's side in main. */
export class StandInContents extends EventEmitter implements ContentsMembers {
  readonly mainFrame = { parent: null, url: '' }
  destroyed = false
  openHandler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0] | undefined
  /** Every page that was loaded, oldest first. */
  readonly loads: Promise<Response>[] = []
  /** What reaches the page's preload script. */
  readonly toPreload = new EventEmitter()
  readonly #load: (url: string) => Promise<Response>

  constructor(load: (url: string) => Promise<Response>) {
    super()
    this.#load = load
  }

  forcefullyCrashRenderer(): void {
    this.emit('render-process-gone', new StandInEvent(), { reason: 'crashed', exitCode: 1 })
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
  postMessage(channel: string, _message: unknown, ports?: Electron.MessagePortMain[]): void {
    const carried = (ports ?? []).map((port) => (port as unknown as StandInMainPort).node)
    this.toPreload.emit(channel, { ports: carried })
  }
  reload(): void {
    void this.load(this.mainFrame.url)
  }
  setWindowOpenHandler(handler: Parameters<Electron.WebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler
  }

  async load(url: string): Promise<void> {
    this.mainFrame.url = url
    const load = this.#load(url)
    this.loads.push(load)
    await load
    this.emit('did-finish-load')
  }
}

type WindowMembers = Pick<
  Electron.BrowserWindow,
  'focus' | 'isDestroyed' | 'isMinimized' | 'loadURL' | 'restore' | 'show'
>

export class StandInWindow extends EventEmitter implements WindowMembers {
  readonly options: Electron.BrowserWindowConstructorOptions
  readonly webContents: StandInContents
  shown = false
  minimized = false
  focused = 0

  constructor(options: Electron.BrowserWindowConstructorOptions, contents: StandInContents) {
    super()
    this.options = options
    this.webContents = contents
  }

  focus(): void {
    this.focused++
  }
  isDestroyed(): boolean {
    return this.webContents.destroyed
  }
  isMinimized(): boolean {
    return this.minimized
  }
  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url)
    this.emit('ready-to-show')
  }
  restore(): void {
    this.minimized = false
  }
  show(): void {
    this.shown = true
  }
}

/** A port as main has it. `node` is what it is made of, for the page, which sees a port of its own kind. */
interface StandInMainPort extends ElectronPort {
  readonly node: MessagePort
}

function mainPort(node: MessagePort): StandInMainPort {
  return { ...standInPort(node), node }
}

type ProcessMembers = Pick<Electron.UtilityProcess, 'kill' | 'postMessage' | 'pid'>

class StandInProcess extends EventEmitter implements ProcessMembers {
  pid: number | undefined
  ended = false
  readonly modulePath: string
  readonly args: readonly string[]
  readonly options: Electron.ForkOptions
  /** What main said to it. */
  readonly heard: unknown[] = []
  readonly #ports: StandInMainPort[] = []
  readonly #parent = new EventEmitter()
  #real: ChildProcess | undefined

  constructor(modulePath: string, args: readonly string[], options: Electron.ForkOptions, program: Program) {
    super()
    this.modulePath = modulePath
    this.args = args
    this.options = options
    if (typeof program === 'function') this.#runHere(program)
    else this.#runApart(program.file)
  }

  kill(): boolean {
    if (this.#real !== undefined) return this.#real.kill()
    this.end(15)
    return true
  }

  postMessage(message: unknown, ports: Electron.MessagePortMain[] = []): void {
    const carried = ports as unknown as StandInMainPort[]
    this.heard.push(message)
    this.#ports.push(...carried)
    if (this.#real !== undefined) this.#real.send(message as object)
    else this.#parent.emit('message', { data: structuredClone(message), ports: carried })
  }

  /** It is gone, with its ends of every channel. */
  end(code: number): void {
    if (this.ended) return
    this.ended = true
    for (const port of this.#ports) port.close()
    this.emit('exit', code)
  }

  #runHere(program: Exclude<Program, { file: string }>): void {
    const parent: ParentPort = {
      postMessage: (message) => {
        const copy: unknown = structuredClone(message)
        queueMicrotask(() => this.ended || this.emit('message', copy))
      },
      on: (event, listener) => this.#parent.on(event, listener),
    }
    queueMicrotask(async () => {
      this.emit('spawn')
      // As in Electron, a process with nothing left to do goes on until it is ended.
      await program(parent, this.args)
    })
  }

  #runApart(file: string): void {
    const real = fork(file, [], { serialization: 'advanced', execArgv: [] })
    this.#real = real
    this.pid = real.pid
    real.once('spawn', () => this.emit('spawn'))
    real.on('message', (message) => this.emit('message', message))
    real.once('exit', (code) => this.end(code ?? 9))
  }
}

interface Asked {
  readonly options: Electron.MessageBoxOptions
  answer(button: number): void
}

/** A whole Electron for one test. */
export function createStandIn() {
  const app = new StandInApp()
  const windows: StandInWindow[] = []
  const processes: StandInProcess[] = []
  const programs = new Map<string, Program>()
  const schemes: Electron.CustomScheme[] = []
  const handlers = new Map<string, Parameters<Electron.Protocol['handle']>[1]>()
  const permission = new EventEmitter() as EventEmitter & {
    request?: Parameters<Electron.Session['setPermissionRequestHandler']>[0]
    check?: Parameters<Electron.Session['setPermissionCheckHandler']>[0]
    device?: Parameters<Electron.Session['setDevicePermissionHandler']>[0]
    display?: Parameters<Electron.Session['setDisplayMediaRequestHandler']>[0]
    beforeRequest?: (details: { url: string }, answer: (response: Electron.CallbackResponse) => void) => void
  }
  const blockers = new Set<number>()
  const blocked: string[] = []
  const asked: Asked[] = []
  let menu: unknown = 'the default menu'

  const load = async (url: string): Promise<Response> => {
    const { protocol } = new URL(url)
    const handler = handlers.get(protocol.slice(0, -1))
    if (handler === undefined) throw new Error(`nothing serves ${url}`)
    return handler(new Request(url) as Parameters<typeof handler>[0])
  }

  class BrowserWindow extends StandInWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super(options, new StandInContents(load))
      windows.push(this)
      app.emit('web-contents-created', new StandInEvent(), this.webContents)
    }
  }

  class MessageChannelMain {
    readonly port1: StandInMainPort
    readonly port2: StandInMainPort
    constructor() {
      const { port1, port2 } = new MessageChannel()
      this.port1 = mainPort(port1)
      this.port2 = mainPort(port2)
    }
  }

  const electron = {
    app,
    BrowserWindow,
    MessageChannelMain,
    ipcMain: new EventEmitter(),
    Menu: {
      setApplicationMenu(given) {
        menu = given
      },
    } satisfies Pick<typeof Electron.Menu, 'setApplicationMenu'>,
    protocol: {
      registerSchemesAsPrivileged: (given) => void schemes.push(...given),
      handle: (scheme, handler) => void handlers.set(scheme, handler),
    } satisfies Pick<Electron.Protocol, 'registerSchemesAsPrivileged' | 'handle'>,
    session: {
      defaultSession: Object.assign(
        permission,
        {
          setPermissionRequestHandler(handler) {
            permission.request = handler
          },
          setPermissionCheckHandler(handler) {
            permission.check = handler
          },
          setDevicePermissionHandler(handler) {
            permission.device = handler
          },
          setDisplayMediaRequestHandler(handler) {
            permission.display = handler
          },
        } satisfies Pick<
          Electron.Session,
          | 'setPermissionRequestHandler'
          | 'setPermissionCheckHandler'
          | 'setDevicePermissionHandler'
          | 'setDisplayMediaRequestHandler'
        >,
        {
          webRequest: {
            onBeforeRequest(handler: NonNullable<typeof permission.beforeRequest>) {
              permission.beforeRequest = handler
            },
          },
        },
      ),
    },
    utilityProcess: {
      fork(modulePath: string, args: string[] = [], options: Electron.ForkOptions = {}) {
        const program = programs.get(modulePath)
        if (program === undefined) throw new Error(`no program for ${modulePath}`)
        const process = new StandInProcess(modulePath, args, options, program)
        processes.push(process)
        return process
      },
    },
    powerMonitor: new EventEmitter(),
    powerSaveBlocker: {
      start(type) {
        blocked.push(type)
        blockers.add(blocked.length)
        return blocked.length
      },
      stop: (id) => blockers.delete(id),
    } satisfies Pick<Electron.PowerSaveBlocker, 'start' | 'stop'>,
    dialog: {
      showMessageBox: (_window: unknown, options: Electron.MessageBoxOptions) =>
        new Promise<Electron.MessageBoxReturnValue>((resolve) => {
          asked.push({ options, answer: (response) => resolve({ response, checkboxChecked: false }) })
        }),
    },
  }
  return {
    electron,
    app,
    windows,
    processes,
    programs,
    schemes,
    handlers,
    permission,
    blocked,
    blockers,
    asked,
    load,
    get menu() {
      return menu
    },
  }
}

export type StandIn = ReturnType<typeof createStandIn>
