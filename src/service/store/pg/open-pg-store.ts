import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'
import type { Timers } from '../../../ports/clock.ts'
import { HeldWriting } from '../held/held-writing.ts'
import {
  type ReadTransaction,
  type Store,
  StoreBusy,
  StoreFailure,
  StoreUnreachable,
  type WriteTransaction,
} from '../store.ts'
import { Turns } from '../turns.ts'
import { type Connection, Connections, pauseOf } from './connections.ts'
import { databaseShown, readDatabaseUrl } from './database-url.ts'
import { LOCKS, migrate } from './migrations.ts'
import { PgReading } from './reading.ts'
import { PgWriting } from './writing.ts'

/** How long a transaction waits for another process to end its own. */
const BUSY_WAIT_MS = 5_000
const READERS = 8
/** A broken connection, before anything can have been committed, is tried again this often. */
const MOST_TRIES = 3
const PAUSE_MS = 100

export type OpenPgFailureCode =
  | 'database-url-invalid'
  | 'database-newer'
  | 'database-busy'
  | 'database-unreachable'
  | 'database-unusable'

export interface PgStoreOptions {
  /** Without timers a broken connection is tried again without a pause. */
  readonly timers?: Timers | undefined
  readonly busyWaitMs?: number
}

/**
 * The service's database on a PostgreSQL server (14 or later). Any number of processes may share it. One transaction at a
 * time writes: it holds one advisory lock until its commit is visible, so cursors become visible in their order.
 * Readers see one snapshot each and never wait for a writer.
 */
export async function openPgStore(
  text: string,
  { timers, busyWaitMs = BUSY_WAIT_MS }: PgStoreOptions = {},
): Promise<Outcome<Store, OpenPgFailureCode>> {
  const url = readDatabaseUrl(text)
  if (!url.ok) return url
  const shown = databaseShown(url.value)
  const connections = new Connections({ url: url.value.href, readers: READERS, busyWaitMs })
  const store = new PgStore(connections, pauseOf(timers))
  let opened: Outcome<undefined, OpenPgFailureCode>
  try {
    opened = await connections.lend(async (connection) => {
      const usable = await checkServer(connection, shown)
      return usable.ok ? migrate(connection) : usable
    })
  } catch (error) {
    opened = openFailure(error, shown)
  }
  if (opened.ok) return ok(store)
  await connections.close()
  return opened
}

async function checkServer(
  connection: Connection,
  shown: string,
): Promise<Outcome<undefined, 'database-unusable'>> {
  const [server] = await connection.rows<{ encoding: string; version: string }>(
    `select current_setting('server_encoding') as encoding, current_setting('server_version_num') as version`,
  )
  if (server?.encoding !== 'UTF8')
    return fail('database-unusable', `${shown} is not in UTF-8; make one with ENCODING 'UTF8'.`)
  if (Number(server.version) < 140_000)
    return fail(
      'database-unusable',
      `${shown} is on PostgreSQL ${server.version}; version 14 or later is needed.`,
    )
  return ok()
}

function openFailure(error: unknown, shown: string): Outcome<never, OpenPgFailureCode> {
  if (!(error instanceof StoreFailure)) throw error
  const detail = error.message
  if (error instanceof StoreBusy)
    return fail('database-busy', `${shown} is held by others for too long; wait, then start again.`, detail)
  if (error instanceof StoreUnreachable)
    return fail(
      'database-unreachable',
      `${shown} does not answer; check that the server runs and the address is right, then start again.`,
      detail,
    )
  return fail(
    'database-unusable',
    `${shown} refused to be opened; check user, password, database name and the right to make tables.`,
    detail,
  )
}

class PgStore implements Store {
  readonly #connections: Connections
  readonly #pause: (ms: number) => Promise<void>
  /** Writers of this process queue here, so that waiting for the lock takes one connection and not all. */
  readonly #turns = new Turns()
  readonly #underWay = new Set<Promise<unknown>>()
  #closed = false

  constructor(connections: Connections, pause: (ms: number) => Promise<void>) {
    this.#connections = connections
    this.#pause = pause
  }

  read<T>(work: (tx: ReadTransaction) => Promise<T>): Promise<T> {
    return this.#counted(() =>
      this.#patiently(() =>
        this.#connections.lend(async (connection) => {
          connection.clean = false
          const begun = connection.command('begin isolation level repeatable read read only')
          const [answer] = await both(work(new PgReading(connection)), begun)
          await connection.command('commit')
          connection.clean = true
          return answer
        }),
      ),
    )
  }

  write<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    return this.#counted(() =>
      this.#turns.take(() =>
        this.#patiently((attempt) =>
          this.#connections.lend(async (connection) => {
            connection.clean = false
            const begun = connection.command(`begin; select pg_advisory_xact_lock(${LOCKS.write})`)
            const tx = new HeldWriting(new PgWriting(connection))
            try {
              const [answer] = await both(work(tx), begun)
              await tx.flush()
              // From here on nobody can say whether it took place when the connection breaks.
              attempt.mayRepeat = false
              const tag = await connection.command('commit')
              if (tag !== 'COMMIT') throw new StoreFailure('The database did not commit.')
              connection.clean = true
              return answer
            } catch (error) {
              if (attempt.mayRepeat) connection.clean = await rolledBack(connection)
              throw error
            }
          }),
        ),
      ),
    )
  }

  alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    return this.#counted(() =>
      this.#connections.lend(async (connection) => {
        connection.clean = false
        const [lock] = await connection.rows<{ mine: boolean }>(
          `select pg_try_advisory_lock(${LOCKS.alone}) as mine`,
        )
        if (lock?.mine !== true) {
          connection.clean = true
          return undefined
        }
        // Should this process die or the connection break, the server lets go of the lock by itself.
        try {
          return await work()
        } finally {
          connection.clean = await unlocked(connection)
        }
      }),
    )
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#underWay)
    await this.#connections.close()
  }

  async #counted<T>(run: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new StoreFailure('The store is closed.')
    const running = run()
    this.#underWay.add(running)
    try {
      return await running
    } finally {
      this.#underWay.delete(running)
    }
  }

  /** Tries again after the connection broke or the server asked for it, as long as that can do no harm. */
  async #patiently<T>(run: (attempt: { mayRepeat: boolean }) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const attempt = { mayRepeat: true }
      try {
        return await run(attempt)
      } catch (error) {
        const passing = error instanceof StoreUnreachable && attempt.mayRepeat
        if (!passing || tries >= MOST_TRIES || this.#closed) throw error
        await this.#pause(PAUSE_MS * tries)
      }
    }
  }
}

/** The answer of the work, once the opening of the transaction is known to have gone well; the opening's failure first. */
async function both<T>(work: Promise<T>, begun: Promise<unknown>): Promise<[T]> {
  const [done, opened] = await Promise.allSettled([work, begun])
  if (opened.status === 'rejected') throw opened.reason
  if (done.status === 'rejected') throw done.reason
  return [done.value]
}

const rolledBack = (connection: Connection) => wentWell(connection, 'rollback')
const unlocked = (connection: Connection) => wentWell(connection, `select pg_advisory_unlock(${LOCKS.alone})`)

/** Whether the connection is fit for others after this; it is closed when not. */
async function wentWell(connection: Connection, command: string): Promise<boolean> {
  try {
    await connection.command(command)
    return true
  } catch (error) {
    if (error instanceof StoreFailure) return false
    throw error
  }
}
