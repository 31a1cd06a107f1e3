/** The copy id for somebody who asks for an export by hand, again and again, and keeps no record of it. */
import type { ExportSelection } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { firstFreeId } from '../numbered-id.ts'
import { PlanStore, selectionDigest } from './plan-store.ts'

/**
 * `base`, or `base-2`, `base-3` … : the first under which nothing was copied yet, or an export of these very blobs did not come
 * to its end, which is then gone on with.
 */
export function exportIdFor(
  store: BlobStore,
  base: string,
  selection: ExportSelection,
): Promise<BlobOutcome<string>> {
  return firstFreeId(base, 'filled', (id) => isFree(store, id, selection))
}

async function isFree(
  store: BlobStore,
  id: string,
  selection: ExportSelection,
): Promise<BlobOutcome<boolean>> {
  for (const note of ['export-end', 'notes']) {
    const found = await store.notes.read(`${id}/${note}`)
    if (!found.ok) return found
    if (found.value !== undefined) return { ok: true, value: false }
  }
  const head = await new PlanStore(store, id, (question) => question()).head()
  if (!head.ok) return head
  return { ok: true, value: head.value === undefined || head.value.wanted === selectionDigest(selection) }
}
