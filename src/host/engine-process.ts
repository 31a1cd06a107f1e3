import process from 'node:process'
import type { Outcome } from '../lifecycle/outcome.ts'
import type { Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { ProcessHost } from '../ports/process-host.ts'
import type { ScreenEngine } from './engine.ts'
import { type ElectronPort, electronPortWire } from './message-port-wire.ts'
import { relayedProcessHost } from './relayed-process-host.ts'
import { type Session, serveWindow } from './session.ts'
import { type FromEngineProcess, type ToEngineProcess, toEngineProcess } from './shell-messages.ts'

/** `process.parentPort` of an Electron utility process, as far as it is needed here. */
export interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown; ports: ElectronPort[] }) => void): unknown
}

/** The port to main of this process, which is a utility process of Electron. */
export function parentPort(): ParentPort {
  return (process as typeof process & { readonly parentPort: ParentPort }).parentPort
}

/** A started engine as a process hosts it. */
export interface HostedEngine {
  readonly screen: ScreenEngine
  close(): Promise<void>
}

export interface EngineProcessParts {
  readonly parent: ParentPort
  /** Starts the engine; its copies run in processes of `processes`. */
  readonly start: (processes: ProcessHost) => Promise<Outcome<HostedEngine>>
  readonly timers: Timers
  readonly log: Log
}

/** What a bay does that neither sleep nor a careless quit may interrupt. */
const COPYING = ['opening', 'copying', 'proving']

/**
 * Runs an engine in a process under Electron's main: serves the windows whose ports main hands over, says how many drives
 * are being copied, and stops when told to: it says that it has nothing left to do, and main ends the process. Knows nothing of Electron but
 * the form of its ports.
 */
export async function runEngineProcess({ parent, start, timers, log }: EngineProcessParts): Promise<void> {
  const { promise: told, resolve: stop } = Promise.withResolvers<void>()
  const tell = (message: FromEngineProcess) => parent.postMessage(message)
  const processes = relayedProcessHost(tell)
  const sessions = new Set<Session>()
  /** Windows that came before the engine was there. */
  const early: ElectronPort[] = []
  let serve = (port: ElectronPort): void => void early.push(port)

  const obey = (message: ToEngineProcess, ports: readonly ElectronPort[]) => {
    if (message.kind === 'window') for (const port of ports) serve(port)
    else if (message.kind === 'stop') stop()
    else processes.hear(message)
  }
  parent.on('message', ({ data, ports }) => {
    const message = toEngineProcess.safeParse(data)
    if (message.success) obey(message.data, ports)
    else log.error('main said something that is not of the contract')
  })

  const started = await start(processes)
  if (!started.ok) {
    const { code, sentence } = started.failure
    tell({ kind: 'refused', failure: { code, sentence } })
    tell({ kind: 'stopped' })
    return
  }
  const { screen: engine, close } = started.value
  serve = (port) => {
    const session = serveWindow(electronPortWire(port), { engine, timers, log })
    sessions.add(session)
    void session.ended.then(() => sessions.delete(session))
  }
  for (const port of early) serve(port)
  tell({ kind: 'ready' })
  const watching = watchCopying(engine, (drives) => tell({ kind: 'copying', drives }))

  await told
  watching.stop()
  for (const session of [...sessions]) session.end('engine-stopping')
  await close()
  tell({ kind: 'stopped' })
}

/** Tells the number of drives that are being copied, when it changes. */
function watchCopying(engine: ScreenEngine, tell: (drives: number) => void): { stop(): void } {
  let known = 0
  const look = () => {
    const { bays } = engine.topic('bays').state
    const drives = bays.filter(({ phase }) => COPYING.includes(phase)).length
    if (drives === known) return
    known = drives
    tell(drives)
  }
  const watching = engine.onTopic((name) => {
    if (name === 'bays') look()
  })
  look()
  return watching
}
