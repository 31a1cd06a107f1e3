import { type FromWindow, fromWindow, SCREEN_VERSION } from '../contract/screen.ts'
import type { Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { answerCall } from './answer-call.ts'
import type { ScreenEngine } from './engine.ts'
import { tellTopics } from './told-topics.ts'
import type { Wire, WireEnd } from './wire.ts'

/** A window that connects and does not say hello is let go. */
export const HELLO_WITHIN_MS = 10_000
/** Calls one window may have under way; one more and it is told to wait. A person with a scanner has one or two. */
export const MOST_CALLS_UNDER_WAY = 1_024
/** Answers beyond this backlog are not kept for a window that does not read: it is dropped. */
export const MOST_BACKLOG_BYTES = 8 * 1024 * 1024

export interface SessionParts {
  readonly engine: ScreenEngine
  readonly timers: Timers
  readonly log: Log
}

export interface Session {
  /** Closes the wire and says why. */
  end(reason: WireEnd): void
  /** Resolves when the wire has closed, with the reason if this side closed it. Never rejects. */
  readonly ended: Promise<WireEnd | undefined>
}

/**
 * Serves one window over a wire: hello and version, every topic once and then its changes, calls and their answers. What
 * the window sends is never trusted: the worst it can do is lose its own wire.
 */
export function serveWindow(wire: Wire, { engine, timers, log }: SessionParts): Session {
  const { promise: ended, resolve: tellEnd } = Promise.withResolvers<WireEnd | undefined>()
  let open = true
  let telling: { stop(): void } | undefined
  let underWay = 0

  const end = (reason: WireEnd) => {
    if (!open) return
    log.info('a window is let go', { reason })
    wire.close(reason)
  }
  const patience = timers.after(HELLO_WITHIN_MS, () => end('no-hello'))

  const greet = (version: number) => {
    patience.cancel()
    wire.send({ kind: 'welcome', version: SCREEN_VERSION, engine: engine.id, at: engine.now() })
    if (version !== SCREEN_VERSION) {
      end('version-mismatch')
      return
    }
    telling = tellTopics(engine, wire, { timers, log, onTooSlow: () => end('too-slow') })
    // Telling may have closed the wire already.
    if (!open) telling.stop()
  }

  const answer = async (call: FromWindow & { kind: 'call' }) => {
    if (underWay >= MOST_CALLS_UNDER_WAY) {
      const sentence = 'The station is still busy with earlier requests. Wait a moment and try again.'
      wire.send({ kind: 'failure', id: call.id, failure: { code: 'too-many-calls', sentence } })
      return
    }
    underWay += 1
    const said = await answerCall(engine, call, log)
    underWay -= 1
    if (!open) return
    wire.send(said)
    if (wire.backlogBytes() > MOST_BACKLOG_BYTES) end('too-slow')
  }

  wire.onClose((reason) => {
    open = false
    patience.cancel()
    telling?.stop()
    tellEnd(reason)
  })
  wire.onMessage((message) => {
    if (!open) return
    const parsed = fromWindow.safeParse(message)
    if (!parsed.success) {
      end('not-understood')
      return
    }
    const greeted = telling !== undefined
    if (parsed.data.kind === 'call' && greeted) void answer(parsed.data)
    else if (parsed.data.kind === 'hello' && !greeted) greet(parsed.data.version)
    else end('not-understood')
  })
  return { end, ended }
}
