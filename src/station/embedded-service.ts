import { Worker } from 'node:worker_threads'
import { type Failure, fail, type Outcome, ok } from '../lifecycle/outcome.ts'
import type { RunningService, ServiceFailureCode } from '../service/start-service.ts'

/** What the worker is started with. */
export interface EmbeddedOptions {
  readonly dataDir: string
  readonly port: number
  readonly locationsPath?: string | undefined
  /** `TALLYDOCK_KEY`: seals BitLocker keys instead of the key file in the data folder. */
  readonly masterKey?: string | undefined
  /** Random text the station authenticates with while this service runs; stored nowhere. */
  readonly stationToken: string
  /** The name it speaks under. */
  readonly station?: string | undefined
  /** Log lines go here, or to stderr. */
  readonly logFile?: string | undefined
}

export type FromWorker =
  | { readonly type: 'ready'; readonly url: string; readonly caPath: string }
  | { readonly type: 'failed'; readonly failure: Failure<ServiceFailureCode> }
  | { readonly type: 'stopped' }
export type ToWorker = 'stop'

export interface EmbeddedService extends RunningService {
  /** Resolves when the worker has ended, with the error that ended it, if any. */
  readonly ended: Promise<Error | undefined>
}

/** Runs the service in a thread of its own, with its own database, so that a station's engine never waits for it. */
export async function startEmbeddedService(
  options: EmbeddedOptions,
): Promise<Outcome<EmbeddedService, ServiceFailureCode | 'worker-ended'>> {
  const worker = new Worker(new URL('./service-program.ts', import.meta.url), { workerData: options })
  const ended = new Promise<Error | undefined>((resolve) => {
    let cause: Error | undefined
    worker.on('error', (error) => {
      cause = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', () => resolve(cause))
  })
  const first = await Promise.race([
    new Promise<FromWorker>((resolve) => worker.once('message', resolve)),
    ended.then((error) => ({ type: 'ended', error }) as const),
  ])
  if (first.type === 'failed') return { ok: false, failure: first.failure }
  if (first.type !== 'ready')
    return fail(
      'worker-ended',
      "The station's own service ended while it started; look at its log.",
      first.type === 'ended' ? first.error?.message : undefined,
    )
  return ok({
    url: first.url,
    caPath: first.caPath,
    ended,
    async close() {
      worker.postMessage('stop' satisfies ToWorker)
      await ended
    },
  })
}
