import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { EXCHANGE_VERSION, HEARTBEAT_MS, type StreamEvent } from '../../contract/exchange.ts'
import type { Timers } from '../../ports/clock.ts'
import type { LiveLog } from '../exchange/live-log.ts'
import { refuse } from '../refusal.ts'
import { sendRefusal } from './answers.ts'
import type { Gate } from './authenticate.ts'
import { callerOf } from './gate-hook.ts'

/** One station needs one; a few more while a lost connection has not been noticed. */
const MOST_FOR_A_TOKEN = 4
const MOST_STREAMS = 2_000

interface Query {
  station?: string | string[]
  after?: string | string[]
}

/** The live stream (`src/contract/exchange.ts`): a connection that tells a station when to pull. */
export function addStreamRoute(app: FastifyInstance, live: LiveLog, gate: Gate, timers: Timers): void {
  const open = new Map<string, Set<() => void>>()

  app.get<{ Querystring: Query }>(
    '/dock/v1/stream',
    { config: { allowed: { roles: ['station'] } } },
    async (request, reply) => {
      const asked = readQuery(request)
      if (!asked.ok) return sendRefusal(reply, asked.failure)
      const { actor } = callerOf(request)
      const mine = open.get(actor) ?? new Set()
      open.set(actor, mine)
      if (mine.size >= MOST_FOR_A_TOKEN || live.size >= MOST_STREAMS)
        return sendRefusal(
          reply,
          refuse(
            429,
            'TooManyStreams',
            'Too many streams are open with this token. Close one, then try again.',
            {
              retryAfterS: 10,
            },
          ).failure,
        )
      const end = stream(reply, live, timers, asked.value, () => gate.knows(request))
      mine.add(end)
      reply.raw.once('close', () => {
        mine.delete(end)
        if (mine.size === 0) open.delete(actor)
        end()
      })
    },
  )

  // A stream has no end of its own: without this a stop would wait for all of them.
  app.addHook('preClose', async () => {
    for (const streams of open.values()) for (const end of streams) end()
    await live.close()
  })
}

/** Writes events until either side ends; answers what ends it. */
function stream(
  reply: FastifyReply,
  live: LiveLog,
  timers: Timers,
  { station, after }: { readonly station: string; readonly after: number },
  mayGoOn: () => Promise<boolean>,
): () => void {
  reply.hijack()
  const { raw } = reply
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  const write = (text: string) => {
    // Whoever does not read is not told more: one unread event says as much as many.
    if (!raw.writableEnded && !raw.writableNeedDrain) raw.write(text)
  }
  write(': listening\n\n')
  let beat: { cancel(): void } = timers.after(HEARTBEAT_MS, pulse)
  function pulse() {
    beat = timers.after(HEARTBEAT_MS, pulse)
    write(': still here\n\n')
    // A token that was revoked since hears nothing more.
    void mayGoOn().then((goOn) => {
      if (!goOn) end()
    }, end)
  }
  const unfollow = live.follow({
    station,
    after,
    told: (cursor) => {
      const event: StreamEvent = { version: EXCHANGE_VERSION, cursor }
      write(`id: ${cursor}\nevent: changed\ndata: ${JSON.stringify(event)}\n\n`)
    },
  })
  function end() {
    beat.cancel()
    unfollow()
    if (!raw.writableEnded) raw.end()
  }
  return end
}

function readQuery({ query, headers }: FastifyRequest<{ Querystring: Query }>) {
  const { station, after = '0' } = query
  const resumed = headers['last-event-id'] ?? after
  if (typeof station !== 'string' || station === '' || station.length > 64)
    return refuse(400, 'InvalidStation', 'Name the station that listens, once, with 1 to 64 characters.', {
      target: 'station',
    })
  if (typeof resumed !== 'string' || !/^\d{1,15}$/.test(resumed))
    return refuse(400, 'InvalidCursor', 'after must be a cursor from an earlier answer, or 0.', {
      target: 'after',
    })
  return { ok: true, value: { station, after: Number(resumed) } } as const
}
