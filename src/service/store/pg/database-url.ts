import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'

const EXAMPLE = 'postgres://tallydock@db.example/tallydock'

/** Reads a connection string (PostgreSQL manual, 34.1.1.2). What is wrong is said without repeating it. */
export function readDatabaseUrl(text: string): Outcome<URL, 'database-url-invalid'> {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:'))
    return fail('database-url-invalid', `The database is not given as an address like ${EXAMPLE}.`)
  if (url.pathname.length < 2)
    return fail(
      'database-url-invalid',
      `The address names no database; it goes behind the host, as in ${EXAMPLE}.`,
    )
  return ok(url)
}

/** Which database it is, for people and logs: neither password nor options. */
export function databaseShown(url: URL): string {
  const user = url.username === '' ? '' : `${url.username}@`
  return `postgres://${user}${url.host}${url.pathname}`
}
