import type { FastifyError, FastifyInstance } from 'fastify'
import type { Log } from '../../ports/log.ts'
import { StoreBusy, StoreUnreachable } from '../store/store.ts'
import { errorBody } from './answers.ts'

/** What a request's own form can be refused for, by the server's code. */
const KNOWN: Readonly<Record<string, { readonly code: string; readonly sentence: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    code: 'RequestTooLarge',
    sentence: 'The body is too large. Send less at once.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    code: 'UnsupportedMediaType',
    sentence: 'Send the body as JSON, with the header "Content-Type: application/json".',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    code: 'InvalidJson',
    sentence: 'The body is not valid JSON. Correct it and send it again.',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'InvalidJson',
    sentence: 'The body is shorter or longer than announced. Send it again.',
  },
}

/** Every answer that is no success has the API's error body; none tells anything of the inside. */
export function addFailures(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(
      errorBody({
        code: 'ResourceNotFound',
        sentence: `There is nothing at this path for ${request.method}. Check the path and the method.`,
      }),
    ),
  )
  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (error instanceof StoreBusy) {
      log.warn('The database was busy for too long.', { request: request.id })
      return reply
        .code(503)
        .header('retry-after', '1')
        .send(errorBody({ code: 'ServiceBusy', sentence: 'The service is busy. Try again in a moment.' }))
    }
    if (error instanceof StoreUnreachable) {
      log.error('The database does not answer.', { request: request.id, error: error.message })
      return reply
        .code(503)
        .header('retry-after', '2')
        .send(
          errorBody({
            code: 'ServiceUnavailable',
            sentence: 'The database does not answer just now. Try again.',
          }),
        )
    }
    const status = error.statusCode ?? 500
    if (status < 500) {
      const known = KNOWN[error.code] ?? {
        code: 'BadRequest',
        sentence: 'The request cannot be read. Correct it and send it again.',
      }
      return reply.code(status).send(errorBody(known))
    }
    log.error('A request failed.', {
      request: request.id,
      route: request.routeOptions.url,
      error: error.name,
      stack: error.stack,
    })
    return reply.code(500).send(
      errorBody({
        code: 'InternalError',
        sentence: `Something went wrong in the service. Try again; if it stays, tell support the request id ${request.id}.`,
      }),
    )
  })
}
