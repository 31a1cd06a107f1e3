import { createHttpSyncApi } from '../../src/sync/http-sync-api.ts'
import { systemTimers } from '../../src/system/clock.ts'
import { syncApiSuite } from '../suites/sync-api.ts'
import { runService } from './running-service.ts'
import { must } from './service-under-test.ts'

/** The station's own client against the real service: both ends of the exchange keep the same promises. */
syncApiSuite('the service over TLS', async () => {
  const service = await runService()
  const { url, ca } = service
  const api = must(createHttpSyncApi({ url, token: 'station-token', ca, timers: systemTimers }))
  return {
    apiFor: () => api,
    end: async () => {
      api.close()
      await service.end()
    },
  }
})
