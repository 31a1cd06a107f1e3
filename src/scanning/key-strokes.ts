/**
 * Tells a scanner that types like a keyboard from fingers: a pure fold over key strokes and their times.
 *
 * A scanner sends its characters at most 35 ms apart, people do not keep that up for four characters. Every
 * character is therefore held back from the screen until it is known whose it is: a burst of four or more becomes a
 * scan, anything else is given back as typed. Enter or Tab ends a burst; a scanner without an end key is ended by
 * silence, which the caller reports as a tick.
 *
 * A tick may come too early: the machine was busy and strokes made long ago are handed over after it. Their own times
 * say so. What the tick ended is then taken up again: given-back characters are asked back, and a part that was already
 * told as a scan is followed by the whole one, which names it.
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
  /** A scan told before was only the beginning of this one: its text. */
  readonly replaces?: string
}

/** A tick's verdict on held characters, as long as a late stroke may show that it came too early. */
interface EndedByTick {
  readonly text: string
  readonly fromMs: number
  readonly untilMs: number
  readonly as: 'scan' | 'typed'
  readonly endKeyRun: number | undefined
  readonly replaces?: string
}

/** How bursts are recognised; a scanner test may measure other values for a slow (wireless) scanner. */
export interface KeyLimits {
  /** Longest time between two characters of one scan. */
  readonly burstGapMs: number
  /** Fewest characters of a scan. */
  readonly minCharacters: number
  /** How long after a scan an end key is still the scanner's: late, or the second of CR and LF. */
  readonly endKeyMs: number
  /** How long nothing may be handed over before the caller reports silence. */
  readonly silenceMs: {
    /** After fewer characters than a scan has. Somebody who types waits for it; too short does no harm. */
    readonly typed: number
    /** While scans end with an end key: silence then ends only what a busy machine has held up. */
    readonly withEndKey: number
    /** Likewise, when the scans before did so without exception. */
    readonly withEndKeyAlways: number
    readonly withoutEndKey: number
    /** Before the first scan. */
    readonly unknown: number
  }
}

export interface KeyState {
  readonly limits: KeyLimits
  /** Characters whose origin is not known yet. */
  readonly held: string
  readonly heldFromMs: number
  readonly heldUntilMs: number
  /** When the latest scan ended, its end keys included. */
  readonly scannedMs: number
  /** How many of the latest scans had an end key, without one in between that had none; undefined before the first. */
  readonly endKeyRun: number | undefined
  readonly ended?: EndedByTick | undefined
  /** The part of what is held that was told as a scan. */
  readonly replaces?: string | undefined
  /** How many of the characters given back last are not typing after all: take them away again, then give `typed`. */
  readonly takeBack: number
  /** Completed scans not taken yet, oldest first. */
  readonly scans: readonly KeyScan[]
  /** Characters that fingers typed and that were held back, not taken yet: put them where the cursor is. */
  readonly typed: string
  /** Whether the latest stroke was held back or belonged to a scan: the caller must keep it from the screen. */
  readonly swallowed: boolean
}

/** So many scans in a row with an end key are a habit. */
const HABIT_SCANS = 5

/** Of wired scanners. */
export const usualLimits: KeyLimits = {
  burstGapMs: 35,
  minCharacters: 4,
  endKeyMs: 100,
  silenceMs: { typed: 120, withEndKey: 300, withEndKeyAlways: 1_000, withoutEndKey: 100, unknown: 160 },
}

/** The state before the first stroke. */
export function startKeys(limits: KeyLimits = usualLimits): KeyState {
  return {
    limits,
    held: '',
    heldFromMs: 0,
    heldUntilMs: 0,
    scannedMs: Number.NEGATIVE_INFINITY,
    endKeyRun: undefined,
    takeBack: 0,
    scans: [],
    typed: '',
    swallowed: false,
  }
}

/** The state after one stroke or tick. */
export function foldKeys(state: KeyState, stroke: KeyStroke): KeyState {
  const silent = stroke.timeMs - state.heldUntilMs > state.limits.burstGapMs
  const settled = silent ? endHeld(state, 'silence', stroke.key === null) : state
  const sent = meaningOf(stroke, settled)
  if (sent === undefined) return { ...settled, swallowed: false }
  return sent === endKey ? onEndKey(settled, stroke.timeMs) : hold(settled, sent, stroke.timeMs)
}

/** What has been completed so far, and the state without it. */
export function takeKeys(state: KeyState): {
  readonly scans: readonly KeyScan[]
  readonly takeBack: number
  readonly typed: string
  readonly state: KeyState
} {
  const { scans, takeBack, typed } = state
  return { scans, takeBack, typed, state: { ...state, scans: [], takeBack: 0, typed: '' } }
}

/** How long, in milliseconds, nothing may be handed over before a tick is due; undefined while nothing is held. */
export function silenceFor({ held, endKeyRun, limits }: KeyState): number | undefined {
  if (held === '') return undefined
  const { typed, withEndKey, withEndKeyAlways, withoutEndKey, unknown } = limits.silenceMs
  if ([...held].length < limits.minCharacters) return typed
  if (endKeyRun === undefined) return unknown
  if (endKeyRun === 0) return withoutEndKey
  return endKeyRun < HABIT_SCANS ? withEndKey : withEndKeyAlways
}

const endKey = Symbol('end key')
const controlKeys: ReadonlyMap<string, string | typeof endKey> = new Map<string, string | typeof endKey>([
  [']', groupSeparator],
  ['m', endKey],
  ['j', endKey],
])

/** The character a stroke stands for, an end key, or undefined for ticks and keys no scanner's data holds. */
function meaningOf(stroke: KeyStroke, state: KeyState): string | typeof endKey | undefined {
  if (stroke.key === null || stroke.repeat) return undefined
  if (stroke.control) {
    const sent = controlKeys.get(stroke.key.toLowerCase())
    // Outside a burst Ctrl+] is a person's shortcut; a separator in front of a scan would carry nothing anyway.
    const inBurst = state.held !== '' || isContinued(state, stroke.timeMs)
    return sent === groupSeparator && !inBurst ? undefined : sent
  }
  if (stroke.key === 'Enter' || stroke.key === 'Tab') return endKey
  return [...stroke.key].length === 1 ? stroke.key : undefined
}

function hold(state: KeyState, character: string, timeMs: number): KeyState {
  const before = state.held === '' ? takeUpAgain(state, timeMs) : state
  return {
    ...before,
    ended: undefined,
    held: before.held + character,
    heldFromMs: before.held === '' ? timeMs : before.heldFromMs,
    heldUntilMs: timeMs,
    swallowed: true,
  }
}

/** Whether a stroke of this time belongs to what a tick has ended. */
function isContinued({ ended, limits }: KeyState, timeMs: number): boolean {
  return ended !== undefined && timeMs - ended.untilMs <= limits.burstGapMs
}

/** Holds again what a tick has ended, when a stroke shows that it was made while the burst still ran. */
function takeUpAgain(state: KeyState, timeMs: number): KeyState {
  const { ended } = state
  if (ended === undefined || !isContinued(state, timeMs)) return state
  const { text: held, fromMs: heldFromMs, endKeyRun } = ended
  const again = { ...state, held, heldFromMs, endKeyRun }
  if (ended.as === 'scan') {
    const untaken = state.scans.at(-1)?.text === ended.text
    return untaken
      ? { ...again, replaces: ended.replaces, scans: state.scans.slice(0, -1) }
      : { ...again, replaces: ended.text }
  }
  return state.typed.endsWith(ended.text)
    ? { ...again, typed: state.typed.slice(0, -ended.text.length) }
    : { ...again, takeBack: state.takeBack + [...ended.text].length }
}

function onEndKey(state: KeyState, timeMs: number): KeyState {
  const ended = endHeld(state, 'end-key', false)
  const ownScan = ended.scans.length > state.scans.length
  const ofScanner = ownScan || (state.held === '' && timeMs - state.scannedMs <= state.limits.endKeyMs)
  const endKeyRun = ownScan
    ? (state.endKeyRun ?? 0) + 1
    : Math.max(1, state.ended?.endKeyRun ?? state.endKeyRun ?? 0)
  const said = ofScanner ? { scannedMs: timeMs, endKeyRun } : {}
  return { ...ended, ...said, ended: undefined, swallowed: ofScanner }
}

/** Decides what the held characters were: a scan, or typing. */
function endHeld(state: KeyState, endedBy: KeyScan['endedBy'], byTick: boolean): KeyState {
  const { held, heldFromMs, heldUntilMs, limits, replaces } = state
  if (held === '') return state
  const as = [...held].length < limits.minCharacters ? 'typed' : 'scan'
  const told = replaces === undefined ? {} : { replaces }
  const ended = byTick
    ? ({
        text: held,
        fromMs: heldFromMs,
        untilMs: heldUntilMs,
        as,
        endKeyRun: state.endKeyRun,
        ...told,
      } satisfies EndedByTick)
    : undefined
  const rest = { ...state, held: '', replaces: undefined, ended }
  if (as === 'typed') return { ...rest, typed: state.typed + held }
  const scan: KeyScan = { text: held, startedMs: heldFromMs, endedMs: heldUntilMs, endedBy, ...told }
  return {
    ...rest,
    scannedMs: heldUntilMs,
    endKeyRun: endedBy === 'end-key' ? state.endKeyRun : 0,
    scans: [...state.scans, scan],
  }
}
