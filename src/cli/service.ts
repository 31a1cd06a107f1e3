import { startService } from '../service/start-service.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import { type Command, EXIT, readNumber, readOptions, tellFailure, WrongUsage } from './command.ts'
import { dataDir } from './data-dir.ts'
import { DATABASE_HELP, databaseOf } from './database.ts'
import { migrateService } from './service-migrate.ts'

export const command: Command = {
  help: `tallydock service [--data DIR] [--database URL] [--port N] [--host ADDRESS] [--tls-cert FILE --tls-key FILE]
tallydock service migrate [--data DIR] --database URL

Serves until it is told to stop. Prints "service ready <url>", and "ca <path>" for the certificate a client has to trust.
Without --tls-cert it makes one of its own. --port 0 takes any free port. --host is 127.0.0.1 unless told otherwise.

${DATABASE_HELP}
                   The data folder then holds only certificates and, unless TALLYDOCK_KEY is set, the service key. Any
                   number of services may share a database; they need the same service key.

migrate moves everything from the data folder's own database to an empty PostgreSQL database, compares every row, and
closes the old one for good. Stop the service first. It can be run again when it was stopped half-way.`,
  async run(args, io) {
    if (args[0] === 'migrate') return migrateService(args.slice(1), io)
    const { values } = readOptions(args, {
      data: { type: 'string' },
      database: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
    })
    const { 'tls-cert': certPath, 'tls-key': keyPath } = values
    if ((certPath === undefined) !== (keyPath === undefined))
      throw new WrongUsage('--tls-cert and --tls-key belong together.')
    const started = await startService({
      dataDir: dataDir(values, io.env),
      database: databaseOf(values, io.env),
      port: readNumber('port', values.port, 0, 65_535) ?? 8443,
      host: values.host,
      tls: certPath === undefined || keyPath === undefined ? undefined : { certPath, keyPath },
      masterKey: io.env.TALLYDOCK_KEY,
      clock: systemClock,
      timers: systemTimers,
      ids: systemIds(systemClock),
      log: systemLog(),
    })
    if (!started.ok) return tellFailure(io, started.failure)
    await io.out(`service ready ${started.value.url}`)
    await io.out(`ca ${started.value.caPath}`)
    await io.ending
    await started.value.close()
    return EXIT.done
  },
}
