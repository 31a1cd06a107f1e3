import type { FastifyReply } from 'fastify'
import type { Refusal } from '../refusal.ts'

/** The error body of the API (reference 1.6). */
export function errorBody(refusal: Omit<Refusal, 'status'>) {
  return {
    error: {
      code: refusal.code,
      message: refusal.sentence,
      ...(refusal.target === undefined ? {} : { target: refusal.target }),
      ...(refusal.details === undefined || refusal.details.length === 0 ? {} : { details: refusal.details }),
    },
  }
}

export function sendRefusal(reply: FastifyReply, refusal: Refusal): FastifyReply {
  if (refusal.retryAfterS !== undefined) reply.header('retry-after', String(refusal.retryAfterS))
  if (refusal.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(refusal.status).send(errorBody(refusal))
}
