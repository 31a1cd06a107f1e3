/**
 * Hears a scanner that types, whatever has the focus. Its keys never reach the page; keys of fingers are given back to
 * where they were typed. Times are those of the events themselves, so a busy page does not stretch a burst.
 */
import { foldKeys, startKeys, takeKeys } from '../../src/scanning/key-strokes.ts'
import type { Timers } from '../connection/world.ts'
import { giveBack } from './give-back.ts'

interface CaptureParts {
  readonly timers: Timers
  /** The clock that stamps events. */
  readonly monotonicMs: () => number
  readonly onScan: (text: string) => void
}

/**
 * How long nothing may arrive before a burst counts as ended. Longer than the burst's own limit, because a busy machine
 * hands strokes over late; longest while the scanner sends end keys, because then silence ends only what fingers typed.
 */
const SILENCE_MS = { withEndKey: 120, withoutEndKey: 80 } as const
/** A timer that comes this late says that the page was busy. */
const BUSY_MS = 8

/** Listens from now on; returns how to stop. */
export function captureScans(window: Window, { timers, monotonicMs, onScan }: CaptureParts): () => void {
  let state = startKeys()
  let tick: { cancel(): void } | undefined
  let silenceMs: number = SILENCE_MS.withEndKey

  function take(): void {
    const taken = takeKeys(state)
    state = taken.state
    if (taken.typed !== '') giveBack(taken.typed, window.document.activeElement)
    for (const { text, endedBy } of taken.scans) {
      silenceMs = endedBy === 'end-key' ? SILENCE_MS.withEndKey : SILENCE_MS.withoutEndKey
      onScan(text)
    }
  }

  /**
   * Silence is counted from when a stroke arrived, not from when it was pressed: strokes that a busy page gets late stand
   * close behind one another.
   */
  function waitForSilence(): void {
    tick?.cancel()
    if (state.held === '') return
    const dueMs = monotonicMs() + silenceMs
    tick = timers.after(silenceMs, () => {
      const timeMs = monotonicMs()
      // The page was busy: strokes may stand in its queue behind this timer. They go first.
      if (timeMs - dueMs > BUSY_MS || inputIsPending(window)) {
        waitForSilence()
        return
      }
      state = foldKeys(state, { key: null, timeMs })
      take()
    })
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (!event.isTrusted || event.metaKey || isAlt(event)) return
    const control = event.ctrlKey && !event.altKey
    state = foldKeys(state, { key: event.key, timeMs: event.timeStamp, control, repeat: event.repeat })
    if (state.swallowed) {
      event.preventDefault()
      event.stopImmediatePropagation()
    }
    take()
    waitForSilence()
  }

  window.addEventListener('keydown', onKeyDown, { capture: true })
  return () => {
    tick?.cancel()
    window.removeEventListener('keydown', onKeyDown, { capture: true })
  }
}

/** Alt alone makes shortcuts; AltGr makes letters. */
function isAlt(event: KeyboardEvent): boolean {
  return event.altKey && !event.getModifierState('AltGraph')
}

/** Chromium can say whether strokes wait in its queue; elsewhere the lateness of the timer has to do. */
function inputIsPending(window: Window): boolean {
  const { scheduling } = window.navigator as Navigator & {
    readonly scheduling?: { readonly isInputPending: () => boolean }
  }
  return scheduling?.isInputPending() ?? false
}
