/** Counts what became of the blobs, and says what that means for the drive. Pure. */
import { z } from 'zod'
import type { DriveLogStatus } from '../../contract/copy-messages.ts'
import { type BlobReport, isNotice } from '../log/blob-report.ts'

const count = z.int().nonnegative()

export const tallySchema = z.strictObject({
  completed: count,
  withErrors: count,
  failed: count,
  /** Blobs whose disposition had an effect. */
  notices: count,
  bytesSucceeded: count,
  /** Bytes of all blobs dealt with, well or not. */
  bytesDone: count,
  /** Of the bytes and blobs with errors above: those that are not in the storage, and may be tried again. */
  undoneBytes: count,
  undoneWithErrors: count,
})
export type Tally = z.infer<typeof tallySchema>

export const NOTHING_YET: Tally = {
  completed: 0,
  withErrors: 0,
  failed: 0,
  notices: 0,
  bytesSucceeded: 0,
  bytesDone: 0,
  undoneBytes: 0,
  undoneWithErrors: 0,
}

export function tallied(tally: Tally, report: BlobReport): Tally {
  const { status } = report
  const undone = isUndone(report)
  return {
    completed: tally.completed + (status === 'Completed' ? 1 : 0),
    withErrors: tally.withErrors + (status === 'CompletedWithErrors' ? 1 : 0),
    failed: tally.failed + (status === 'Completed' || status === 'CompletedWithErrors' ? 0 : 1),
    notices: tally.notices + (isNotice(report) ? 1 : 0),
    bytesSucceeded: tally.bytesSucceeded + storedBytes(report),
    bytesDone: tally.bytesDone + report.lengthBytes,
    undoneBytes: tally.undoneBytes + (undone ? report.lengthBytes : 0),
    undoneWithErrors: tally.undoneWithErrors + (undone && status === 'CompletedWithErrors' ? 1 : 0),
  }
}

/** Blobs nobody can name any more, because the manifest could not be read to its end. */
export function tallyUnnamed(tally: Tally, blobs: number, bytes: number): Tally {
  return {
    ...tally,
    failed: tally.failed + blobs,
    bytesDone: tally.bytesDone + bytes,
    undoneBytes: tally.undoneBytes + bytes,
  }
}

/** What stays when the undone blobs are tried again. */
export function withoutUndone(tally: Tally): Tally {
  return {
    ...tally,
    failed: 0,
    withErrors: tally.withErrors - tally.undoneWithErrors,
    bytesDone: tally.bytesDone - tally.undoneBytes,
    undoneBytes: 0,
    undoneWithErrors: 0,
  }
}

/** Not in the storage because of this copy, although it should be. */
export function isUndone({ dispositionStatus }: BlobReport): boolean {
  return dispositionStatus === 'Cancelled'
}

/** Blobs dealt with. */
export function filesDone({ completed, withErrors, failed }: Tally): number {
  return completed + withErrors + failed
}

export function driveStatusOf({ withErrors, failed, notices }: Tally): DriveLogStatus {
  if (withErrors + failed > 0) return 'CompletedWithErrors'
  return notices > 0 ? 'CompletedWithWarnings' : 'Completed'
}

/** Of a page blob only its ranges were transferred, of a skipped one nothing. */
function storedBytes(report: BlobReport): number {
  const { parts } = report
  if (isUndone(report)) return 0
  return parts.reduce((sum, { lengthBytes }) => sum + lengthBytes, 0)
}
