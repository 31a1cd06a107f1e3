import { afterAll, beforeAll } from 'vitest'
import type { BlobStore } from '../../../src/ports/blob-store.ts'
import { openStorage } from '../../../src/storage/open.ts'
import { type Azurite, startAzurite } from '../../fixtures/azurite.ts'
import { blobStoreSuite } from '../../suites/blob-store.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.end())

function opened(url: string): BlobStore {
  const store = openStorage(url)
  if (!store.ok) throw new Error(store.failure.sentence)
  return store.value
}

blobStoreSuite(
  'Azure Blob storage',
  async () => {
    const url = azurite.account()
    const store = opened(url)
    return { store, reopen: async () => opened(url), end: () => store.close() }
  },
  { holdsEveryName: false, cutsAnywhere: false },
)
