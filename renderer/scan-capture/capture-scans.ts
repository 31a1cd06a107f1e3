/**
 * Hears a scanner that types, whatever has the focus. Its keys never reach the page; keys of fingers are given back to
 * where they were typed. Times are those of the events themselves, so a busy page does not stretch a burst.
 */
import type { Timers } from '../connection/world.ts'
import { type Given, giveBack, takeBack } from './give-back.ts'
import { hearStrokes } from './hear-strokes.ts'

interface CaptureParts {
  readonly timers: Timers
  /** The clock that stamps events. */
  readonly monotonicMs: () => number
  readonly onScan: (text: string) => void
}

/** Listens from now on; returns how to stop. */
export function captureScans(window: Window, parts: CaptureParts): () => void {
  let given: Given | undefined
  const hearing = hearStrokes({
    ...parts,
    strokesArePending: () => inputIsPending(window),
    onTyped(text) {
      given = giveBack(text, window.document.activeElement)
    },
    onTakeBack(characters) {
      takeBack(given, characters)
      given = undefined
    },
  })

  function onKeyDown(event: KeyboardEvent): void {
    if (!event.isTrusted || event.metaKey || isAlt(event)) return
    const { key, timeStamp: timeMs, repeat } = event
    if (!hearing.stroke({ key, timeMs, control: event.ctrlKey && !event.altKey, repeat })) return
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  window.addEventListener('keydown', onKeyDown, { capture: true })
  return () => {
    hearing.stop()
    window.removeEventListener('keydown', onKeyDown, { capture: true })
  }
}

/** Alt alone makes shortcuts; AltGr makes letters. */
function isAlt(event: KeyboardEvent): boolean {
  return event.altKey && !event.getModifierState('AltGraph')
}

/** Chromium can say whether strokes wait in its queue; elsewhere the lateness of a timer has to do. */
function inputIsPending(window: Window): boolean {
  const { scheduling } = window.navigator as Navigator & {
    readonly scheduling?: { readonly isInputPending: () => boolean }
  }
  return scheduling?.isInputPending() ?? false
}
