/** The ledger of a data folder, opened for reading; a station may be running on it. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Ledger } from '../ledger/ledger.ts'
import { openLedger } from '../ledger/open.ts'
import { fail, type Outcome } from '../lifecycle/outcome.ts'
import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'

export function readLedger(folder: string): Outcome<Ledger> {
  if (!existsSync(join(folder, 'ledger.sqlite')))
    return fail('ledger-missing', `There is no ledger in ${folder}. Choose the data folder with --data.`)
  const ids = systemIds(systemClock)
  return openLedger({ folder, station: '', clock: systemClock, ids, log: systemLog(), readOnly: true })
}
