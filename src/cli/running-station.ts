import { nodeProcessHost } from '../host/node-process-host.ts'
import type { Outcome } from '../lifecycle/outcome.ts'
import { type Station, startStation } from '../station/start-station.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { type CliIo, WrongUsage } from './command.ts'
import { dataDir } from './data-dir.ts'

export const STATION_OPTIONS = {
  data: { type: 'string' },
  practice: { type: 'boolean' },
  service: { type: 'string' },
  ca: { type: 'string' },
} as const

/** Starts the engine of this machine in this process. */
export function startHere(
  values: {
    data?: string | undefined
    practice?: boolean | undefined
    service?: string | undefined
    ca?: string | undefined
  },
  io: CliIo,
): Promise<Outcome<Station>> {
  if (values.data !== undefined && values.practice === true)
    throw new WrongUsage('--data and --practice exclude each other.')
  if (values.ca !== undefined && values.service === undefined)
    throw new WrongUsage('--ca belongs to --service.')
  const log = systemLog()
  return startStation({
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
    processes: nodeProcessHost(log),
  })
}
