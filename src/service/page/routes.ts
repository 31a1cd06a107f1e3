import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Gate } from '../http/authenticate.ts'
import { listJobs } from '../jobs/list-jobs.ts'
import type { World } from '../world.ts'
import { jobsPage, type Reader, signInPage } from './render.ts'
import { Sessions } from './session.ts'
import { isLanguage, preferred, readWords, type Words } from './words.ts'

const require = createRequire(import.meta.url)
/** What the page needs besides itself, each from this origin. */
const FILES = {
  'page.css': ['text/css; charset=utf-8', new URL('../../../assets/page/page.css', import.meta.url)],
  'next-400.woff2': [
    'font/woff2',
    require.resolve(
      '@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-400-normal.woff2',
    ),
  ],
  'next-700.woff2': [
    'font/woff2',
    require.resolve(
      '@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next-latin-700-normal.woff2',
    ),
  ],
  'mono-400.woff2': [
    'font/woff2',
    require.resolve(
      '@fontsource/atkinson-hyperlegible-mono/files/atkinson-hyperlegible-mono-latin-400-normal.woff2',
    ),
  ],
} as const

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // Nothing runs here, nothing is framed, and forms go home (CSP level 3).
  'content-security-policy':
    "default-src 'none'; style-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  vary: 'accept-language, cookie',
}

const JOBS_PER_PAGE = '50'
const LONGEST_FORM_BYTES = 4_096

interface Asked {
  Querystring: { lang?: string | string[]; after?: string | string[] }
}

/** The customers' page: plain pages and forms, in four languages. */
export function addPage(app: FastifyInstance, world: World, gate: Gate): void {
  const names = readWords()
  const sessions = new Sessions(world.store, world.vault, world.clock)
  const readerOf = (request: FastifyRequest<Asked>): Reader => {
    const { lang } = request.query
    const language = isLanguage(lang) ? lang : preferred(request.headers['accept-language'])
    return { language, words: names.get(language) as Words, names }
  }

  app.get<Asked>('/', async (request, reply) => {
    reply.headers(HEADERS)
    const reader = readerOf(request)
    const subscription = await sessions.subscriptionOf(request.headers.cookie)
    if (subscription === undefined) return signInPage(reader)
    const after = typeof request.query.after === 'string' ? request.query.after : undefined
    const asked = { subscription, top: JOBS_PER_PAGE }
    const wanted = await listJobs(world, { ...asked, skipToken: after })
    // A link that was cut short leads to the first page, not to a dead end.
    const found = wanted.ok ? wanted : await listJobs(world, asked)
    if (!found.ok) throw new Error(found.failure.sentence)
    const { jobs, next } = found.value
    return jobsPage(reader, {
      subscription,
      jobs,
      next,
      further: after !== undefined && wanted.ok,
      at: world.clock.now(),
    })
  })

  app.register(async (forms) => {
    forms.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: LONGEST_FORM_BYTES },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    )
    forms.post<Asked>('/sign-in', async (request, reply) => {
      const reader = readerOf(request)
      const refused = (status: number, why: keyof Words['signIn']) =>
        reply.code(status).headers(HEADERS).send(signInPage(reader, why))
      if (!isFromHere(request)) return refused(403, 'foreign')
      const token = request.body instanceof URLSearchParams ? (request.body.get('token') ?? '').trim() : ''
      const caller = await gate.signIn(token, request.ip)
      if (caller === 'too-many') return refused(429, 'tooMany')
      if (caller === undefined) return refused(401, 'unknown')
      if (caller.role !== 'customer') return refused(403, 'notCustomer')
      return goHome(reply.header('set-cookie', sessions.begin(token)), reader)
    })
    forms.post<Asked>('/sign-out', async (request, reply) => {
      const reader = readerOf(request)
      if (!isFromHere(request)) return reply.code(403).headers(HEADERS).send(signInPage(reader, 'foreign'))
      return goHome(reply.header('set-cookie', sessions.end()), reader)
    })
  })

  for (const [name, [type, place]] of Object.entries(FILES)) {
    const bytes = readFileSync(place)
    app.get(`/page/${name}`, async (_request, reply) =>
      reply.headers({ 'content-type': type, 'cache-control': 'public, max-age=3600' }).send(bytes),
    )
  }
}

/** A form of our own page, as browsers tell (Fetch Metadata, or the Origin header where they do not send that). */
function isFromHere({ headers, host }: FastifyRequest): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin !== undefined && URL.parse(headers.origin)?.host === host
}

/** After a form the browser asks for the page anew, so that reloading sends nothing twice (303, RFC 9110). */
function goHome(reply: FastifyReply, { language }: Reader): FastifyReply {
  return reply.headers({ 'cache-control': 'no-store' }).redirect(`/?lang=${language}`, 303)
}
