/** Entry of the worker thread in which a station's own service runs (`embedded-service.ts` is its other end). */
import { parentPort, workerData } from 'node:worker_threads'
import { startService } from '../service/start-service.ts'
import { systemClock, systemTimers } from '../system/clock.ts'
import { systemIds } from '../system/ids.ts'
import { systemLog } from '../system/log.ts'
import type { EmbeddedOptions, FromWorker, ToWorker } from './embedded-service.ts'

const port = parentPort
if (port === null) throw new Error('service-program.ts runs as a worker thread only.')
const tell = (message: FromWorker) => port.postMessage(message)

const { port: tcpPort, station, stationToken, logFile, ...options } = workerData as EmbeddedOptions
const started = await startService({
  ...options,
  port: tcpPort,
  trusted: new Map([[stationToken, { role: 'station', actor: 'own-station', station }]]),
  clock: systemClock,
  timers: systemTimers,
  ids: systemIds(systemClock),
  log: systemLog(logFile === undefined ? {} : { file: logFile }),
})
if (started.ok) {
  const service = started.value
  port.on('message', async (message: ToWorker) => {
    if (message !== 'stop') return
    await service.close()
    tell({ type: 'stopped' })
    port.close()
  })
  tell({ type: 'ready', url: service.url, caPath: service.caPath })
} else {
  tell({ type: 'failed', failure: started.failure })
  port.close()
}
