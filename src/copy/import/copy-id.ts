/** The copy id for somebody who asks for a copy by hand, again and again, and keeps no record of it. */
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { normalHash } from '../manifest/read-manifest.ts'
import { firstFreeId } from '../numbered-id.ts'
import { loadNotes, notesKey } from './notes.ts'

/**
 * `base`, or `base-2`, `base-3` … : the first under which nothing was copied yet, or something of this manifest was left
 * undone, which is then gone on with. A copy that is wholly done is never answered: asking for it once more is a new copy.
 */
export function copyIdFor(
  store: BlobStore,
  base: string,
  manifestHash: string,
): Promise<BlobOutcome<string>> {
  return firstFreeId(base, 'copied', async (id) => {
    const notes = await loadNotes(store, notesKey(id))
    if (!notes.ok) return notes
    if (notes.value === undefined) return { ok: true, value: true }
    const { start, end } = notes.value
    const isSame = (end ?? start)?.manifestHash === normalHash(manifestHash)
    return { ok: true, value: isSame && (end === undefined || end.undone.length > 0) }
  })
}
