import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyReply } from 'fastify'
import type { Failure } from '../lifecycle/outcome.ts'
import type { Log } from '../ports/log.ts'
import { admit, type Door } from './admission.ts'
import { knockOf } from './knock.ts'
import { pageHeaders } from './page-headers.ts'
import {
  broken,
  notFound,
  PAGE_STYLE,
  type Page,
  pageHtml,
  refusalPage,
  stationRefusedPage,
  windowNotBuilt,
} from './pages.ts'

/** The build names these files after their content, so they never change. */
const NAMED_BY_CONTENT = /^\/assets\/.+-[\w-]{8}\.\w+$/

export interface WindowServerParts {
  readonly door: Door
  /** The cookie of a new session, as `Set-Cookie` has it. */
  readonly sessionCookie: () => string
  /** Why there is no engine; every page says it. */
  readonly failure: Failure | undefined
  /** Called after a browser was shown the failure. */
  readonly onFailureShown?: (() => void) | undefined
  readonly rendererDir: string
  readonly log: Log
}

/** The pages and files of the window. Every request passes admission first, every response bears the security headers. */
export function createWindowServer(parts: WindowServerParts): FastifyInstance {
  const { door, failure, rendererDir } = parts
  const app = Fastify({ logger: false, forceCloseConnections: true })
  // Named as well as 'self', which older browsers do not take to mean WebSockets too.
  const connect = () => [`ws://${door.authority}`]
  const show = (reply: FastifyReply, page: Page) =>
    reply
      .code(page.status)
      .headers(pageHeaders({ connect: connect(), style: PAGE_STYLE }))
      .header('Cache-Control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(pageHtml(page))

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(pageHeaders({ connect: connect() }))
    const admission = admit(knockOf(request.raw, false), door)
    switch (admission.verdict) {
      case 'enter':
        if (admission.renew) reply.header('Set-Cookie', parts.sessionCookie())
        return
      case 'refuse':
        parts.log.info('a request was not let in', { reason: admission.reason })
        return show(reply, refusalPage(admission.reason, door.authority))
      case 'welcome':
        reply.header('Set-Cookie', parts.sessionCookie())
        return reply.header('Cache-Control', 'no-store').redirect('/', 303)
      case 'forward':
        return reply.header('Cache-Control', 'no-store').redirect('/', 303)
    }
  })
  if (failure !== undefined) {
    app.addHook('preHandler', async (_request, reply) => show(reply, stationRefusedPage(failure)))
    app.addHook('onResponse', async ({ url }, reply) => {
      if (reply.statusCode === stationRefusedPage(failure).status && url === '/') parts.onFailureShown?.()
    })
  }
  app.setNotFoundHandler((_request, reply) => show(reply, notFound))
  app.setErrorHandler((error, _request, reply) => {
    parts.log.error('a page could not be served', { error: String(error) })
    return show(reply, broken)
  })

  app.get('/', async (_request, reply) => {
    const html = await readWindow(rendererDir)
    if (html === undefined) return show(reply, windowNotBuilt)
    return reply.header('Cache-Control', 'no-store').type('text/html; charset=utf-8').send(html)
  })
  app.register(fastifyStatic, {
    root: rendererDir,
    index: false,
    dotfiles: 'ignore',
    cacheControl: false,
    suppressWarning: true,
    setHeaders: (reply) => {
      const forever = NAMED_BY_CONTENT.test(reply.request.url)
      reply.header('Cache-Control', forever ? 'private, max-age=31536000, immutable' : 'no-cache')
    },
  })
  return app
}

/** The window's page; `undefined` when it has not been built. */
async function readWindow(rendererDir: string): Promise<string | undefined> {
  try {
    return await readFile(join(rendererDir, 'index.html'), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
