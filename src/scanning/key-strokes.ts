/**
 * Tells a scanner that types like a keyboard from fingers: a pure fold over key strokes and their times.
 *
 * A scanner sends its characters at most 35 ms apart, people do not keep that up for four characters. Every
 * character is therefore held back from the screen until it is known whose it is: a burst of four or more becomes a
 * scan, anything else is given back as typed. Enter or Tab ends a burst; a scanner without an end key is ended by
 * silence, which the caller reports as a tick.
 */
import { groupSeparator } from './clean-scan.ts'

export type KeyStroke =
  | {
      /** The key as `KeyboardEvent.key` names it: one character, or a name such as "Enter" or "Shift". */
      readonly key: string
      /** Monotonic time of the stroke in milliseconds (an event's own time stamp, not the time of handling it). */
      readonly timeMs: number
      /** Ctrl is held and Alt is not: scanners send GS as Ctrl+], CR as Ctrl+M and LF as Ctrl+J. */
      readonly control?: boolean
      /** The keyboard repeats a key held down. Only fingers do that. */
      readonly repeat?: boolean
    }
  /** A tick: nothing was pressed up to this time. */
  | { readonly key: null; readonly timeMs: number }

export interface KeyScan {
  /** What the scanner sent, without its end key. */
  readonly text: string
  readonly startedMs: number
  /** Time of the last character. */
  readonly endedMs: number
  readonly endedBy: 'end-key' | 'silence'
}

/** How bursts are recognised; a scanner test may measure other values for a slow (wireless) scanner. */
export interface KeyLimits {
  /** Longest time between two characters of one scan. */
  readonly burstGapMs: number
  /** Fewest characters of a scan. */
  readonly minCharacters: number
  /** How long after a scan an end key is still the scanner's: late, or the second of CR and LF. */
  readonly endKeyMs: number
}

export interface KeyState {
  readonly limits: KeyLimits
  /** Characters whose origin is not known yet. */
  readonly held: string
  readonly heldFromMs: number
  readonly heldUntilMs: number
  /** When the latest scan ended, its end keys included. */
  readonly scannedMs: number
  /** Completed scans not taken yet, oldest first. */
  readonly scans: readonly KeyScan[]
  /** Characters that fingers typed and that were held back, not taken yet: put them where the cursor is. */
  readonly typed: string
  /** Whether the latest stroke was held back or belonged to a scan: the caller must keep it from the screen. */
  readonly swallowed: boolean
}

const usualLimits: KeyLimits = { burstGapMs: 35, minCharacters: 4, endKeyMs: 100 }

/** The state before the first stroke. */
export function startKeys(limits: KeyLimits = usualLimits): KeyState {
  return {
    limits,
    held: '',
    heldFromMs: 0,
    heldUntilMs: 0,
    scannedMs: Number.NEGATIVE_INFINITY,
    scans: [],
    typed: '',
    swallowed: false,
  }
}

/** The state after one stroke or tick. */
export function foldKeys(state: KeyState, stroke: KeyStroke): KeyState {
  const silent = stroke.timeMs - state.heldUntilMs > state.limits.burstGapMs
  const settled = silent ? endHeld(state, 'silence') : state
  const sent = meaningOf(stroke, settled)
  if (sent === undefined) return { ...settled, swallowed: false }
  return sent === endKey ? onEndKey(settled, stroke.timeMs) : hold(settled, sent, stroke.timeMs)
}

/** What has been completed so far, and the state without it. */
export function takeKeys(state: KeyState): {
  readonly scans: readonly KeyScan[]
  readonly typed: string
  readonly state: KeyState
} {
  return { scans: state.scans, typed: state.typed, state: { ...state, scans: [], typed: '' } }
}

const endKey = Symbol('end key')
const controlKeys: ReadonlyMap<string, string | typeof endKey> = new Map<string, string | typeof endKey>([
  [']', groupSeparator],
  ['m', endKey],
  ['j', endKey],
])

/** The character a stroke stands for, an end key, or undefined for ticks and keys no scanner's data holds. */
function meaningOf(stroke: KeyStroke, { held }: KeyState): string | typeof endKey | undefined {
  if (stroke.key === null || stroke.repeat) return undefined
  if (stroke.control) {
    const sent = controlKeys.get(stroke.key.toLowerCase())
    // Outside a burst Ctrl+] is a person's shortcut; a separator in front of a scan would carry nothing anyway.
    return sent === groupSeparator && held === '' ? undefined : sent
  }
  if (stroke.key === 'Enter' || stroke.key === 'Tab') return endKey
  return [...stroke.key].length === 1 ? stroke.key : undefined
}

function hold(state: KeyState, character: string, timeMs: number): KeyState {
  return {
    ...state,
    held: state.held + character,
    heldFromMs: state.held === '' ? timeMs : state.heldFromMs,
    heldUntilMs: timeMs,
    swallowed: true,
  }
}

function onEndKey(state: KeyState, timeMs: number): KeyState {
  const ended = endHeld(state, 'end-key')
  const ownScan = ended.scans.length > state.scans.length
  const ofScanner = ownScan || (state.held === '' && timeMs - state.scannedMs <= state.limits.endKeyMs)
  return { ...ended, scannedMs: ofScanner ? timeMs : ended.scannedMs, swallowed: ofScanner }
}

/** Decides what the held characters were: a scan, or typing. */
function endHeld(state: KeyState, endedBy: KeyScan['endedBy']): KeyState {
  const { held, heldFromMs, heldUntilMs, limits } = state
  if (held === '') return state
  if ([...held].length < limits.minCharacters) return { ...state, held: '', typed: state.typed + held }
  const scan = { text: held, startedMs: heldFromMs, endedMs: heldUntilMs, endedBy }
  return { ...state, held: '', scannedMs: heldUntilMs, scans: [...state.scans, scan] }
}
