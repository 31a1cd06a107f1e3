/**
 * The list of blobs that no drive of the job had room for (`incompleteBlobListUri`). Its form is not published: it is the XML
 * list that an export job takes, so that it can be given to another one as it is.
 */
import type { ExportOrder } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { LogFile } from '../log/log-file.ts'
import { blobNameProblem } from '../manifest/blob-name.ts'
import { isXmlText } from '../manifest/xml-text.ts'
import { BLOB_LIST_END, BLOB_LIST_HEAD, blobListLine } from './blob-list.ts'
import type { DrivePlan } from './make-plan.ts'

/** One for each plan: a later drive of the job writes it anew. */
function listName({ job, diagnosticsPath, plan }: ExportOrder): string {
  const name = `waies/${job.trim().replace(/[^A-Za-z0-9._-]/g, '_')}_${plan.slice(-8)}_incomplete.xml`
  const wanted = `${diagnosticsPath.replace(/^\/+|\/+$/g, '')}/${name}`
  return blobNameProblem(wanted) === undefined ? wanted : `waimportexport/${name}`
}

/** Null: everything fits. */
export async function writeIncompleteList(
  store: BlobStore,
  order: ExportOrder,
  { plan, head }: DrivePlan,
  taken: Uint8Array,
): Promise<BlobOutcome<string | null>> {
  if (!taken.includes(0)) return { ok: true, value: null }
  const file = new LogFile({ store, key: `${order.copyId}/incomplete`, name: listName(order) })
  try {
    let written = await file.append(BLOB_LIST_HEAD)
    const blobs = plan.blobs(head)
    for (let ordinal = 0; written.ok; ordinal++) {
      const next = await blobs.next()
      if (next.done) {
        if (!next.value.ok) return next.value
        break
      }
      if (taken[ordinal] === 0 && isXmlText(next.value.name))
        written = await file.append(blobListLine(next.value.name))
    }
    if (written.ok) written = await file.append(BLOB_LIST_END)
    if (written.ok) written = await file.finish(async () => ({ ok: true, value: undefined }))
    return written.ok ? { ok: true, value: file.name } : written
  } finally {
    await file.leave()
  }
}
