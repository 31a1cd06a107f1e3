import type { Clock } from '../../ports/clock.ts'

export interface Rate {
  /** Requests that may come at once. */
  readonly burst: number
  readonly perSecond: number
}

/** More callers than this are forgotten from the oldest on. */
const MOST_CALLERS = 10_000

interface Bucket {
  readonly tokens: number
  readonly at: number
}

/** A token bucket for each caller. Memory is bounded; a forgotten caller starts with a full bucket. */
export class RateLimit {
  private readonly clock: Clock
  private readonly rate: Rate
  private readonly buckets = new Map<string, Bucket>()

  constructor(clock: Clock, rate: Rate) {
    this.clock = clock
    this.rate = rate
  }

  /** Takes one request. `remaining` is how many more may come at once; otherwise the wait in seconds. */
  take(caller: string): { readonly remaining: number } | { readonly waitS: number } {
    const now = this.clock.now()
    const tokens = this.tokensOf(caller, now)
    if (tokens < 1) return { waitS: Math.ceil((1 - tokens) / this.rate.perSecond) }
    this.buckets.delete(caller)
    this.buckets.set(caller, { tokens: tokens - 1, at: now })
    for (const oldest of this.buckets.keys()) {
      if (this.buckets.size <= MOST_CALLERS) break
      this.buckets.delete(oldest)
    }
    return { remaining: Math.floor(tokens - 1) }
  }

  private tokensOf(caller: string, now: number): number {
    const { burst, perSecond } = this.rate
    const bucket = this.buckets.get(caller)
    if (bucket === undefined) return burst
    // A clock set back must not empty or freeze a bucket.
    const passedMs = Math.max(0, now - bucket.at)
    return Math.min(burst, bucket.tokens + (passedMs * perSecond) / 1_000)
  }
}
