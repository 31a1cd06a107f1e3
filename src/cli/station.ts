import { fileURLToPath } from 'node:url'
import { startBrowserHost } from '../host/browser-host.ts'
import { startScreens } from '../station/screens/start-screens.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { type Command, EXIT, readNumber, readOptions, tellFailure } from './command.ts'
import { openBrowser } from './open-browser.ts'
import { STATION_OPTIONS, startHere } from './running-station.ts'

/** The built window: `npm run build:renderer`. */
const RENDERER_DIR = fileURLToPath(new URL('../../dist/renderer/', import.meta.url))

export const command: Command = {
  help: `tallydock station [--data DIR | --practice [--reset]] [--service URL [--ca FILE]] [--port N] [--no-open]

Runs until it is told to stop: receives, copies the drives in its bays, prints, and shows the window to browsers on this
machine. For an embedded service it prints "service ready <url>" and "ca <path>"; then "station ready <url>". The url lets
one browser in, once, within five minutes. --port is the window's, any free one unless told. With --service the token is
read from TALLYDOCK_TOKEN.

It opens the browser where there is a screen, unless told --no-open. --practice is a dock on which nothing is real, with
its own data folder; --reset empties that folder first.`,
  async run(args, io) {
    const { values } = readOptions(args, {
      ...STATION_OPTIONS,
      port: { type: 'string' },
      reset: { type: 'boolean' },
      'no-open': { type: 'boolean' },
    })
    const port = readNumber('port', values.port, 0, 65_535) ?? 0
    const started = await startHere(values, io)
    if (!started.ok) return tellFailure(io, started.failure)
    const station = started.value
    // The first box may be scanned as soon as the screen shows: what the service has ordered must be known by then.
    await station.firstExchange
    const world = { clock: systemClock, timers: systemTimers, ids: systemIds(systemClock), log: systemLog() }
    const screens = startScreens({ ...world, station, practice: station.practice, env: io.env })
    try {
      const host = await startBrowserHost({
        ...world,
        serving: { engine: screens },
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
      if (values['no-open'] !== true) openBrowser(host.value.link(), io.env, world.log)
      await io.ending
      await host.value.stop()
      return EXIT.done
    } finally {
      screens.stop()
      await station.close()
    }
  },
}
