import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ENGINE, PROGRAM, WINDOW_URL } from '../../electron/place.ts'
import { TOPICS } from '../../src/contract/screen.ts'
import { fail, ok } from '../../src/lifecycle/outcome.ts'
import { FakeScreenEngine } from '../fakes/screen-engine.ts'
import { eventually } from '../host/eventually.ts'
import { wireSuite } from '../suites/wire.ts'
import { openShell } from './shell.ts'

wireSuite('a port the shell hands over', async ({ engine, timers, log }) => {
  const { page, standIn } = await openShell({
    timers,
    log,
    start: () => ok({ screen: engine, close: () => Promise.resolve() }),
  })
  return {
    connect: () => page.connect(),
    hostile: [(window) => window.send(new Map([['kind', 'hello']]))],
    async stop() {
      standIn.app.quit()
      await eventually(() => standIn.app.hasQuit).toBe(true)
    },
  }
})

describe('the engine under the shell', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('runs in a process of its own and gets the arguments of the station', async () => {
    const { standIn } = await openShell({
      argv: ['--practice', '--data', '/dock', '--no-zygote', '--service=https://service:1', 'file'],
    })

    expect(standIn.processes).toHaveLength(1)
    expect(standIn.processes[0]).toMatchObject({
      modulePath: ENGINE,
      args: ['--data', '/dock', '--service', 'https://service:1', '--practice'],
    })
  })

  it('empties a practice dock when the shell starts, and never when it is started again', async () => {
    const { standIn } = await openShell({ argv: ['--practice', '--reset'] })

    standIn.processes[0]?.end(1)
    await vi.advanceTimersByTimeAsync(0)

    expect(standIn.processes.map(({ args }) => args)).toEqual([['--practice', '--reset'], ['--practice']])
  })

  it('gets a window that asked before it was ready', async () => {
    const starting = Promise.withResolvers<void>()
    const { page } = await openShell({
      async start() {
        await starting.promise
        return ok({ screen: new FakeScreenEngine('late'), close: () => Promise.resolve() })
      },
    })
    const connecting = page.connect()
    page.ask()
    page.ask()
    starting.resolve()

    const window = await (await connecting).hello()

    expect(window.messages[0]).toMatchObject({ kind: 'welcome', engine: 'late' })
  })

  it('is started again when it ends by itself; the window is told by its port and finds the new one', async () => {
    const { standIn, page, engines } = await openShell()
    const before = await (await page.connect()).hello()
    engines[0]?.change('station', { unsent: 7 })

    standIn.processes[0]?.end(139)
    await before.untilClosed()
    const connecting = page.connect()
    await vi.advanceTimersByTimeAsync(0)
    const after = await (await connecting).hello()

    await after.until(() => TOPICS.every((topic) => after.told(topic).length === 1))
    expect(after.messages[0]).toMatchObject({ kind: 'welcome', engine: 'engine-2' })
    expect(standIn.processes).toHaveLength(2)
  })

  it('is not started before its copies have ended', async () => {
    const { standIn, hosts } = await openShell({
      prepare: ({ programs }) =>
        programs.set(PROGRAM, { file: new URL('./endless-program.ts', import.meta.url).pathname }),
    })
    await within(() => expect(hosts).toHaveLength(1))
    hosts[0]?.start('copy', { label: 'copy', onMessage: () => undefined, onExit: () => undefined })
    await within(() => expect(standIn.processes[1]?.pid).toBeDefined())
    const copy = standIn.processes[1]
    const order: string[] = []
    copy?.once('exit', () => order.push('copy ended'))

    standIn.processes[0]?.end(1)
    await within(async () => {
      await vi.advanceTimersByTimeAsync(1)
      expect(standIn.processes).toHaveLength(3)
    })
    order.push('engine started')

    expect(order).toEqual(['copy ended', 'engine started'])
  })

  it('is given up when it ends again and again, and the window says so', async () => {
    const { standIn, window } = await openShell()

    for (let ends = 0; ends < 5; ends++) {
      await within(() => expect(standIn.processes).toHaveLength(ends + 1))
      standIn.processes[ends]?.end(1)
      await vi.advanceTimersByTimeAsync(5_000)
    }

    expect(standIn.processes).toHaveLength(5)
    expect(await shownBy(window)).toContain('ends again and again')
  })

  it('may end now and then for as long as it likes', async () => {
    const { standIn } = await openShell()

    for (let ends = 0; ends < 20; ends++) {
      standIn.processes[ends]?.end(1)
      await vi.advanceTimersByTimeAsync(30_000)
    }

    expect(standIn.processes).toHaveLength(21)
  })

  it('that refuses to start is not started again; the window says why', async () => {
    const { standIn, window } = await openShell({
      start: () => fail('data-folder-in-use', 'Process 4711 uses it. End that station first.'),
    })

    await within(async () => expect(await shownBy(window)).toContain('Process 4711 uses it.'))

    expect(await shownBy(window)).toContain('Another station is running on this data folder')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(standIn.processes).toHaveLength(1)
    standIn.app.quit()
    await within(() => expect(standIn.app.hasQuit).toBe(true))
  })

  it('is not troubled by nonsense from its process', async () => {
    const { standIn, page } = await openShell()
    const [engine] = standIn.processes

    for (const nonsense of [undefined, 'ready?', { kind: 'process-start' }, { kind: 'quit' }])
      engine?.emit('message', nonsense)

    await (await page.connect()).hello()
  })
})

describe('a window that ends', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('is loaded anew after a crash, and finds its engine again', async () => {
    const { window, page, engines } = await openShell()
    const before = await (await page.connect()).hello()

    window.webContents.forcefullyCrashRenderer()
    before.close()
    await vi.advanceTimersByTimeAsync(0)

    expect(window.webContents.loads).toHaveLength(2)
    const after = await (await page.connect()).hello()
    expect(after.messages[0]).toMatchObject({ engine: 'engine-1' })
    expect(engines).toHaveLength(1)
  })

  it('is ended when it hangs, and comes back', async () => {
    const { window } = await openShell()

    window.webContents.emit('unresponsive')
    await vi.advanceTimersByTimeAsync(0)

    expect(window.webContents.loads).toHaveLength(2)
  })

  it('is given up when it ends again and again', async () => {
    const { standIn, window } = await openShell()

    for (let ends = 0; ends < 5; ends++) {
      window.webContents.forcefullyCrashRenderer()
      await vi.advanceTimersByTimeAsync(5_000)
    }

    await within(() => expect(standIn.app.hasQuit).toBe(true))
  })
})

/** What the page shows that was loaded last. */
async function shownBy(window: { webContents: { loads: Promise<Response>[]; mainFrame: { url: string } } }) {
  expect(window.webContents.mainFrame.url).toBe(WINDOW_URL)
  const page = await window.webContents.loads.at(-1)
  return page?.clone().text()
}

/** Waits for real threads and processes while the timers of the shell stand still or are told to go on. */
function within<T>(look: () => T) {
  return vi.waitFor(look, { timeout: 30_000, interval: 5 })
}
