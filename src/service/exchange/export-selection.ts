import { EXCHANGE_VERSION, type ExportResponse } from '../../contract/exchange.ts'
import { type Answer, refuse } from '../refusal.ts'
import type { World } from '../world.ts'

/** What a live export job wants on its drives, as its customer wrote it. */
export async function exportSelection(world: World, id: string): Promise<Answer<ExportResponse>> {
  return world.store.read(async (tx): Promise<Answer<ExportResponse>> => {
    const job = await tx.record('job', id)
    const ended = job?.state === 'Deleted' || job?.state === 'Completed' || job?.state === 'Closed'
    const wanted = job === undefined || ended ? undefined : (await tx.document(id))?.export
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
      },
    }
  })
}
