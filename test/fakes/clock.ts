import type { Clock, Timers } from '../../src/ports/clock.ts'

/** Time that passes only when told to. */
export class FakeClock implements Clock, Timers {
  #now: number
  #waiting: { at: number; order: number; run: () => void }[] = []
  #order = 0

  constructor(now = Date.UTC(2026, 0, 5, 8)) {
    this.#now = now
  }

  now(): number {
    return this.#now
  }

  after(delayMs: number, run: () => void): { cancel(): void } {
    const timer = { at: this.#now + delayMs, order: this.#order++, run }
    this.#waiting.push(timer)
    return {
      cancel: () => {
        this.#waiting = this.#waiting.filter((other) => other !== timer)
      },
    }
  }

  /** Delays of the timers that are set, shortest first. */
  get waitsMs(): number[] {
    return this.#waiting.map(({ at }) => at - this.#now).sort((a, b) => a - b)
  }

  /** Lets time pass and runs what falls due, in order. */
  advance(ms: number): void {
    const end = this.#now + ms
    for (;;) {
      const [next] = this.#waiting.sort((a, b) => a.at - b.at || a.order - b.order)
      if (next === undefined || next.at > end) break
      this.#waiting.shift()
      this.#now = next.at
      next.run()
    }
    this.#now = end
  }
}
