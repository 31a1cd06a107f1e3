import { type JobPersonal, jobPersonal, jobPersonalKey } from '../../contract/import-export-api.ts'
import type { DriveRecord, JobRecord, ReturnRecord } from '../../lifecycle/records.ts'
import type { JobDocument } from '../store/documents.ts'
import type { ReadTransaction } from '../store/store.ts'

/** A job with all that the API shows of it. */
export interface JobView {
  readonly job: JobRecord
  readonly document: JobDocument
  /** In the customer's order; drives that joined come after, in the order of their receipt. */
  readonly drives: readonly DriveRecord[]
  readonly personal: JobPersonal
  readonly returns: readonly ReturnRecord[]
}

export async function viewJob(tx: ReadTransaction, job: JobRecord): Promise<JobView> {
  const document = await tx.document(job.id)
  if (document === undefined) throw new Error(`Job ${job.id} has lost its document.`)
  const found = await tx.answer([
    { kind: 'drive', field: 'job', value: job.id },
    { kind: 'return', field: 'job', value: job.id },
  ])
  const stored = await tx.personal(jobPersonalKey(job.id))
  return {
    job,
    document,
    drives: found
      .filter((record): record is DriveRecord => record.kind === 'drive' && record.withdrawn !== true)
      .sort(inOrder(document.order)),
    personal: stored === undefined ? {} : jobPersonal.parse(JSON.parse(stored.text)),
    returns: found.filter((record): record is ReturnRecord => record.kind === 'return'),
  }
}

function inOrder(order: readonly string[]): (a: DriveRecord, b: DriveRecord) => number {
  const place = (drive: DriveRecord) => {
    const listed = order.indexOf(drive.serial)
    return listed === -1 ? order.length : listed
  }
  return (a, b) => place(a) - place(b) || (a.receivedAt ?? 0) - (b.receivedAt ?? 0)
}
