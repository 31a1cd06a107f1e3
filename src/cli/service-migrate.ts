import { join } from 'node:path'
import { moveStore } from '../service/store/move/move-store.ts'
import { type CliIo, EXIT, type ExitCode, readOptions, tellFailure, WrongUsage } from './command.ts'
import { dataDir } from './data-dir.ts'
import { databaseOf } from './database.ts'

/** `tallydock service migrate`: from the file in the data folder to a PostgreSQL database. */
export async function migrateService(args: readonly string[], io: CliIo): Promise<ExitCode> {
  const { values } = readOptions(args, { data: { type: 'string' }, database: { type: 'string' } })
  const database = databaseOf(values, io.env)
  if (database === undefined)
    throw new WrongUsage('service migrate needs --database URL, or DATABASE_URL in the environment.')
  const path = join(dataDir(values, io.env), 'service.sqlite')
  const moved = await moveStore(path, database, (table, rows) => io.note(`${table}: ${rows}`))
  if (!moved.ok) return tellFailure(io, moved.failure)
  await io.out(JSON.stringify(moved.value))
  return EXIT.done
}
