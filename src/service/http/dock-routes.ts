import type { FastifyInstance, FastifyRequest } from 'fastify'
import { exportSelection } from '../exchange/export-selection.ts'
import { pull } from '../exchange/pull.ts'
import { push } from '../exchange/push.ts'
import { stationKeys } from '../exchange/station-keys.ts'
import type { StationNames } from '../exchange/station-names.ts'
import { takeProgress } from '../exchange/take-progress.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { refuse } from '../refusal.ts'
import type { World } from '../world.ts'
import { sendRefusal } from './answers.ts'
import { callerOf } from './gate-hook.ts'

/** A push of the agreed size in the worst spelling (every character escaped) fits. */
const MOST_PUSH_BYTES = 16 * 1_048_576

const forStations = { config: { allowed: { roles: ['station'] as const } } }

/** The exchange with stations (`src/contract/exchange.ts`). */
export function addDockRoutes(
  app: FastifyInstance,
  world: World,
  names: StationNames,
  metrics: Metrics,
): void {
  const mayBe = (request: FastifyRequest) => (station: string) => names.claim(callerOf(request), station)

  app.post('/dock/v1/entries', { ...forStations, bodyLimit: MOST_PUSH_BYTES }, async (request, reply) => {
    const pushed = await push(world, request.body, mayBe(request))
    if (!pushed.ok) return sendRefusal(reply, pushed.failure)
    metrics.pushed(pushed.value.answers)
    return pushed.value
  })

  app.get<{ Querystring: Record<string, string | string[]> }>(
    '/dock/v1/changes',
    forStations,
    async (request, reply) => {
      const { station, after, limit } = request.query
      if (Array.isArray(station) || Array.isArray(after) || Array.isArray(limit))
        return sendRefusal(
          reply,
          refuse(400, 'InvalidQuery', 'Give station, after and limit only once each.').failure,
        )
      const pulled = await pull(world, { station, after, limit })
      return pulled.ok ? pulled.value : sendRefusal(reply, pulled.failure)
    },
  )

  app.post('/dock/v1/progress', forStations, async (request, reply) => {
    const taken = await takeProgress(world, request.body, mayBe(request))
    return taken.ok ? taken.value : sendRefusal(reply, taken.failure)
  })

  app.get<{ Params: { id: string } }>('/dock/v1/jobs/:id/keys', forStations, async (request, reply) => {
    const keys = await stationKeys(world, callerOf(request), request.params.id)
    return keys.ok ? keys.value : sendRefusal(reply, keys.failure)
  })

  app.get<{ Params: { id: string } }>('/dock/v1/jobs/:id/export', forStations, async (request, reply) => {
    const selection = await exportSelection(world, request.params.id)
    return selection.ok ? selection.value : sendRefusal(reply, selection.failure)
  })
}
