/** Entry of the engine's process under Electron (see `host/engine-process.ts`). Arguments as of `tallydock station`. */
import process from 'node:process'
import { parentPort, runEngineProcess } from '../host/engine-process.ts'
import { fail, ok } from '../lifecycle/outcome.ts'
import { startScreens } from '../station/screens/start-screens.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { readOptions, WrongUsage } from './command.ts'
import { STATION_OPTIONS, startHere } from './running-station.ts'

const { env } = process
const log = systemLog()
const world = { clock: systemClock, timers: systemTimers, ids: systemIds(systemClock), log }

await runEngineProcess({
  ...world,
  parent: parentPort(),
  async start(processes) {
    try {
      const { values } = readOptions(process.argv.slice(2), {
        ...STATION_OPTIONS,
        reset: { type: 'boolean' },
      })
      const started = await startHere(values, { env }, log, processes)
      if (!started.ok) return started
      const station = started.value
      const screens = startScreens({ ...world, station, practice: station.practice, env })
      const close = () => {
        screens.stop()
        return station.close()
      }
      return ok({ screen: screens, close })
    } catch (error) {
      if (!(error instanceof WrongUsage)) throw error
      return fail('wrong-usage', `${error.message} Start Tallydock with other options.`)
    }
  },
})
