/**
 * An engine made of what a test says: it speaks the contract with windows, keeps topics with their revisions, answers
 * scans once and the same again, and writes down everything it was asked.
 */
import {
  type CallAnswer,
  type CallName,
  calls,
  type FromEngine,
  fromWindow,
  SCREEN_VERSION,
  type ShownScan,
  type Topic,
  type TopicState,
  topics,
} from '../../src/contract/screen.ts'
import { calmStation, emptyReceive, shown } from './states.ts'

export interface EngineLink {
  readonly send: (message: FromEngine) => void
}

export interface SubmittedScan {
  readonly scan: string
  readonly text: string
}

type Failure = { readonly code: string; readonly sentence: string }

/** How a scan is answered; `silence` lets the window wait. */
type Answering = (scan: SubmittedScan) => ShownScan | Failure | 'silence'

export interface FakeEngine {
  /** A window has connected; returns what to do with its messages. */
  readonly attach: (link: EngineLink) => {
    readonly received: (message: unknown) => void
    readonly left: () => void
  }
  readonly tell: <T extends Topic>(topic: T, state: TopicState<T>) => void
  /** Sends anything, however wrong. */
  readonly say: (message: unknown) => void
  readonly answerScans: (answering: Answering) => void
  readonly answerCalls: <N extends CallName>(name: N, answer: CallAnswer<N> | Failure) => void
  /** Every submission in the order it came, repetitions included. */
  readonly submissions: readonly SubmittedScan[]
  readonly calls: readonly string[]
  /** The same machine after a restart: topics are told anew from revision 1. */
  readonly restart: () => void
}

export function createFakeEngine(version = SCREEN_VERSION): FakeEngine {
  const links = new Set<EngineLink>()
  const submissions: SubmittedScan[] = []
  const asked: string[] = []
  const answered = new Map<string, ShownScan>()
  const callAnswers = new Map<string, unknown>()
  const states = new Map<Topic, { revision: number; state: unknown }>()
  let starts = 1
  let answering: Answering = receivesAll

  const all = (message: FromEngine) => {
    for (const link of links) link.send(message)
  }
  const tell = <T extends Topic>(topic: T, state: TopicState<T>) => {
    const revision = (states.get(topic)?.revision ?? 0) + 1
    states.set(topic, { revision, state: topics[topic].parse(state) })
    all({ kind: 'topic', topic, revision, state })
  }
  tell('station', calmStation)
  tell('receive', emptyReceive)
  tell('bays', { bays: [] })
  tell('ship-back', { boxes: [], waiting: [] })
  tell('jobs', { jobs: [], more: 0 })
  tell('cases', { cases: [] })

  /** Like a real engine: the newest scan is told to every window, then the one who asked is answered. */
  function takeScan(link: EngineLink, id: number, args: unknown): void {
    const submitted = calls['scan.submit'].args.parse(args)
    submissions.push(submitted)
    const known = answered.get(submitted.scan)
    const answer = known ?? answering(submitted)
    if (answer === 'silence') return
    if ('code' in answer) {
      link.send({ kind: 'failure', id, failure: answer })
      return
    }
    if (known === undefined) {
      answered.set(submitted.scan, answer)
      const now = states.get('receive')?.state as TopicState<'receive'>
      tell('receive', { ...now, last: answer, scans: [answer, ...now.scans].slice(0, 5) })
    }
    link.send({ kind: 'answer', id, answer })
  }

  function answerCall(link: EngineLink, id: number, name: string): void {
    const answer = callAnswers.get(name)
    if (answer === undefined)
      link.send({ kind: 'failure', id, failure: { code: 'unknown-call', sentence: '' } })
    else if (isFailure(answer)) link.send({ kind: 'failure', id, failure: answer })
    else link.send({ kind: 'answer', id, answer })
  }

  return {
    submissions,
    calls: asked,
    tell,
    attach(link) {
      return {
        received(raw) {
          const message = fromWindow.parse(raw)
          if (message.kind === 'hello') {
            links.add(link)
            link.send({ kind: 'welcome', version, engine: `start-${starts}`, at: Date.now() })
            for (const [topic, { revision, state }] of states)
              link.send({ kind: 'topic', topic, revision, state })
          } else if (message.name === 'scan.submit') takeScan(link, message.id, message.args)
          else {
            asked.push(message.name)
            answerCall(link, message.id, message.name)
          }
        },
        left: () => links.delete(link),
      }
    },
    say: (message) => all(message as FromEngine),
    answerScans(how) {
      answering = how
    },
    answerCalls(name, answer) {
      callAnswers.set(name, answer)
    },
    restart() {
      starts++
      for (const one of states.values()) one.revision = 1
    },
  }
}

function receivesAll({ scan, text }: SubmittedScan): ShownScan {
  return shown({ scan, text, drive: text, at: Date.now() })
}

function isFailure(answer: unknown): answer is Failure {
  return typeof answer === 'object' && answer !== null && 'code' in answer && 'sentence' in answer
}
