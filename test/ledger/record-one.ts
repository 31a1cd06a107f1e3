/** A program: opens the ledger in the folder it is given, records one scan, and prints `{code}` as JSON. */
import { openLedger } from '../../src/ledger/open.ts'
import { FakeClock } from '../fakes/clock.ts'
import { CountingIds } from '../fakes/ids.ts'
import { FakeLog } from '../fakes/log.ts'

const opened = openLedger({
  folder: process.argv[2] ?? '',
  station: 'dock-1',
  clock: new FakeClock(),
  ids: new CountingIds(9),
  log: new FakeLog(),
})
const recorded = opened.ok
  ? opened.value.decide({}, 'b', () => ({
      events: [{ kind: 'case-taken', body: { case: 'c', owner: 'b' } }],
      result: undefined,
    }))
  : opened
console.log(JSON.stringify(recorded.ok ? { code: 'recorded' } : recorded.failure))
