import { syncApiSuite } from '../suites/sync-api.ts'
import { FakeSyncService } from './sync-api.ts'

syncApiSuite('the fake service', async () => {
  const service = new FakeSyncService()
  return {
    apiFor: () => service,
    exportJob: async (wanted) => {
      const job = `job-${service.exportsByJob.size}`
      service.exportsByJob.set(job, wanted)
      return job
    },
    end: async () => undefined,
  }
})
