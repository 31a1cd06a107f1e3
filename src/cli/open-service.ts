import type { Outcome } from '../lifecycle/outcome.ts'
import { openWorld, type WorldFailureCode } from '../service/open-world.ts'
import type { World } from '../service/world.ts'
import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { type CliIo, WrongUsage } from './command.ts'
import { dataDir } from './data-dir.ts'

/** The service's data folder, for commands that work on it directly, also while the service runs. */
export function openServiceFolder(
  where: { readonly data?: string | undefined; readonly database?: string | undefined },
  io: Pick<CliIo, 'env'>,
): Promise<Outcome<World, WorldFailureCode>> {
  if (where.database !== undefined)
    throw new WrongUsage('--database is not supported by this version: it keeps its data in --data DIR.')
  return openWorld({
    dataDir: dataDir(where, io.env),
    masterKey: io.env.TALLYDOCK_KEY,
    clock: systemClock,
    ids: systemIds(systemClock),
    log: systemLog({ level: 'warn' }),
  })
}
