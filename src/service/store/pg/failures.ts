import pg from 'pg'
import { StoreBusy, StoreFailure, StoreUnreachable } from '../store.ts'

/** SQLSTATE (PostgreSQL manual, appendix A) of "wait longer or try again": locks, deadlocks, too many connections. */
const BUSY = new Set(['55P03', '57014', '40001', '40P01', '53300'])
/** SQLSTATE of a server that ends, starts, or ended this connection. */
const GONE = /^(08|57P0|25P03|25P04)/

/** What the driver or the server said, as the store's own failure. Never repeats a value or the address. */
export function storeFailure(error: unknown): Error {
  if (error instanceof StoreFailure) return error
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? 'unknown'
    const message = `The database failed (${code}).`
    if (BUSY.has(code)) return new StoreBusy(message, { cause: bare(error) })
    if (GONE.test(code)) return new StoreUnreachable(message, { cause: bare(error) })
    return new StoreFailure(message, { cause: bare(error) })
  }
  return new StoreUnreachable(`The database does not answer (${codeOf(error)}).`, { cause: bare(error) })
}

/** A server's message can quote what was to be stored (its `detail`); only the code and its table go further. */
function bare(error: unknown): Error {
  if (error instanceof pg.DatabaseError)
    return new Error(
      `SQLSTATE ${error.code ?? 'unknown'} ${error.table ?? ''} ${error.constraint ?? ''}`.trim(),
    )
  return new Error(codeOf(error))
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'unknown'
}
