/**
 * A scanner that types: every key goes to the browser as a key of a keyboard does, without waiting for the page to take
 * the one before. Keys bear the time at which they were pressed, as those of a real keyboard do, 2 ms apart: how busy the
 * machine of the test is does not change what the scanner did.
 */
import type { CDPSession } from 'playwright-core'

/** How a scanner is set to end a code. */
export type EndKey = 'enter' | 'none'

interface Key {
  readonly key: string
  readonly code: string
  readonly text?: string
  readonly keyCode?: number
}

const ENTER: Key = { key: 'Enter', code: 'Enter', text: '\r', keyCode: 13 }
const SHIFT = 8
const KEY_GAP_MS = 2

export class Scanner {
  readonly #cdp: CDPSession
  readonly #gapMs: number
  /** Keys pressed so far, Shift included. */
  keys = 0
  #pressedMs = 0

  constructor(cdp: CDPSession, gapMs = KEY_GAP_MS) {
    this.#cdp = cdp
    this.#gapMs = gapMs
  }

  /** Types one code. Resolves when the browser has taken every key. */
  type(code: string, end: EndKey = 'enter'): Promise<void> {
    return this.typeAt(code, Math.max(this.#pressedMs, Date.now()), end)
  }

  /** Types one code whose keys were pressed from a time on, in milliseconds since 1970, however late they come. */
  async typeAt(code: string, fromMs: number, end: EndKey): Promise<void> {
    const sent: Promise<unknown>[] = []
    this.#pressedMs = fromMs
    for (const character of code) {
      const shifted = /[A-Z]/.test(character)
      if (shifted)
        sent.push(this.#send('rawKeyDown', { key: 'Shift', code: 'ShiftLeft', keyCode: 16 }, SHIFT))
      sent.push(...this.#strike(keyOf(character), shifted ? SHIFT : 0))
      if (shifted) sent.push(this.#send('keyUp', { key: 'Shift', code: 'ShiftLeft', keyCode: 16 }, 0))
    }
    if (end === 'enter') sent.push(...this.#strike(ENTER, 0))
    await Promise.all(sent)
  }

  #strike(key: Key, modifiers: number): Promise<unknown>[] {
    this.#pressedMs += this.#gapMs
    return [this.#send('keyDown', key, modifiers), this.#send('keyUp', key, modifiers)]
  }

  #send(
    type: 'keyDown' | 'rawKeyDown' | 'keyUp',
    { keyCode, ...key }: Key,
    modifiers: number,
  ): Promise<unknown> {
    if (type !== 'keyUp') this.keys++
    return this.#cdp.send('Input.dispatchKeyEvent', {
      type,
      ...key,
      modifiers,
      timestamp: this.#pressedMs / 1_000,
      ...(keyCode === undefined ? {} : { windowsVirtualKeyCode: keyCode }),
    })
  }
}

/** Where the character stands on a keyboard of the United States. */
function keyOf(character: string): Key {
  const upper = character.toUpperCase()
  if (/[A-Z]/.test(upper))
    return { key: character, code: `Key${upper}`, text: character, keyCode: upper.charCodeAt(0) }
  if (/\d/.test(character))
    return { key: character, code: `Digit${character}`, text: character, keyCode: character.charCodeAt(0) }
  if (character === '-') return { key: '-', code: 'Minus', text: '-', keyCode: 189 }
  throw new Error(`No key for ${JSON.stringify(character)}.`)
}
