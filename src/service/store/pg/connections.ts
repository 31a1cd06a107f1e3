import pg from 'pg'
import type { Timers } from '../../../ports/clock.ts'
import { storeFailure } from './failures.ts'
import { asWritten, kept } from './text.ts'

export type Value = string | number | null | readonly (string | number | null)[]

/** What a transaction asks: rows of a statement, prepared once on each connection under a name of its own. */
export interface Asking {
  rows<Row>(sql: string, ...values: Value[]): Promise<Row[]>
}

export interface Connecting {
  readonly url: string
  /** Readers at the same time; writers take turns on one more. */
  readonly readers: number
  readonly busyWaitMs: number
}

const INT8 = 20

/** Cursors, sequence numbers and instants stay far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/** A process that stands still in the middle of a transaction must not hold up the others for ever. */
const IDLE_IN_TRANSACTION_MS = 20_000
const CONNECT_WITHIN_MS = 5_000
const STATEMENT_WITHIN_MS = 60_000

/**
 * Settings of every connection. Each statement here finds its rows by an index, with tables that begin empty and grow
 * large under plans that stay: the planner is told not to read whole tables instead. A commit is on the disk when it is
 * answered, whatever the server's default is.
 */
function settings(busyWaitMs: number): string {
  return [
    `set lock_timeout = ${busyWaitMs}`,
    `set statement_timeout = ${Math.max(STATEMENT_WITHIN_MS, 2 * busyWaitMs)}`,
    `set idle_in_transaction_session_timeout = ${IDLE_IN_TRANSACTION_MS}`,
    'set enable_seqscan = off',
    'set enable_hashjoin = off',
    'set enable_mergejoin = off',
    'set jit = off',
    'set plan_cache_mode = force_generic_plan',
    `set client_encoding = 'UTF8'`,
    `select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`,
  ].join('; ')
}

/** Connections to one database. A statement is sent at once, without waiting for the answer to the one before. */
export class Connections {
  readonly #pool: pg.Pool

  constructor({ url, readers, busyWaitMs }: Connecting) {
    this.#pool = new pg.Pool({
      connectionString: url,
      max: readers + 1,
      connectionTimeoutMillis: CONNECT_WITHIN_MS,
      keepAlive: true,
      application_name: 'tallydock',
      pipeline: true,
      types,
      onConnect: (client) => client.query(settings(busyWaitMs)).then(() => undefined),
    } as pg.PoolConfig)
    // An idle connection that breaks is thrown away by the pool; whoever needs one next hears what is wrong.
    this.#pool.on('error', () => undefined)
  }

  /** Lends one connection. It goes back for others unless `work` failed on it. */
  async lend<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => {
      throw storeFailure(error)
    })
    const connection = new Connection(client)
    try {
      return await work(connection)
    } finally {
      // A connection whose transaction did not end well is closed: the server undoes what is left of it.
      client.release(!connection.clean)
    }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }
}

const names = new Map<string, string>()

function nameOf(sql: string): string {
  const known = names.get(sql)
  if (known !== undefined) return known
  const made = `td${names.size + 1}`
  names.set(sql, made)
  return made
}

export class Connection implements Asking {
  readonly #client: pg.PoolClient
  /** Whether no transaction is open on it and nothing went wrong with it. */
  clean = true

  constructor(client: pg.PoolClient) {
    this.#client = client
    // Told again by the statement under way; without a listener it would end the process.
    if (client.listenerCount('error') === 0) client.on('error', () => undefined)
  }

  async rows<Row>(sql: string, ...values: Value[]): Promise<Row[]> {
    try {
      const result = await this.#client.query({ name: nameOf(sql), text: sql, values: values.map(sent) })
      return result.rows.map(received) as Row[]
    } catch (error) {
      throw storeFailure(error)
    }
  }

  /** Statements without values or rows; answers the last one's tag. */
  async command(sql: string): Promise<string> {
    try {
      const result = (await this.#client.query(sql)) as pg.QueryResult | pg.QueryResult[]
      return (Array.isArray(result) ? result.at(-1) : result)?.command ?? ''
    } catch (error) {
      throw storeFailure(error)
    }
  }
}

function sent(value: Value): unknown {
  if (typeof value === 'string') return kept(value)
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? kept(one) : one))
  return value
}

function received(row: Record<string, unknown>): Record<string, unknown> {
  for (const name in row) {
    const value = row[name]
    if (typeof value === 'string') row[name] = asWritten(value)
  }
  return row
}

export function pauseOf(timers: Timers | undefined): (ms: number) => Promise<void> {
  if (timers === undefined) return () => Promise.resolve()
  return (ms) =>
    new Promise((resolve) => {
      timers.after(ms, resolve)
    })
}
