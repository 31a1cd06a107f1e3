/** Listens to the service's server-sent events (WHATWG HTML, section 9.2) over HTTP. */
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { HEARTBEAT_MS, streamEvent } from '../contract/exchange.ts'
import type { Failure } from '../lifecycle/outcome.ts'
import type { Ear, SyncFailureCode } from '../ports/sync-api.ts'
import { connectionFailure, type HttpCallerOptions, judge, notOurs } from './http-call.ts'

/** A connection on which nothing came for so long is dead. */
const SILENCE_MS = 2.5 * HEARTBEAT_MS
/** An event is a line or three; more is not ours. */
const LONGEST_EVENT_CHARACTERS = 65_536

export function listenTo(options: HttpCallerOptions, path: string, ear: Ear): { close(): void } {
  const { url, token, ca, timers } = options
  let over = false
  const end = (failure: Failure<SyncFailureCode> | undefined) => {
    if (over) return
    over = true
    silence.cancel()
    request.destroy()
    if (failure !== undefined) ear.ended(failure)
  }
  const tooQuiet = () => end(connectionFailure(new Error(`silent for ${SILENCE_MS} ms`)).failure)
  let silence = timers.after(SILENCE_MS, tooQuiet)
  // A connection of its own: it stays open, and must not take one of those that calls share.
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(
    new URL(path.replace(/^\//, ''), url),
    {
      agent: false,
      headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
      ...(ca === undefined ? {} : { ca }),
    },
  )
  request.on('error', (error) => end(connectionFailure(error).failure))
  request.on('response', (response) => {
    const refused = refusal(response)
    if (refused !== undefined) return end(refused)
    ear.opened()
    const events = new EventText((cursor) => {
      if (!over) ear.changed(cursor)
    })
    response.setEncoding('utf8')
    response.on('data', (text: string) => {
      silence.cancel()
      silence = timers.after(SILENCE_MS, tooQuiet)
      if (!events.take(text)) end(notOurs('no event of the agreed form').failure)
    })
    response.on('error', (error) => end(connectionFailure(error).failure))
    response.on('close', () => end(connectionFailure(new Error('the stream ended')).failure))
  })
  request.end()
  return { close: () => end(undefined) }
}

function refusal({ statusCode = 0, headers }: IncomingMessage): Failure<SyncFailureCode> | undefined {
  if (statusCode === 200 && headers['content-type']?.startsWith('text/event-stream') === true)
    return undefined
  if (statusCode === 200) return notOurs('no event stream').failure
  const judged = judge(statusCode, '')
  return judged.ok ? undefined : judged.failure
}

/** Puts events together from pieces of text; only those named `changed` count. */
class EventText {
  readonly #changed: (cursor: number) => void
  #rest = ''

  constructor(changed: (cursor: number) => void) {
    this.#changed = changed
  }

  /** Answers false when what comes is not from the service. */
  take(text: string): boolean {
    this.#rest += text.replaceAll('\r\n', '\n')
    for (;;) {
      const at = this.#rest.indexOf('\n\n')
      if (at === -1) return this.#rest.length <= LONGEST_EVENT_CHARACTERS
      const event = this.#rest.slice(0, at).split('\n')
      this.#rest = this.#rest.slice(at + 2)
      if (!event.includes('event: changed')) continue
      const cursor = readCursor(event)
      if (cursor === undefined) return false
      this.#changed(cursor)
    }
  }
}

function readCursor(event: readonly string[]): number | undefined {
  const data = event.find((line) => line.startsWith('data: '))?.slice('data: '.length)
  if (data === undefined) return undefined
  try {
    return streamEvent.safeParse(JSON.parse(data)).data?.cursor
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
