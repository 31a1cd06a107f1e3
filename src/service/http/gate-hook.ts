import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Log } from '../../ports/log.ts'
import type { Caller } from '../caller.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { sendRefusal } from './answers.ts'
import type { Allowed, Gate } from './authenticate.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; present on every route that names roles. */
    caller: Caller | undefined
  }
  interface FastifyContextConfig {
    allowed?: Allowed
  }
}

/** Headers of every answer, the gate before every body, and one log line behind every answer. */
export function addGate(app: FastifyInstance, gate: Gate, log: Log, metrics: Metrics): void {
  app.decorateRequest('caller', undefined)

  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'x-ms-request-id': request.id,
      'x-ms-correlation-request-id': correlationOf(request),
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    })
    const { allowed } = request.routeOptions.config
    if (allowed === undefined) return
    const admitted = await gate.admit(request, allowed)
    if (!admitted.ok) return sendRefusal(reply, admitted.failure)
    request.caller = admitted.value.caller
    const kind = request.method === 'GET' ? 'reads' : 'writes'
    reply.header(`x-ms-ratelimit-remaining-subscription-${kind}`, String(admitted.value.remaining))
  })

  app.addHook('onSend', async (_request, reply) => {
    // The published service names no charset, and JSON has only one.
    if (String(reply.getHeader('content-type')).startsWith('application/json'))
      reply.header('content-type', 'application/json')
  })

  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.routeOptions.url, request.method, reply.statusCode, reply.elapsedTime)
    log.info('request', {
      request: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime),
      caller: request.caller?.actor,
    })
  })
}

const CORRELATION = /^[A-Za-z0-9-]{1,64}$/

function correlationOf(request: FastifyRequest): string {
  const sent = request.headers['x-ms-correlation-request-id'] ?? request.headers['x-ms-client-request-id']
  return typeof sent === 'string' && CORRELATION.test(sent) ? sent : request.id
}

/** The caller of a route that names roles. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === undefined) throw new Error('A route without roles asked who calls.')
  return request.caller
}
