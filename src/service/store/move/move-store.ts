import { createHash } from 'node:crypto'
import { NO_HASH } from '../../../contract/entry.ts'
import { fail, type Outcome, ok } from '../../../lifecycle/outcome.ts'
import { nextChain, sha256 } from '../../journal/hashes.ts'
import { databaseShown, readDatabaseUrl } from '../pg/database-url.ts'
import { type OpenPgFailureCode, openPgStore } from '../pg/open-pg-store.ts'
import { StoreFailure } from '../store.ts'
import { Source, type SourceFailureCode } from './source.ts'
import { type Row, TABLES, type Table } from './tables.ts'
import { Target } from './target.ts'

export interface MoveReport {
  /** Without its password. */
  readonly to: string
  /** It had been moved before, but the old file did not know yet (the program was stopped in between). */
  readonly already: boolean
  readonly entries: number
  /** `nextChain` over all entries: the same value on both sides. */
  readonly chain: string
  /** By table: how many rows, and SHA-256 over all of them. */
  readonly tables: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>
}

export type MoveFailureCode =
  | SourceFailureCode
  | OpenPgFailureCode
  | 'already-moved'
  | 'target-not-empty'
  | 'move-differs'
  | 'move-broke-off'

const ROWS_AT_ONCE = 1_000

/**
 * Moves everything the service keeps from its SQLite file to an empty PostgreSQL database. All or nothing: the copy is
 * read back and compared row by row before it counts, and only then the file is closed for good. Stopped at any point,
 * it can simply be run again.
 */
export async function moveStore(
  path: string,
  database: string,
  progress: (table: string, rows: number) => void = () => undefined,
): Promise<Outcome<MoveReport, MoveFailureCode>> {
  const url = readDatabaseUrl(database)
  if (!url.ok) return url
  const shown = databaseShown(url.value)
  const source = Source.open(path)
  if (!source.ok) return source
  try {
    const { movedTo } = source.value
    if (movedTo !== undefined)
      return fail(
        'already-moved',
        `Everything in ${path} was moved to ${movedTo} before; start services with it.`,
      )
    const prepared = await openPgStore(database)
    if (!prepared.ok) return prepared
    await prepared.value.close()
    const moved = await Target.during(database, (target) => moveInto(target, source.value, shown, progress))
    if (moved.ok) source.value.closeAsMoved(shown)
    return moved
  } catch (error) {
    if (!(error instanceof StoreFailure)) throw error
    return fail(
      'move-broke-off',
      `The move to ${shown} broke off; the old data is as it was. Run it again.`,
      error.message,
    )
  } finally {
    source.value.close()
  }
}

type Moved = Outcome<MoveReport, 'target-not-empty' | 'move-differs'>

async function moveInto(
  target: Target,
  source: Source,
  shown: string,
  progress: (table: string, rows: number) => void,
): Promise<{ keep: boolean; answer: Moved }> {
  const head = source.head
  const report = (already: boolean, tables: MoveReport['tables']): Moved =>
    ok({ to: shown, already, entries: head.cursor, chain: head.chain, tables })
  let there = 0
  for (const table of TABLES) there += await target.count(table)
  if (there > 0) {
    // A move that was stopped between its last two steps: the copy is whole, only the old file does not know.
    const same =
      (await target.movedFrom()) === head.chain &&
      (head.cursor === 0 || (await target.chainAt(head.cursor)) === head.chain)
    if (same) return { keep: false, answer: report(true, {}) }
    const sentence = `${shown} holds other data already; give an empty database.`
    return { keep: false, answer: fail('target-not-empty', sentence) }
  }
  for (const table of TABLES) await copy(target, source, table, progress)
  const tables: Record<string, { rows: number; sha256: string }> = {}
  for (const table of TABLES) {
    const compared = await compare(target, source, table)
    if (compared === undefined) {
      const sentence = `What arrived in ${shown} differs from the old data (${table.name}); nothing was moved. Report it to support.`
      return { keep: false, answer: fail('move-differs', sentence) }
    }
    tables[table.name] = compared
  }
  await target.noteMovedFrom(head.chain)
  return { keep: true, answer: report(false, tables) }
}

async function copy(
  target: Target,
  source: Source,
  table: Table,
  progress: (table: string, rows: number) => void,
): Promise<void> {
  let rows: Row[] = []
  let done = 0
  const send = async () => {
    await target.insert(table, rows)
    done += rows.length
    rows = []
    progress(table.name, done)
  }
  for (const row of source.rows(table)) {
    rows.push(row)
    if (rows.length === ROWS_AT_ONCE) await send()
  }
  if (rows.length > 0) await send()
}

/** Reads the copy back beside the old table; `undefined` when they differ, or the log's hashes do not hold. */
async function compare(
  target: Target,
  source: Source,
  table: Table,
): Promise<{ rows: number; sha256: string } | undefined> {
  const old = source.rows(table)
  const log = table.name === 'change_log' ? new ChainCheck(Object.keys(table.columns)) : undefined
  const digest = createHash('sha256')
  let rows = 0
  try {
    for await (const page of target.pages(table, ROWS_AT_ONCE))
      for (const row of page) {
        const before = old.next()
        const text = JSON.stringify(row)
        if (before.done === true || JSON.stringify(before.value) !== text) return undefined
        if (log !== undefined && !log.holds(row)) return undefined
        digest.update(text)
        rows += 1
      }
    return old.next().done === true ? { rows, sha256: digest.digest('hex') } : undefined
  } finally {
    old.return?.()
  }
}

/** Each line has the hash of its text, and continues the chain. */
class ChainCheck {
  readonly #at: Readonly<Record<'cursor' | 'hash' | 'chain' | 'text', number>>
  #chain = NO_HASH

  constructor(columns: readonly string[]) {
    const at = (name: string) => columns.indexOf(name)
    this.#at = { cursor: at('cursor'), hash: at('hash'), chain: at('chain'), text: at('text') }
  }

  holds(row: Row): boolean {
    const { cursor, hash, chain, text } = this.#at
    this.#chain = nextChain(this.#chain, Number(row[cursor]), String(row[hash]))
    return row[chain] === this.#chain && sha256(String(row[text])) === row[hash]
  }
}
