/**
 * The PostgreSQL database the service's commands work on: `--database`, else DATABASE_URL; without either, the file in
 * the data folder. An address on the command line is seen by everyone on the machine: its password belongs into
 * DATABASE_URL, PGPASSWORD or a passfile.
 */
export function databaseOf(
  given: { readonly database?: string | undefined },
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (given.database !== undefined) return given.database
  return env.DATABASE_URL === '' ? undefined : env.DATABASE_URL
}

export const DATABASE_HELP = `--database URL     a PostgreSQL database instead of the data folder's own (default: DATABASE_URL). Everyone on the
                   machine sees arguments: give the password in DATABASE_URL or PGPASSWORD`
