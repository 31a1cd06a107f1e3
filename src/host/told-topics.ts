import { TOPICS, type Topic, topics } from '../contract/screen.ts'
import type { Timers } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import { placesOf } from './answer-call.ts'
import type { ScreenEngine } from './engine.ts'
import type { Wire } from './wire.ts'

/** A topic is told at most this often; changes in between are folded into the newest state. */
export const TOPIC_PAUSE_MS = 50
/** Beyond this backlog topics wait: what is not sent cannot pile up, and the newest state replaces it. */
export const BACKLOG_HELD_BYTES = 256 * 1024
/** A window that has not caught up by then is dropped; it may connect again and is right at once. */
export const LONGEST_HELD_MS = 10_000

export interface TellingParts {
  readonly timers: Timers
  readonly log: Log
  /** The window does not take what it is told. */
  readonly onTooSlow: () => void
}

/**
 * Tells one window every topic, at once and then after each change: the first change immediately, later ones folded so
 * that a topic goes out at most every `TOPIC_PAUSE_MS`, always its newest state, never an older revision after a newer.
 */
export function tellTopics(engine: ScreenEngine, wire: Wire, parts: TellingParts): { stop(): void } {
  const lanes = new Map(TOPICS.map((name) => [name, new Lane(name, engine, wire, parts)]))
  const listening = engine.onTopic((name) => lanes.get(name)?.changed())
  for (const lane of lanes.values()) lane.changed()
  return {
    stop() {
      listening.stop()
      for (const lane of lanes.values()) lane.stop()
    },
  }
}

/** One topic on its way to one window. */
class Lane {
  readonly #name: Topic
  readonly #engine: ScreenEngine
  readonly #wire: Wire
  readonly #parts: TellingParts
  #told = 0
  #dirty = false
  #heldMs = 0
  #pause: { cancel(): void } | undefined
  #stopped = false

  constructor(name: Topic, engine: ScreenEngine, wire: Wire, parts: TellingParts) {
    this.#name = name
    this.#engine = engine
    this.#wire = wire
    this.#parts = parts
  }

  changed(): void {
    this.#dirty = true
    if (this.#pause === undefined) this.#tell()
  }

  stop(): void {
    this.#stopped = true
    this.#pause?.cancel()
  }

  #tell(): void {
    if (this.#stopped || !this.#dirty) return
    if (this.#wire.backlogBytes() > BACKLOG_HELD_BYTES) {
      this.#heldMs += TOPIC_PAUSE_MS
      if (this.#heldMs > LONGEST_HELD_MS) {
        this.#parts.onTooSlow()
        return
      }
    } else {
      this.#heldMs = 0
      this.#dirty = false
      this.#send()
    }
    this.#pause = this.#parts.timers.after(TOPIC_PAUSE_MS, () => {
      this.#pause = undefined
      this.#tell()
    })
  }

  #send(): void {
    const { log } = this.#parts
    const topic = this.#name
    try {
      const { revision, state } = this.#engine.topic(topic)
      if (revision <= this.#told) return
      const fits = topics[topic].safeParse(state)
      if (fits.success) {
        this.#told = revision
        this.#wire.send({ kind: 'topic', topic, revision, state })
      } else {
        const where = placesOf(fits.error)
        log.error('a topic does not fit the contract and is not told', { topic, revision, where })
      }
    } catch (error) {
      // A defect in one view: its next change is a new try, and everything else goes on.
      log.error('a topic could not be made and is not told', { topic, error: String(error) })
    }
  }
}
