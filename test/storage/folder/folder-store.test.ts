import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { DIRECT_CALLS, type FileCalls, POOLED_CALLS } from '../../../src/storage/folder/files.ts'
import { openFolder } from '../../../src/storage/folder/open-folder.ts'
import { blobStoreSuite } from '../../suites/blob-store.ts'

function opened(root: string, calls: FileCalls): BlobStore {
  const store = openFolder(root, calls)
  if (!store.ok) throw new Error(store.failure.detail)
  return store.value
}

for (const [name, calls] of [
  ['local', DIRECT_CALLS],
  ['network', POOLED_CALLS],
] as const)
  blobStoreSuite(`a folder, called as on a ${name} disk`, async () => {
    const root = await mkdtemp(join(tmpdir(), 'tallydock-store-'))
    const store = opened(root, calls)
    return {
      store,
      reopen: async () => opened(root, calls),
      end: async () => {
        await store.close()
        await rm(root, { recursive: true })
      },
    }
  })
