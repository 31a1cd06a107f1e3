import { type CallArgs, type CallName, TOPICS, type Topic, type TopicState } from '../../contract/screen.ts'
import type { Outcome } from '../../lifecycle/outcome.ts'
import type { Clock, Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'

type Views = { readonly [T in Topic]: () => TopicState<T> }

export interface ScreensParts {
  readonly id: string
  readonly clock: Clock
  readonly timers: Timers
  readonly log: Log
  readonly views: Views
  readonly calls: {
    readonly [N in CallName]: (args: CallArgs<N>) => Promise<Outcome<unknown>> | Outcome<unknown>
  }
  /** Called each second while something moves by itself: running copies. Answers whether it does. */
  readonly tick: () => boolean
}

/** Topics whose change an operator waits for after each scan; the others may come a moment later. */
const AT_ONCE: ReadonlySet<Topic> = new Set(['receive', 'station'])
const SOON_MS = 200
const TICK_MS = 1_000

interface Told {
  revision: number
  state: unknown
  /** What `state` is as text: equal text is no change. */
  text: string
}

/**
 * What windows are shown: each topic made anew from the ledger when something may have changed, and told only when it
 * differs. Holds no truth of its own.
 */
export class Screens {
  readonly id: string
  readonly #parts: ScreensParts
  readonly #told = new Map<Topic, Told>()
  readonly #listeners = new Set<(name: Topic) => void>()
  #soon: { cancel(): void } | undefined
  #ticking: { cancel(): void } | undefined
  #stopped = false

  constructor(parts: ScreensParts) {
    this.id = parts.id
    this.#parts = parts
    this.#tick()
  }

  now(): number {
    return this.#parts.clock.now()
  }

  topic<T extends Topic>(name: T): { readonly revision: number; readonly state: TopicState<T> } {
    const told = this.#told.get(name) ?? this.#make(name)
    return { revision: told.revision, state: told.state as TopicState<T> }
  }

  onTopic(listener: (name: Topic) => void): { stop(): void } {
    this.#listeners.add(listener)
    return { stop: () => void this.#listeners.delete(listener) }
  }

  async call<N extends CallName>(name: N, args: CallArgs<N>): Promise<Outcome<unknown>> {
    return this.#parts.calls[name](args)
  }

  /** Something may have changed: what an operator waits for is looked at now, the rest soon. */
  changed(): void {
    if (this.#stopped) return
    for (const topic of AT_ONCE) this.#look(topic)
    this.#soon ??= this.#parts.timers.after(SOON_MS, () => {
      this.#soon = undefined
      for (const topic of TOPICS) if (!AT_ONCE.has(topic)) this.#look(topic)
    })
  }

  stop(): void {
    this.#stopped = true
    this.#soon?.cancel()
    this.#ticking?.cancel()
    this.#listeners.clear()
  }

  #tick(): void {
    this.#ticking = this.#parts.timers.after(TICK_MS, () => {
      if (this.#parts.tick()) this.#look('bays')
      // The service answers and the clock runs without anybody telling.
      this.#look('station')
      this.#look('receive')
      if (!this.#stopped) this.#tick()
    })
  }

  #look(name: Topic): void {
    // Nobody has asked for it yet: it is made when somebody does.
    if (!this.#told.has(name) || this.#stopped) return
    const before = this.#told.get(name)?.revision
    try {
      if (this.#make(name).revision !== before) for (const listener of this.#listeners) listener(name)
    } catch (error) {
      this.#parts.log.error('A screen could not be made.', { topic: name, error: String(error) })
    }
  }

  #make(name: Topic): Told {
    const state = this.#parts.views[name]()
    const text = JSON.stringify(state)
    const old = this.#told.get(name)
    if (old?.text === text) return old
    const told = { revision: (old?.revision ?? 0) + 1, state, text }
    this.#told.set(name, told)
    return told
  }
}
