import Fastify, { type FastifyInstance, type FastifyReply, type FastifyServerOptions } from 'fastify'
import type { Timers } from '../../ports/clock.ts'
import type { Caller } from '../caller.ts'
import { LiveLog } from '../exchange/live-log.ts'
import { StationNames } from '../exchange/station-names.ts'
import { Metrics } from '../metrics/metrics.ts'
import { addPage } from '../page/routes.ts'
import { StoreFailure } from '../store/store.ts'
import type { World } from '../world.ts'
import { errorBody } from './answers.ts'
import { Gate, type Rates, USUAL_RATES } from './authenticate.ts'
import { addDockRoutes } from './dock-routes.ts'
import { addFailures } from './failures.ts'
import { addGate } from './gate-hook.ts'
import { openApi } from './openapi.ts'
import { readJson } from './read-json.ts'
import { addRestRoutes } from './rest-routes.ts'
import { addStreamRoute } from './stream-route.ts'

export interface AppOptions {
  /** Where clients reach the service, for `nextLink`; without it the request's own host is used. */
  readonly publicUrl?: string | undefined
  /** Tokens that hold for this process only (a station's own service, the command line) and are stored nowhere. */
  readonly trusted?: ReadonlyMap<string, Caller> | undefined
  readonly rates?: Rates | undefined
  /** With timers stations can listen for changes; without, they ask again and again. */
  readonly timers?: Timers | undefined
  /** How the listener is made: TLS, in production. Without it the app is only good for `inject` and loopback tests. */
  readonly serverFactory?: FastifyServerOptions['serverFactory']
}

/** A job with 10,000 export paths fits; anything larger belongs into a blob list. */
const MOST_BODY_BYTES = 4 * 1_048_576
/** Longest path segment as sent, percent-encoded. */
const LONGEST_SEGMENT = 1_024

/** All routes of the service over an opened world. `inject` calls them in-process; `listen` serves them. */
export function createApp(world: World, options: AppOptions = {}): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MOST_BODY_BYTES,
    genReqId: () => world.ids.uuid(),
    requestIdHeader: false,
    frameworkErrors: (_error, _request, reply: FastifyReply) => {
      const sentence = 'The path cannot be read. Check how it is encoded and how long its parts are.'
      reply.code(400).send(errorBody({ code: 'BadRequest', sentence }))
    },
    // Resource paths compare without case; names keep the case they were written in.
    routerOptions: { caseSensitive: false, ignoreTrailingSlash: true, maxParamLength: LONGEST_SEGMENT },
    ...(options.serverFactory === undefined ? {} : { serverFactory: options.serverFactory }),
  })
  const gate = new Gate(world.store, world.clock, options.trusted ?? new Map(), options.rates ?? USUAL_RATES)
  readJson(app)
  addFailures(app, world.log)
  const metrics = new Metrics(world.store)
  addGate(app, gate, world.log, metrics)
  addRestRoutes(app, world, options.publicUrl)
  addDockRoutes(app, world, new StationNames(world, options.trusted?.values() ?? []), metrics)
  if (options.timers !== undefined) addLiveStream(app, world, gate, options.timers)
  addPage(app, world, gate)
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
  app.get('/openapi.json', async () => openApi())
  app.get('/healthz', async (_request, reply) => {
    try {
      await world.store.read((tx) => tx.logHead())
      return { status: 'ok', at: world.clock.now() }
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      return reply
        .code(503)
        .send(errorBody({ code: 'Unavailable', sentence: 'The database does not answer; look at the log.' }))
    }
  })
  return app
}

function addLiveStream(app: FastifyInstance, world: World, gate: Gate, timers: Timers): void {
  const live = new LiveLog(world.store, timers, world.log)
  addStreamRoute(app, live, gate, timers)
  app.addHook('onResponse', async (request) => {
    if (request.method !== 'GET') live.nudge()
  })
}
