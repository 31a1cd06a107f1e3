import { type Command, EXIT, readOptions, tellFailure } from './command.ts'
import { STATION_OPTIONS, startHere } from './running-station.ts'

export const command: Command = {
  help: `tallydock station [--data DIR | --practice] [--service URL [--ca FILE]]

Runs until it is told to stop: receives entries of the service, copies the drives in its bays and prints. For an embedded
service it prints "service ready <url>" and "ca <path>"; then "station ready". With --service the token is read from
TALLYDOCK_TOKEN.`,
  async run(args, io) {
    const { values } = readOptions(args, STATION_OPTIONS)
    const started = await startHere(values, io)
    if (!started.ok) return tellFailure(io, started.failure)
    const station = started.value
    try {
      if (station.service !== undefined) {
        await io.out(`service ready ${station.service.url}`)
        await io.out(`ca ${station.service.caPath}`)
      }
      await io.out('station ready')
      await io.ending
      return EXIT.done
    } finally {
      await station.close()
    }
  },
}
