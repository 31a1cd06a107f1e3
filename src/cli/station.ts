import { fileURLToPath } from 'node:url'
import { buildWindow } from '../host/built-window.ts'
import { windowSessionKey } from '../host/session-key.ts'
import { startScreens } from '../station/screens/start-screens.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { type CliIo, type Command, EXIT, readNumber, readOptions, tellFailure } from './command.ts'
import { dataDir } from './data-dir.ts'
import { hasBrowser, openBrowser } from './open-browser.ts'
import { STATION_OPTIONS, startHere } from './running-station.ts'

/** The built window. */
const RENDERER_DIR = fileURLToPath(new URL('../../dist/renderer/', import.meta.url))

export const command: Command = {
  help: `tallydock station [--data DIR | --practice [--reset]] [--service URL [--ca FILE]] [--port N] [--no-open]
  [--forget-browsers]

Runs until it is told to stop: receives, copies the drives in its bays, prints, and shows the window to browsers on this
machine. For an embedded service it prints "service ready <url>" and "ca <path>"; then "station ready <url>". The url lets
one browser in, once, within five minutes. --port is the window's, any free one unless told. With --service the token is
read from TALLYDOCK_TOKEN.

A browser that was let in stays so for 30 days after it came last, over restarts on the same port; --forget-browsers
lets none of them in any more.

It opens the browser where there is a screen, unless told --no-open. A station that cannot start because another one
runs on the data folder prints "station refused <url>", says so on that page for at most 20 s, and exits with 1. --practice is a dock on which nothing is real, with
its own data folder; --reset empties that folder first.`,
  async run(args, io) {
    const { values } = readOptions(args, {
      ...STATION_OPTIONS,
      port: { type: 'string' },
      reset: { type: 'boolean' },
      'no-open': { type: 'boolean' },
      'forget-browsers': { type: 'boolean' },
    })
    const port = readNumber('port', values.port, 0, 65_535) ?? 0
    const world = { clock: systemClock, timers: systemTimers, ids: systemIds(systemClock), log: systemLog() }
    const opens = values['no-open'] !== true && hasBrowser(io.env)
    const open = (link: string) => {
      if (opens) openBrowser(link, io.env, world.log)
    }
    // The web server is loaded while the service's thread starts: each has a processor.
    const starting = startHere(values, io)
    const hosting = import('../host/browser-host.ts')
    const [started] = await Promise.all([starting, freshWindow(io)])
    // Somebody who starts a second station means to see one, wherever its screen is; other failures are the script's to read.
    if (!started.ok && !opens && started.failure.code !== 'data-folder-in-use')
      return tellFailure(io, started.failure)
    if (!started.ok) {
      const { showRefusal } = await import('./refused-station.ts')
      return showRefusal(io, { failure: started.failure, rendererDir: RENDERER_DIR, world, open })
    }
    const station = started.value
    // The first box may be scanned as soon as the screen shows: what the service has ordered must be known by then.
    await station.firstExchange
    const screens = startScreens({ ...world, station, practice: station.practice, env: io.env })
    try {
      const sessionKey = windowSessionKey(dataDir(values, io.env), world.ids, {
        forget: values['forget-browsers'] === true,
      })
      if (!sessionKey.ok) return await tellFailure(io, sessionKey.failure)
      const { startBrowserHost } = await hosting
      const host = await startBrowserHost({
        ...world,
        serving: { engine: screens },
        sessionKey: sessionKey.value,
        port,
        rendererDir: RENDERER_DIR,
      })
      if (!host.ok) return await tellFailure(io, host.failure)
      if (station.service !== undefined) {
        await io.out(`service ready ${station.service.url}`)
        await io.out(`ca ${station.service.caPath}`)
      }
      await io.out(`station ready ${host.value.link()}`)
      // A link of its own: the printed one stays good for whoever reads it.
      open(host.value.link())
      await io.ending
      await host.value.stop()
      return EXIT.done
    } finally {
      screens.stop()
      await station.close()
    }
  },
}

/** A window that could not be built is no reason for a dock to stand still: scans and copies go on without one. */
async function freshWindow(io: CliIo): Promise<void> {
  const build = await buildWindow(() => io.note('The window is built first; this takes a few seconds.'))
  if (build.state === 'not-built') io.note(`The window shown is old or missing, because ${build.because}.`)
}
