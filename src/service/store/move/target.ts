import { type Connection, Connections, type Value } from '../pg/connections.ts'
import { LOCKS } from '../pg/migrations.ts'
import type { LogHead } from '../store.ts'
import { type Cell, columnsOf, type Row, type Table } from './tables.ts'

const MOVE_WITHIN_MS = 24 * 3_600_000
/** Names the chain of the log that was moved here. */
const MOVED_FROM = 'moved-from'

/** The PostgreSQL database a dock moves into: one transaction, alone among all writers. */
export class Target {
  readonly #connection: Connection

  private constructor(connection: Connection) {
    this.#connection = connection
  }

  /** `work` decides by its answer whether what it wrote is kept. */
  static async during<T>(
    url: string,
    work: (target: Target) => Promise<{ readonly keep: boolean; readonly answer: T }>,
  ): Promise<T> {
    const connections = new Connections({ url, readers: 0, busyWaitMs: 5_000 })
    try {
      return await connections.lend(async (connection) => {
        connection.clean = false
        await connection.command(
          `begin; set local statement_timeout = ${MOVE_WITHIN_MS};
           set local idle_in_transaction_session_timeout = ${MOVE_WITHIN_MS};
           select pg_advisory_xact_lock(${LOCKS.write})`,
        )
        const { keep, answer } = await work(new Target(connection))
        await connection.command(keep ? 'commit' : 'rollback')
        connection.clean = true
        return answer
      })
    } finally {
      await connections.close()
    }
  }

  async count(table: Table): Promise<number> {
    const [row] = await this.#connection.rows<{ n: number }>(`select count(*) as n from ${table.name}`)
    return row?.n ?? 0
  }

  async insert(table: Table, rows: readonly Row[]): Promise<void> {
    const types = Object.values(table.columns)
    const values = types.map((_, column) => rows.map((row): Cell => row[column] ?? null))
    await this.#connection.rows(
      `insert into ${table.name} (${columnsOf(table)})
       select * from unnest(${types.map((type, column) => `$${column + 1}::${type}[]`).join(', ')})`,
      ...(values as Value[]),
    )
  }

  /** All rows in the order of their key, a page at a time. */
  async *pages(table: Table, size: number): AsyncGenerator<readonly Row[]> {
    const cursor = `reading_${table.name}`
    await this.#connection.command(
      `declare ${cursor} no scroll cursor for
       select ${columnsOf(table)} from ${table.name} order by ${table.key}`,
    )
    const columns = Object.keys(table.columns)
    for (;;) {
      const page = await this.#connection.rows<Record<string, Cell>>(`fetch ${size} from ${cursor}`)
      if (page.length === 0) break
      yield page.map((row) => columns.map((column) => row[column] ?? null))
    }
    await this.#connection.command(`close ${cursor}`)
  }

  async chainAt(cursor: number): Promise<string | undefined> {
    const [row] = await this.#connection.rows<LogHead>(
      'select cursor, chain from change_log where cursor = $1',
      cursor,
    )
    return row?.chain
  }

  async movedFrom(): Promise<string | undefined> {
    const [row] = await this.#connection.rows<{ value: string }>(
      'select value from meta where name = $1',
      MOVED_FROM,
    )
    return row?.value
  }

  async noteMovedFrom(chain: string): Promise<void> {
    await this.#connection.rows('insert into meta (name, value) values ($1, $2)', MOVED_FROM, chain)
  }
}
