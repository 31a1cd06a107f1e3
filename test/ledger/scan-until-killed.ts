/**
 * A program: opens the ledger in the folder it is given and records scans without end. Each scan's id is written to
 * stdout after the ledger has answered.
 */
import { writeSync } from 'node:fs'
import { openLedger } from '../../src/ledger/open.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemIds } from '../../src/system/ids.ts'
import { FakeLog } from '../fakes/log.ts'
import { scanned } from './tellings.ts'

const ids = systemIds(systemClock)
const opened = openLedger({
  folder: process.argv[2] ?? '',
  station: 'dock-1',
  clock: systemClock,
  ids,
  log: new FakeLog(),
})
if (!opened.ok) throw new Error(opened.failure.detail)
for (;;) {
  const scan = ids.uuid()
  const decided = opened.value.decide({}, 'b-17', () => ({ events: [scanned(scan)], result: undefined }))
  if (!decided.ok) throw new Error(decided.failure.detail)
  writeSync(1, `${scan}\n`)
}
