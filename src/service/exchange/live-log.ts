import type { Timers } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type Store, StoreFailure } from '../store/store.ts'

/** Someone who wants to know when others have written something. */
export interface Follower {
  readonly station: string
  /** Has been told of everything up to here. */
  readonly after: number
  /** Others have written behind it; the log was at `cursor`. */
  told(cursor: number): void
}

/** How long a change of another process (a second service, the command line) may go unseen. */
const LOOK_EVERY_MS = 500

/**
 * Tells followers that the log has grown, never what it holds: they pull that, in the log's own order. One look at the
 * log serves them all; changes of this process are looked at once, those of others within half a second.
 */
export class LiveLog {
  readonly #store: Store
  readonly #timers: Timers
  readonly #log: Log
  readonly #followers = new Map<Follower, number>()
  #timer: { cancel(): void } | undefined
  #looking: Promise<void> | undefined
  #again = false
  #closed = false

  constructor(store: Store, timers: Timers, log: Log) {
    this.#store = store
    this.#timers = timers
    this.#log = log
  }

  get size(): number {
    return this.#followers.size
  }

  /** Answers what ends it. */
  follow(follower: Follower): () => void {
    this.#followers.set(follower, follower.after)
    this.nudge()
    return () => void this.#followers.delete(follower)
  }

  /** Something may have been written: looks now. */
  nudge(): void {
    if (this.#closed || this.#followers.size === 0) return
    if (this.#looking !== undefined) {
      this.#again = true
      return
    }
    this.#timer?.cancel()
    this.#looking = this.#look().then(() => {
      this.#looking = undefined
      if (this.#again) {
        this.#again = false
        this.nudge()
      } else if (!this.#closed && this.#followers.size > 0)
        this.#timer = this.#timers.after(LOOK_EVERY_MS, () => this.nudge())
    })
  }

  /** Ends looking; nobody is told anything more. */
  async close(): Promise<void> {
    this.#closed = true
    this.#timer?.cancel()
    this.#followers.clear()
    await this.#looking
  }

  async #look(): Promise<void> {
    try {
      const behind = [...this.#followers]
      // One snapshot for all: what is told to be at a cursor is there for whoever pulls then.
      const news = await this.#store.read(async (tx) => {
        const { cursor } = await tx.logHead()
        const found: [Follower, number][] = []
        for (const [follower, after] of behind) {
          if (after >= cursor) continue
          const [first] = await tx.changes({ after, except: follower.station, limit: 1 })
          if (first !== undefined) found.push([follower, cursor])
        }
        return found
      })
      for (const [follower, cursor] of news) {
        if (!this.#followers.has(follower)) continue
        this.#followers.set(follower, cursor)
        follower.told(cursor)
      }
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error
      this.#log.warn('The log could not be looked at for those who follow it.', { error: error.message })
    }
  }
}
