import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Store } from '../store/store.ts'
import { StoreFailure } from '../store/store.ts'

/** From a Get Job out of memory to a push over a slow line, seconds. */
const BUCKETS_S = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/**
 * Figures for Prometheus (text format 0.0.4). Labels are routes and codes, never names of customers, jobs or stations: a
 * page of figures is read by more people than a job is.
 */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Counter({
    name: 'tallydock_http_requests_total',
    help: 'Requests answered, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    registers: [this.#registry],
  })
  readonly #seconds = new Histogram({
    name: 'tallydock_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer; live streams are left out.',
    labelNames: ['route', 'method'],
    buckets: BUCKETS_S,
    registers: [this.#registry],
  })
  readonly #entries = new Counter({
    name: 'tallydock_entries_total',
    help: 'Entries pushed by stations, by the answer they got.',
    labelNames: ['answer'],
    registers: [this.#registry],
  })

  constructor(store: Store) {
    collectDefaultMetrics({ register: this.#registry })
    new Gauge({
      name: 'tallydock_log_cursor',
      help: 'Newest cursor of the change log; NaN while the database does not answer.',
      registers: [this.#registry],
      async collect() {
        this.set(await newestCursor(store))
      },
    })
  }

  /** `route`: its pattern, or undefined where no route was found. */
  answered(route: string | undefined, method: string, status: number, ms: number): void {
    const labels = { route: route ?? 'none', method }
    this.#requests.inc({ ...labels, status })
    if (route !== '/dock/v1/stream') this.#seconds.observe(labels, ms / 1_000)
  }

  pushed(answers: readonly { readonly answer: string }[]): void {
    for (const { answer } of answers) this.#entries.inc({ answer })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

async function newestCursor(store: Store): Promise<number> {
  try {
    return (await store.read((tx) => tx.logHead())).cursor
  } catch (error) {
    if (error instanceof StoreFailure) return Number.NaN
    throw error
  }
}
