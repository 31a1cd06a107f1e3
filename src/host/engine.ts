import type { CallArgs, CallName, Topic, TopicState } from '../contract/screen.ts'
import type { Outcome } from '../lifecycle/outcome.ts'

/**
 * What a host needs of an engine to show it in windows. The engine knows nothing of windows, ports or sockets; any
 * number of windows share one engine and see the same.
 */
export interface ScreenEngine {
  /** Tells two starts of an engine apart: new at every start. */
  readonly id: string

  /** The engine's wall clock, milliseconds since 1970. */
  now(): number

  /** A topic as it is now. `revision` counts the changes of that topic since the start, from 1, and only grows. */
  topic<T extends Topic>(name: T): ToldTopic<T>

  /** Calls `listener` after every change of a topic. A host reads the state when it is ready to send it. */
  onTopic(listener: (name: Topic) => void): { stop(): void }

  /**
   * Does what a window asks. Calls are begun in the order in which they are made; each is answered when it is done. Failure
   * is a value; a rejection is a defect and costs only that call.
   */
  call<N extends CallName>(name: N, args: CallArgs<N>): Promise<Outcome<unknown>>
}

export interface ToldTopic<T extends Topic = Topic> {
  readonly revision: number
  readonly state: TopicState<T>
}
