import { vi } from 'vitest'
import * as place from '../../electron/place.ts'
import { type HostedEngine, runEngineProcess } from '../../src/host/engine-process.ts'
import { type Outcome, ok } from '../../src/lifecycle/outcome.ts'
import type { Timers } from '../../src/ports/clock.ts'
import type { Log } from '../../src/ports/log.ts'
import type { ProcessHost } from '../../src/ports/process-host.ts'
import { FakeClock } from '../fakes/clock.ts'
import { FakeLog } from '../fakes/log.ts'
import { FakeScreenEngine } from '../fakes/screen-engine.ts'
import { StandInPage } from './page.ts'
import { createStandIn, type StandIn, type StandInWindow } from './stand-in.ts'

/** One run of the shell under a stand-in for Electron, with real engine processes around engines in memory. */
export interface Shell {
  readonly standIn: StandIn
  /** Every engine that was started, oldest first. */
  readonly engines: FakeScreenEngine[]
  /** The processes each engine may ask for copies. */
  readonly hosts: ProcessHost[]
  readonly window: StandInWindow
  readonly page: StandInPage
}

export interface ShellOptions {
  /** Before the shell runs. */
  readonly prepare?: (standIn: StandIn) => void
  /** The engine of the n-th start, from 0. */
  readonly start?: (nth: number) => Promise<Outcome<HostedEngine>> | Outcome<HostedEngine>
  readonly timers?: Timers
  readonly log?: Log
  readonly rendererDir?: string
  readonly argv?: readonly string[]
}

/** Starts `electron/main.ts` anew, as Electron does. Without a lock there is no window. */
export async function startShell(options: ShellOptions = {}): Promise<Omit<Shell, 'window' | 'page'>> {
  const standIn = createStandIn()
  const engines: FakeScreenEngine[] = []
  const hosts: ProcessHost[] = []
  standIn.programs.set(place.ENGINE, (parent) =>
    runEngineProcess({
      parent,
      timers: options.timers ?? new FakeClock(),
      log: options.log ?? new FakeLog(),
      async start(processes) {
        hosts.push(processes)
        const nth = hosts.length - 1
        if (options.start !== undefined) return options.start(nth)
        const engine = new FakeScreenEngine(`engine-${nth + 1}`)
        engines.push(engine)
        return ok({ screen: engine, close: () => Promise.resolve() })
      },
    }),
  )
  options.prepare?.(standIn)
  vi.resetModules()
  vi.doMock('electron', () => standIn.electron)
  vi.doMock('../../electron/place.ts', () => ({
    ...place,
    RENDERER_DIR: options.rendererDir ?? place.RENDERER_DIR,
  }))
  vi.spyOn(console, 'log').mockReturnValue()
  vi.spyOn(console, 'error').mockReturnValue()
  const { argv } = process
  process.argv = ['electron', ...(options.argv ?? [])]
  try {
    await import('../../electron/main.ts')
  } finally {
    process.argv = argv
  }
  await standIn.app.ready
  return { standIn, engines, hosts }
}

export async function openShell(options: ShellOptions = {}): Promise<Shell> {
  const shell = await startShell(options)
  const [window] = shell.standIn.windows
  if (window === undefined) throw new Error('the shell opened no window')
  return { ...shell, window, page: new StandInPage(shell.standIn, window.webContents) }
}
