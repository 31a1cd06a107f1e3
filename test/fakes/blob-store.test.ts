import { blobStoreSuite } from '../suites/blob-store.ts'
import { FakeBlobStore } from './blob-store.ts'

blobStoreSuite('in memory', async () => {
  const store = new FakeBlobStore()
  return { store, reopen: async () => store.another(), end: async () => undefined }
})
