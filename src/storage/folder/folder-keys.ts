/** Where an unfinished upload or a note of this key is. */
import type { BlobOutcome } from '../../ports/blob-store.ts'
import { OWN_FOLDER } from './blob-place.ts'
import { failBlob } from './folder-failure.ts'
import type { FolderTree } from './folder-tree.ts'

/** Throws on a key that could leave its folder: keys are made by programs, so that is a defect. */
export function keyPath(key: string): readonly string[] {
  const parts = /^([A-Za-z0-9_-][A-Za-z0-9._-]*)\/([A-Za-z0-9_-][A-Za-z0-9._-]*)$/.exec(key)
  if (parts?.[1] === undefined || parts[2] === undefined) throw new Error(`not an upload key: ${key}`)
  return [OWN_FOLDER, 'partial', parts[1], parts[2]]
}

/** Makes the folder of a key and answers the file's place. */
export async function prepareKey(tree: FolderTree, key: string): Promise<BlobOutcome<readonly string[]>> {
  const path = keyPath(key)
  const folder = await tree.make(path.slice(0, -1))
  if (!folder.ok) return folder
  if (folder.value === 'ready') return { ok: true, value: path }
  return failBlob(
    'BlobRequestFailed',
    'The storage folder cannot hold unfinished uploads: look at its own folder.',
    {
      detail: tree.path(path),
    },
  )
}
