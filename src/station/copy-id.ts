import { createHash } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import type { DriveRecord } from '../lifecycle/records.ts'

/**
 * The same attempt has the same id, also after a crash before anything was written down: a copy must find its own
 * blobs again and not take them for somebody else's.
 */
export function nextCopyId(ledger: Pick<Ledger, 'find'>, drive: DriveRecord): string {
  const ended = ledger.find('copy', 'serial', drive.serial).filter((c) => c.job === drive.job).length
  return `copy-${createHash('sha256').update(`${drive.id}#${ended}`).digest('hex').slice(0, 32)}`
}
