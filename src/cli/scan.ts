import { systemClock } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { type Command, EXIT, readOptions, tellFailure } from './command.ts'
import { lines } from './lines.ts'
import { STATION_OPTIONS, startHere } from './running-station.ts'

/** Longer than anything a scanner sends; the rest of such a line only says that it was too long. */
const LONGEST_LINE = 4_096

export const command: Command = {
  help: `tallydock scan [--data DIR | --practice] [--service URL [--ca FILE]]

Reads one scan per line from stdin and prints one JSON verdict per line, in order, each after it is safely on disk. Lines
that begin with # are ignored. At the end of the input it finishes copies and prints that are under way, sends what the
service has not answered, and ends.

Commands: TD-FINISH TD-UNDO TD-HOLD TD-PACK TD-PRINT TD-NEXT TD-DAMAGED TD-SHIP. Bays: TD-BAY-name.
With --service the token is read from TALLYDOCK_TOKEN.`,
  async run(args, io) {
    const { values } = readOptions(args, STATION_OPTIONS)
    const started = await startHere(values, io)
    if (!started.ok) return tellFailure(io, started.failure)
    const station = started.value
    const ids = systemIds(systemClock)
    try {
      await station.firstExchange
      const told = io.ending.then(() => 'told to end' as const)
      const scans = lines(io.stdin, LONGEST_LINE)
      for (;;) {
        const next = await Promise.race([scans.next(), told])
        if (next === 'told to end') return EXIT.done
        if (next.done === true) break
        if (next.value === '' || next.value.startsWith('#')) continue
        await io.out(JSON.stringify(station.receiveScan(next.value, ids.uuid(), 'operator')))
      }
      await Promise.race([station.settled(), told])
      return EXIT.done
    } finally {
      await station.close()
    }
  },
}
