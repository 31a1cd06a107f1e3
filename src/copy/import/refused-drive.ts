/** A drive of which nothing is copied still gets its log: the reason, as the status of the whole drive. */
import type { CopyResult, DriveLogStatus, ImportOrder } from '../../contract/copy-messages.ts'
import type { BlobStore } from '../../ports/blob-store.ts'
import type { Clock } from '../../ports/clock.ts'
import { logEnd, logStart } from '../log/drive-log.ts'
import { LogFile } from '../log/log-file.ts'
import { logName } from '../log/log-name.ts'

/**
 * Also for a drive that could not even be opened; then the status comes from whoever tried. `sentence` says what a person
 * should do.
 */
export async function reportRefused(
  order: Pick<ImportOrder, 'copyId' | 'job' | 'driveId' | 'diagnosticsPath' | 'logLevel' | 'proof'>,
  { store, clock }: { readonly store: BlobStore; readonly clock: Clock },
  status: DriveLogStatus,
  sentence: string,
): Promise<CopyResult> {
  const startedAt = clock.now()
  const texts = { error: 'errorLog', verbose: 'verboseLog' } as const
  let result = refusedResult(order, status, sentence)
  for (const kind of ['error', 'verbose'] as const) {
    if (kind === 'verbose' && order.logLevel !== 'Verbose') continue
    const name = logName({ ...order, startedAt }, kind)
    const file = new LogFile({ store, key: `${order.copyId}/refused-${kind}`, name })
    const written = await file.append(logStart(order.driveId) + logEnd(status))
    const finished = written.ok ? await file.finish(async () => ({ ok: true, value: undefined })) : written
    if (finished.ok) result = { ...result, summary: { ...result.summary, [texts[kind]]: name } }
    else {
      await file.leave()
      const problem = `The ${kind} log could not be written. ${finished.failure.sentence}`
      result = { ...result, remarks: [...result.remarks, problem] }
    }
  }
  return result
}

export function refusedResult(
  order: Pick<ImportOrder, 'proof'>,
  driveStatus: DriveLogStatus,
  sentence: string,
): CopyResult {
  return {
    summary: {
      status: 'CompletedMoreInfo',
      driveStatus,
      bytesSucceeded: 0,
      blobs: { total: 0, completed: 0, withErrors: 0, failed: 0 },
      errorLog: null,
      verboseLog: null,
    },
    cancelled: false,
    manifestCopy: null,
    proof: { level: order.proof, bytesReadBack: 0, readBackFrom: 'none' },
    bytesRead: 0,
    remarks: [sentence],
  }
}
