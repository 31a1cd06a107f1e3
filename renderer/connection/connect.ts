/**
 * The window's side of the conversation with the engine, over any transport: topics in, calls out, scans never lost and
 * never doubled. A scan is sent under one name until it is answered, over as many links as that takes; the engine answers
 * the same name the same again.
 */
import {
  type CallAnswer,
  type CallArgs,
  type CallName,
  calls,
  type FromEngine,
  fromEngine,
  SCREEN_VERSION,
  type ShownScan,
} from '../../src/contract/screen.ts'
import { boardFor, emptyBoard, type TopicBoard, type TopicStates, tell } from './topic-board.ts'
import type { Link, Transport } from './transport.ts'
import type { WaitingScan, World } from './world.ts'

/** Waits before a new try; the last one is repeated. */
const RETRY_MS = [100, 200, 400, 800, 1_500] as const
/** A link that was lost and is back within this time is not worth a word. */
const AWAY_AFTER_MS = 1_000
/** An engine that has not answered for this long is not at work. */
const SILENT_AFTER_MS = 1_500
/** A scan without an answer is shown as waiting from here on. */
const LATE_AFTER_MS = 400
/** Longest text of the contract. */
const LONGEST_SCAN = 65_536

export interface Failure {
  readonly code: string
  /** What happened, in words of the engine; empty when only the code is known. */
  readonly sentence: string
}

export type CallOutcome<N extends CallName> =
  | { readonly ok: true; readonly answer: CallAnswer<N> }
  | { readonly ok: false; readonly failure: Failure }

/** A scan that the engine could not take at all. */
export interface FailedScan {
  readonly scan: string
  readonly text: string
  readonly failure: Failure
}

export interface ConnectionState {
  /** `silent`: the link is up, but nothing is answered. */
  readonly engine: 'connecting' | 'here' | 'silent' | 'away' | 'other-version'
  /** When the engine was last heard, in milliseconds since 1970. */
  readonly heardAt: number | undefined
  readonly topics: TopicStates
  /** Scans without an answer, oldest first. */
  readonly waiting: readonly WaitingScan[]
  /** The newest answer to a scan of this window. */
  readonly answered: ShownScan | undefined
  readonly failed: FailedScan | undefined
  /** Something came that is not of the contract. */
  readonly garbled: boolean
}

export interface Connection {
  readonly state: () => ConnectionState
  /** Called after each change; returns how to stop it. */
  readonly subscribe: (changed: () => void) => () => void
  /** Puts a scan in the queue and sends it. Its answer arrives in the state. */
  readonly submitScan: (text: string) => void
  readonly call: <N extends Exclude<CallName, 'scan.submit'>>(
    name: N,
    args: CallArgs<N>,
  ) => Promise<CallOutcome<N>>
  readonly close: () => void
}

/** A call on its way; how its answer is taken depends on what was asked. */
interface Asked {
  readonly answered: (answer: unknown) => void
  readonly failed: (failure: Failure) => void
}

export function connect(transport: Transport, world: World): Connection {
  const { timers } = world
  const listeners = new Set<() => void>()
  const asked = new Map<number, Asked>()
  let state: ConnectionState = {
    engine: 'connecting',
    heardAt: undefined,
    topics: {},
    waiting: world.keptScans(),
    answered: undefined,
    failed: undefined,
    garbled: false,
  }
  let board: TopicBoard = emptyBoard
  let link: Link | undefined
  let welcomed = false
  let stopped = false
  let tries = 0
  let nextCall = 0
  let awayTimer = timers.after(AWAY_AFTER_MS, sayAway)
  let silentTimer: { cancel(): void } | undefined

  function change(changes: Partial<ConnectionState>): void {
    state = { ...state, ...changes }
    for (const changed of [...listeners]) changed()
  }

  function sayAway(): void {
    if (!welcomed && state.engine !== 'other-version') change({ engine: 'away' })
  }

  function open(): void {
    let mine = true
    const opening = transport.open({
      opened() {
        if (!mine) return
        // A transport may say so before `open` has returned.
        queueMicrotask(() => opening.send({ kind: 'hello', version: SCREEN_VERSION }))
        expectAnswer()
      },
      received: (message) => mine && receive(message),
      closed() {
        if (!mine) return
        mine = false
        lost()
      },
    })
    link = {
      send: opening.send,
      close() {
        mine = false
        opening.close()
      },
    }
  }

  function lost(): void {
    link?.close()
    link = undefined
    silentTimer?.cancel()
    const was = welcomed
    welcomed = false
    const unanswered = [...asked.values()]
    asked.clear()
    for (const { failed } of unanswered) failed({ code: 'engine-away', sentence: '' })
    if (stopped) return
    if (was) awayTimer = timers.after(AWAY_AFTER_MS, sayAway)
    const waitMs = RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 0
    tries++
    timers.after(waitMs, () => {
      if (!stopped) open()
    })
  }

  /** The engine owes us something: a welcome or an answer. */
  function expectAnswer(): void {
    silentTimer?.cancel()
    silentTimer = timers.after(SILENT_AFTER_MS, () => {
      if (welcomed) change({ engine: 'silent' })
      else lost()
    })
  }

  function receive(message: unknown): void {
    const read = fromEngine.safeParse(message)
    if (!read.success) {
      change({ garbled: true })
      return
    }
    silentTimer?.cancel()
    handle(read.data)
    if (asked.size > 0) expectAnswer()
    if (welcomed)
      change({ heardAt: world.nowMs(), ...(state.engine === 'silent' ? { engine: 'here' as const } : {}) })
  }

  function handle(message: FromEngine): void {
    if (message.kind === 'welcome') welcome(message)
    else if (message.kind === 'topic') told(message)
    else {
      const one = asked.get(message.id)
      asked.delete(message.id)
      if (message.kind === 'answer') one?.answered(message.answer)
      else one?.failed(message.failure)
    }
  }

  function welcome({ version, engine }: Extract<FromEngine, { kind: 'welcome' }>): void {
    awayTimer.cancel()
    if (version !== SCREEN_VERSION) {
      change({ engine: 'other-version' })
      return
    }
    welcomed = true
    tries = 0
    const another = board.engine !== engine
    board = boardFor(board, engine)
    change({
      engine: 'here',
      topics: board.states,
      garbled: false,
      ...(another ? { answered: undefined, failed: undefined } : {}),
    })
    for (const scan of state.waiting) sendScan(scan)
  }

  function told(message: Extract<FromEngine, { kind: 'topic' }>): void {
    const after = tell(board, message)
    if (after === undefined) change({ garbled: true })
    if (after === undefined || after === board) return
    const newest = (topics: TopicStates) => topics.receive?.last?.scan
    const anotherScan = newest(after.states) !== newest(board.states)
    board = after
    change({ topics: board.states, ...(anotherScan ? { failed: undefined } : {}) })
  }

  function send(name: CallName, args: unknown, one: Asked): void {
    if (link === undefined || !welcomed) {
      one.failed({ code: 'engine-away', sentence: '' })
      return
    }
    const id = nextCall++
    asked.set(id, one)
    link.send({ kind: 'call', id, name, args })
    expectAnswer()
  }

  function sendScan({ scan, text }: WaitingScan): void {
    send('scan.submit', { scan, text } satisfies CallArgs<'scan.submit'>, {
      answered(answer) {
        const read = calls['scan.submit'].answer.safeParse(answer)
        if (read.success) settle(scan, { answered: newer(state.answered, read.data), failed: undefined })
        else settle(scan, { failed: { scan, text, failure: { code: 'garbled', sentence: '' } } })
      },
      failed(failure) {
        // It stays in the queue and is sent again over the next link.
        if (failure.code === 'engine-away') return
        settle(scan, { failed: { scan, text, failure } })
      },
    })
  }

  function settle(scan: string, changes: Partial<ConnectionState>): void {
    wait(
      state.waiting.filter((one) => one.scan !== scan),
      changes,
    )
  }

  function wait(waiting: readonly WaitingScan[], changes: Partial<ConnectionState> = {}): void {
    world.keepScans(waiting)
    change({ ...changes, waiting })
  }

  open()

  return {
    state: () => state,
    subscribe(changed) {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    submitScan(text) {
      const one = {
        scan: world.newScanId(),
        text: text.slice(0, LONGEST_SCAN),
        at: world.nowMs(),
        late: false,
      }
      wait([...state.waiting, one])
      if (welcomed) sendScan(one)
      timers.after(LATE_AFTER_MS, () => {
        if (!state.waiting.some(({ scan }) => scan === one.scan)) return
        change({ waiting: state.waiting.map((w) => (w.scan === one.scan ? { ...w, late: true } : w)) })
      })
    },
    call: (name, args) =>
      new Promise((resolve) => {
        send(name, args, {
          answered(answer) {
            const read = calls[name].answer.safeParse(answer)
            if (read.success) resolve({ ok: true, answer: read.data as CallAnswer<typeof name> })
            else resolve({ ok: false, failure: { code: 'garbled', sentence: '' } })
          },
          failed: (failure) => resolve({ ok: false, failure }),
        })
      }),
    close() {
      stopped = true
      awayTimer.cancel()
      silentTimer?.cancel()
      link?.close()
    },
  }
}

/** Answers to scans sent again come in a row: the newest by the engine's clock is the one to show. */
function newer(known: ShownScan | undefined, answer: ShownScan): ShownScan {
  return known !== undefined && known.at > answer.at ? known : answer
}
