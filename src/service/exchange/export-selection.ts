import { EXCHANGE_VERSION, type ExportResponse } from '../../contract/exchange.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { World } from '../world.ts'

/** A job's tag; with the value `none` its export drives may stay unencrypted. Any other value, or no tag: never. */
const ENCRYPTION_TAG = 'tallydock-drive-encryption'

/** What a live export job wants on its drives, as its customer wrote it. */
export async function exportSelection(world: World, id: string): Promise<Answer<ExportResponse>> {
  return world.store.read(async (tx): Promise<Answer<ExportResponse>> => {
    const job = await tx.record('job', id)
    const ended = job?.state === 'Deleted' || job?.state === 'Completed' || job?.state === 'Closed'
    const document = job === undefined || ended ? undefined : await tx.document(id)
    const wanted = document?.export
    if (wanted === undefined)
      return refuse(
        404,
        'ResourceNotFound',
        'There is no live export job with this id. Look the job up again.',
      )
    const { blobPath, blobPathPrefix, blobListBlobPath } = wanted
    return {
      ok: true,
      value: {
        version: EXCHANGE_VERSION,
        blobPath,
        blobPathPrefix,
        ...(blobListBlobPath === undefined ? {} : { blobListBlobPath }),
        ...(document?.tags?.[ENCRYPTION_TAG] === 'none' ? { plainDrives: true as const } : {}),
      },
    }
  })
}
