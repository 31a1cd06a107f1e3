import { nodeProcessHost } from '../host/node-process-host.ts'
import type { Outcome } from '../lifecycle/outcome.ts'
import type { Log } from '../ports/log.ts'
import type { ProcessHost } from '../ports/process-host.ts'
import type { StationOptions } from '../station/start-station.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { type CliIo, WrongUsage } from './command.ts'
import { dataDir } from './data-dir.ts'
import { type StationHere, startPracticeStation, startRealStation } from './practice-station.ts'

export const STATION_OPTIONS = {
  data: { type: 'string' },
  practice: { type: 'boolean' },
  service: { type: 'string' },
  ca: { type: 'string' },
} as const

/** Starts the engine of this machine in this process; its copies run in processes of `processes`. */
export function startHere(
  values: {
    data?: string | undefined
    practice?: boolean | undefined
    service?: string | undefined
    ca?: string | undefined
    /** Empties the practice dock first. */
    reset?: boolean | undefined
  },
  io: Pick<CliIo, 'env'>,
  log: Log = systemLog(),
  processes: ProcessHost = nodeProcessHost(log),
): Promise<Outcome<StationHere>> {
  if (values.data !== undefined && values.practice === true)
    throw new WrongUsage('--data and --practice exclude each other.')
  if (values.ca !== undefined && values.service === undefined)
    throw new WrongUsage('--ca belongs to --service.')
  if (values.practice === true && values.service !== undefined)
    throw new WrongUsage('--practice has a service of its own: leave --service out.')
  if (values.reset === true && values.practice !== true)
    throw new WrongUsage('--reset belongs to --practice: only a practice dock is ever emptied.')
  const options: StationOptions = {
    dataDir: dataDir(values, io.env),
    service:
      values.service === undefined
        ? undefined
        : { url: values.service, token: io.env.TALLYDOCK_TOKEN ?? '', caPath: values.ca },
    env: io.env,
    clock: systemClock,
    timers: systemTimers,
    ids: systemIds(systemClock),
    log,
    processes,
  }
  return values.practice === true
    ? startPracticeStation(options, { reset: values.reset === true }, io)
    : startRealStation(options)
}
