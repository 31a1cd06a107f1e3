import type { DriveRecord, JobRecord } from '../../lifecycle/records.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { ReadTransaction } from '../store/store.ts'

/**
 * A drive is listed by one live job of a subscription (rule 5). Jobs of other subscriptions are not looked at: their
 * lists are never revealed, and the dock tells such drives apart by their manifests.
 */
export async function refuseListedElsewhere(
  tx: ReadTransaction,
  job: Pick<JobRecord, 'id' | 'subscription'>,
  serials: readonly string[],
): Promise<Answer<undefined>> {
  const found = await tx.answer(serials.map((value) => ({ kind: 'drive', field: 'serial', value })))
  const drives = found.filter(
    (record): record is DriveRecord =>
      record.kind === 'drive' &&
      record.job !== job.id &&
      record.state !== 'ShippedBack' &&
      record.withdrawn !== true,
  )
  for (const drive of drives) {
    const other = await tx.record('job', drive.job)
    if (other === undefined || !isLive(other)) continue
    if (other.subscription.toLowerCase() !== job.subscription.toLowerCase()) continue
    return refuse(
      409,
      'DriveListedInAnotherJob',
      `Drive ${drive.serial} is listed by job "${other.name}" in resource group "${other.group}". Take it out there, or wait until that job has ended.`,
      { target: 'properties.driveList' },
    )
  }
  return { ok: true, value: undefined }
}

function isLive(job: JobRecord): boolean {
  return job.state !== 'Completed' && job.state !== 'Closed' && job.state !== 'Deleted'
}
