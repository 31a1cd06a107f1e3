import { expect } from 'vitest'
import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { syncApiSuite } from '../suites/sync-api.ts'
import { ask, runService } from './running-service.ts'
import { API, exportJob, jobPath, must } from './service-under-test.ts'

/** The station's own client against the real service: both ends of the exchange keep the same promises. */
let orders = 0

syncApiSuite('the service over TLS', async () => {
  const service = await runService()
  const { url, ca } = service
  const api = must(createHttpSyncApi({ url, token: 'station-token', ca, timers: systemTimers }))
  return {
    apiFor: () => api,
    exportJob: async (wanted) => {
      const name = `export-${++orders}`
      const { blobListBlobPath, ...blobList } = wanted
      const section = blobListBlobPath === undefined ? { blobList } : { blobListBlobPath }
      const body = exportJob({ export: section })
      expect(await ask(service, 'PUT', `${jobPath(name)}?${API}`, body)).toMatchObject({ status: 201 })
      const told = must(await api.pull('nobody', 0, 500)).changes.map(({ entry }) => JSON.parse(entry.text))
      return told.at(-1).body.job.id as string
    },
    end: async () => {
      api.close()
      await service.end()
    },
  }
})
