import { syncApiSuite } from '../suites/sync-api.ts'
import { FakeSyncService } from './sync-api.ts'

syncApiSuite('the fake service', async () => {
  const service = new FakeSyncService()
  return { apiFor: () => service, end: async () => undefined }
})
