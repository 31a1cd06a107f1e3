/** The copy id for somebody who asks for an export by hand, again and again, and keeps no record of it. */
import { copyIdSchema, type ExportSelection } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { PlanStore, selectionDigest } from './plan-store.ts'

const MOST_COPIES = 1_000

/**
 * `base`, or `base-2`, `base-3` … : the first under which nothing was copied yet, or an export of these very blobs did not come
 * to its end, which is then gone on with.
 */
export async function exportIdFor(
  store: BlobStore,
  base: string,
  selection: ExportSelection,
): Promise<BlobOutcome<string>> {
  const prefix = base.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^[_-]+/, '')
  for (let count = 1; count <= MOST_COPIES; count++) {
    const ending = count === 1 ? '' : `-${count}`
    const id = copyIdSchema.parse(
      `${(prefix === '' ? 'copy' : prefix).slice(0, 100 - ending.length)}${ending}`,
    )
    const free = await isFree(store, id, selection)
    if (!free.ok) return free
    if (free.value) return { ok: true, value: id }
  }
  return {
    ok: false,
    failure: {
      code: 'BlobRequestFailed',
      sentence: 'This drive was filled too often for this job: name the copy yourself.',
      permanent: true,
    },
  }
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
