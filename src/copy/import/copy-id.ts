/** The copy id for somebody who asks for a copy by hand, again and again, and keeps no record of it. */
import { copyIdSchema } from '../../contract/copy-messages.ts'
import type { BlobOutcome, BlobStore } from '../../ports/blob-store.ts'
import { normalHash } from '../manifest/read-manifest.ts'
import { loadNotes, notesKey } from './notes.ts'

const MOST_COPIES = 1_000

/**
 * `base`, or `base-2`, `base-3` … : the first under which nothing was copied yet, or something of this manifest was left
 * undone, which is then gone on with. A copy that is wholly done is never answered: asking for it once more is a new copy.
 */
export async function copyIdFor(
  store: BlobStore,
  base: string,
  manifestHash: string,
): Promise<BlobOutcome<string>> {
  const prefix = base.replace(/[^A-Za-z0-9_-]/g, '_').replace(/^[_-]+/, '')
  for (let count = 1; count <= MOST_COPIES; count++) {
    const ending = count === 1 ? '' : `-${count}`
    const id = copyIdSchema.parse(
      `${(prefix === '' ? 'copy' : prefix).slice(0, 100 - ending.length)}${ending}`,
    )
    const notes = await loadNotes(store, notesKey(id))
    if (!notes.ok) return notes
    if (notes.value === undefined) return { ok: true, value: id }
    const { start, end } = notes.value
    const isSame = (end ?? start)?.manifestHash === normalHash(manifestHash)
    if (isSame && (end === undefined || end.undone.length > 0)) return { ok: true, value: id }
  }
  return {
    ok: false,
    failure: {
      code: 'BlobRequestFailed',
      sentence: 'This drive was copied too often for this job: name the copy yourself.',
      permanent: true,
    },
  }
}
