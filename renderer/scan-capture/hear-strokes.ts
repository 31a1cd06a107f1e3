/**
 * Turns strokes, as they are handed over, into scans and typing: feeds the fold, and decides when nothing more will come.
 * Silence is counted only once every stroke that waited has been handed over. Knows no page.
 */
import { foldKeys, type KeyStroke, silenceFor, startKeys, takeKeys } from '../../src/scanning/key-strokes.ts'
import type { Timers } from '../connection/world.ts'

interface HearingParts {
  readonly timers: Timers
  /** The clock that stamps strokes. */
  readonly monotonicMs: () => number
  /** Whether strokes wait to be handed over, where the machine can tell. */
  readonly strokesArePending: () => boolean
  readonly onScan: (text: string) => void
  /** Fingers typed this. */
  readonly onTyped: (text: string) => void
  /** The last characters of `onTyped` were a scanner's after all. */
  readonly onTakeBack: (characters: number) => void
}

export interface Hearing {
  /** Takes one stroke; answers whether it must be kept from the page. */
  readonly stroke: (stroke: KeyStroke) => boolean
  readonly stop: () => void
}

/** A timer that comes this late says that the page was busy. */
const BUSY_MS = 8
/** How long after such a time nothing may be handed over: what waited comes at once, what is being sent every few milliseconds. */
const SETTLE_MS = 60
/** A machine that hands strokes over this late has other worries. */
const LONGEST_LAG_MS = 1_000
/** On a page that is always busy every timer is late. This long behind the last stroke it no longer matters. */
const LONGEST_DRAIN_MS = 2_000

export function hearStrokes(parts: HearingParts): Hearing {
  const { timers, monotonicMs, strokesArePending, onScan, onTyped, onTakeBack } = parts
  let state = startKeys()
  let timer: { cancel(): void } | undefined
  let handedMs = 0
  let lag = { ms: 0, seenMs: 0 }

  /** How late strokes have been handed over lately: the next ones will be as late. Fades in twice the time. */
  const lagMs = () => Math.max(0, lag.ms - (monotonicMs() - lag.seenMs) / 2)
  function sawLag(ms: number): void {
    if (ms > lagMs()) lag = { ms: Math.min(ms, LONGEST_LAG_MS), seenMs: monotonicMs() }
  }

  function take(): void {
    const taken = takeKeys(state)
    state = taken.state
    if (taken.takeBack > 0) onTakeBack(taken.takeBack)
    if (taken.typed !== '') onTyped(taken.typed)
    for (const { text } of taken.scans) onScan(text)
  }

  /** Calls back after a wait; `late` when the page was busy meanwhile or has strokes waiting. */
  function wait(delayMs: number, then: (late: boolean) => void): void {
    const dueMs = monotonicMs() + delayMs
    timer?.cancel()
    timer = timers.after(delayMs, () => {
      const lateMs = monotonicMs() - dueMs
      sawLag(lateMs)
      then(lateMs > BUSY_MS || strokesArePending())
    })
  }

  /**
   * Silence is counted from when a stroke was handed over, not from when it was made: strokes that a busy page gets late
   * stand close behind one another, and the next ones may be as late. When it is over, whatever stands in the page's queue behind the timer goes first.
   */
  function waitForSilence(): void {
    const silenceMs = silenceFor(state)
    if (silenceMs === undefined) timer?.cancel()
    else wait(silenceMs + lagMs(), drain)
  }

  function drain(late: boolean): void {
    const isOver = monotonicMs() - handedMs > LONGEST_DRAIN_MS && !strokesArePending()
    if (isOver) fallSilent()
    else if (late) wait(SETTLE_MS + lagMs(), drain)
    else wait(0, (lateAgain) => (lateAgain ? drain(true) : fallSilent()))
  }

  function fallSilent(): void {
    state = foldKeys(state, { key: null, timeMs: monotonicMs() })
    take()
  }

  return {
    stroke(stroke) {
      handedMs = monotonicMs()
      sawLag(handedMs - stroke.timeMs)
      state = foldKeys(state, stroke)
      const { swallowed } = state
      take()
      waitForSilence()
      return swallowed
    },
    stop: () => timer?.cancel(),
  }
}
