import type { Outcome } from '../lifecycle/outcome.ts'
import { openWorld, type WorldFailureCode } from '../service/open-world.ts'
import type { World } from '../service/world.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import type { CliIo } from './command.ts'
import { dataDir } from './data-dir.ts'
import { databaseOf } from './database.ts'

/** The service's data, for commands that work on it directly, also while the service runs. */
export function openServiceFolder(
  where: { readonly data?: string | undefined; readonly database?: string | undefined },
  io: Pick<CliIo, 'env'>,
): Promise<Outcome<World, WorldFailureCode>> {
  const database = databaseOf(where, io.env)
  return openWorld({
    dataDir: dataDir(where, io.env),
    database,
    masterKey: io.env.TALLYDOCK_KEY,
    clock: systemClock,
    // Waiting for a file may block a command; a server far away is waited for between its answers.
    timers: database === undefined ? undefined : systemTimers,
    ids: systemIds(systemClock),
    log: systemLog({ level: 'warn' }),
  })
}
