import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  foldKeys,
  type KeyState,
  type KeyStroke,
  startKeys,
  takeKeys,
  usualLimits,
} from '../../src/scanning/key-strokes.ts'

/** Strokes of one text, `gapMs` apart, the first at `fromMs`. */
function strokes(text: string, fromMs: number, gapMs: number, end: readonly string[] = []): KeyStroke[] {
  return [...text, ...end].map((key, i) => ({ key, timeMs: fromMs + i * gapMs }))
}

function fold(all: readonly KeyStroke[], state: KeyState = startKeys()): KeyState {
  return all.reduce(foldKeys, state)
}

const texts = (state: KeyState) => state.scans.map((scan) => scan.text)
const tick = (timeMs: number): KeyStroke => ({ key: null, timeMs })

describe('a scanner that types', () => {
  it.each([['Enter'], ['Tab']])('ends its scan with %s, and no key of it reaches the screen', (end) => {
    let state = startKeys()
    for (const stroke of strokes('ZR5A1N7K', 1000, 5, [end])) {
      state = foldKeys(state, stroke)
      expect(state.swallowed).toBe(true)
    }
    expect(takeKeys(state)).toMatchObject({
      scans: [{ text: 'ZR5A1N7K', startedMs: 1000, endedMs: 1035, endedBy: 'end-key' }],
      typed: '',
      state: { scans: [], held: '' },
    })
  })

  it('without an end key is ended by silence', () => {
    const state = fold([...strokes('ZR5A1N7K', 0, 10), tick(105)])
    expect(state.scans).toEqual([])
    expect(foldKeys(state, tick(106)).scans).toEqual([
      { text: 'ZR5A1N7K', startedMs: 0, endedMs: 70, endedBy: 'silence' },
    ])
  })

  it('without an end key is also ended by the next scan, even when no tick came', () => {
    expect(texts(fold([...strokes('ZR5A1N7K', 0, 5), ...strokes('QZ71M0042', 80, 5), tick(500)]))).toEqual([
      'ZR5A1N7K',
      'QZ71M0042',
    ])
  })

  it('holds Shift in between without breaking its scan', () => {
    const withShift = [...'ZrA7'].flatMap((key, i) => [
      { key: 'Shift', timeMs: i * 20 },
      { key, timeMs: i * 20 + 10 },
    ])
    expect(texts(fold([...withShift, { key: 'Enter', timeMs: 90 }]))).toEqual(['ZrA7'])
  })

  it('is not disturbed by a function key pressed meanwhile, which passes to the screen', () => {
    const [head, tail] = [strokes('ZR5A', 0, 5), strokes('1N7K', 25, 5, ['Enter'])]
    const pressed = foldKeys(fold(head), { key: 'Escape', timeMs: 22 })
    expect(pressed.swallowed).toBe(false)
    expect(texts(fold(tail, pressed))).toEqual(['ZR5A1N7K'])
  })

  it('may end with CR and LF, or late: one scan, no key through, no empty scan', () => {
    for (const ends of [[40, 45], [130], [130, 140], [45, 100]]) {
      let state = fold(strokes('ZR5A1N7K', 0, 5))
      for (const timeMs of ends) {
        state = foldKeys(state, { key: 'Enter', timeMs })
        expect(state.swallowed).toBe(true)
      }
      expect(texts(state)).toEqual(['ZR5A1N7K'])
    }
  })

  it('may send separators and end keys as Ctrl combinations', () => {
    const sent: KeyStroke[] = [
      ...strokes('10LOT7', 0, 5),
      { key: ']', timeMs: 30, control: true },
      ...strokes('21ZR5A1N7K', 35, 5),
      { key: 'm', timeMs: 85, control: true },
      { key: 'J', timeMs: 90, control: true },
    ]
    const state = fold(sent)
    expect(texts(state)).toEqual(['10LOT7\u001d21ZR5A1N7K'])
    expect(state.swallowed).toBe(true)
  })

  it('sends fifty scans a second for a minute: none lost, merged or doubled', () => {
    const scans = Array.from({ length: 3000 }, (_, i) => `ZR${String(i).padStart(6, '0')}`)
    const sent = scans.flatMap((scan, i) => strokes(scan, i * 20, 2, ['Enter']))
    expect(texts(fold(sent))).toEqual(scans)
  })

  it('can be given other limits', () => {
    const slow = startKeys({ ...usualLimits, burstGapMs: 80, minCharacters: 6, endKeyMs: 200 })
    expect(texts(fold(strokes('ZR5A1N7K', 0, 70, ['Enter']), slow))).toEqual(['ZR5A1N7K'])
    expect(fold(strokes('ZR5A1', 0, 10, ['Enter']), slow)).toMatchObject({ scans: [], typed: 'ZR5A1' })
  })
})

describe('fingers', () => {
  it('get every character back, in order', () => {
    expect(fold([...strokes('late box', 0, 120), tick(5000)])).toMatchObject({
      typed: 'late box',
      scans: [],
      held: '',
    })
  })

  it('get a short flurry back, and their Enter passes to the screen', () => {
    const state = fold(strokes('abc', 0, 30, ['Enter']))
    expect(state).toMatchObject({ typed: 'abc', scans: [], swallowed: false })
  })

  it('may press Enter on its own, also soon after a scan', () => {
    expect(fold([{ key: 'Enter', timeMs: 5000 }]).swallowed).toBe(false)
    expect(fold([...strokes('ZR5A1N7K', 0, 5, ['Enter']), { key: 'Enter', timeMs: 400 }]).swallowed).toBe(
      false,
    )
  })

  it('may hold a key down: repeats are theirs', () => {
    const held = Array.from(
      { length: 20 },
      (_, i): KeyStroke => ({ key: 'a', timeMs: 500 + i * 30, repeat: true }),
    )
    const state = fold([{ key: 'a', timeMs: 0 }, ...held])
    expect(state).toMatchObject({ typed: 'a', scans: [], swallowed: false })
  })

  it('keep their shortcuts', () => {
    for (const key of [']', 'm', 'j', 'c']) {
      expect(fold([{ key, timeMs: 10, control: true }, tick(500)])).toMatchObject({
        typed: '',
        swallowed: false,
      })
    }
  })
})

describe('any mixture', () => {
  const character = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcxyz-/]')
  const burst = fc.record({
    text: fc.string({ unit: character, minLength: 4, maxLength: 30 }),
    gapsMs: fc.array(fc.integer({ min: 0, max: 35 }), { minLength: 31, maxLength: 31 }),
    end: fc.constantFrom(['Enter'], ['Tab'], ['Enter', 'Enter'], []),
    shift: fc.boolean(),
  })
  const finger = character.map((text) => ({ text, gapsMs: [0], end: [] as string[], shift: false }))
  const pause = fc.integer({ min: 36, max: 2000 })

  it('of scans and typing: every scan once and whole, every typed character once, in order', () => {
    const events = fc.array(fc.tuple(fc.oneof(burst, finger), pause, fc.boolean()), { maxLength: 30 })
    fc.assert(
      fc.property(events, (all) => {
        let timeMs = 0
        const sent: KeyStroke[] = []
        for (const [{ text, gapsMs, end, shift }, pauseMs, ticks] of all) {
          timeMs += pauseMs
          ;[...text, ...end].forEach((key, i) => {
            if (i > 0) timeMs += gapsMs[i - 1] ?? 0
            if (shift) sent.push({ key: 'Shift', timeMs })
            sent.push({ key, timeMs })
          })
          if (ticks) sent.push(tick(timeMs + 35), tick(timeMs + 36))
        }
        const state = fold([...sent, tick(timeMs + 36)])
        const scanned = all.map(([{ text }]) => text).filter((text) => text.length >= 4)
        const typed = all.map(([{ text }]) => text).filter((text) => text.length < 4)
        expect(texts(state)).toEqual(scanned)
        expect(state.typed).toBe(typed.join(''))
      }),
    )
  })

  it('of scans with end keys: no silence between them is needed', () => {
    const ended = burst.filter(({ end }) => end.length > 0)
    fc.assert(
      fc.property(fc.array(ended, { maxLength: 20 }), (all) => {
        let timeMs = 0
        const sent = all.flatMap(({ text, gapsMs, end }) =>
          [...text, ...end].map((key, i): KeyStroke => {
            timeMs += gapsMs[i] ?? 0
            return { key, timeMs }
          }),
        )
        expect(texts(fold(sent))).toEqual(all.map(({ text }) => text))
      }),
    )
  })

  it('of any strokes at any times: each character ends up in exactly one scan or is given back', () => {
    const stroke = fc.record({
      key: fc.oneof(character, fc.constantFrom('Enter', 'Tab', 'Shift', 'Escape', null)),
      waitMs: fc.integer({ min: -5, max: 80 }),
    })
    fc.assert(
      fc.property(fc.array(stroke, { maxLength: 200 }), (all) => {
        let timeMs = 0
        let state = startKeys()
        let out = ''
        let swallowed = 0
        const take = () => {
          const taken = takeKeys(state)
          const gone =
            taken.takeBack + taken.scans.reduce((sum, scan) => sum + (scan.replaces?.length ?? 0), 0)
          out = out.slice(0, out.length - gone) + taken.typed + taken.scans.map((scan) => scan.text).join('')
          state = taken.state
        }
        for (const { key, waitMs } of all) {
          timeMs += waitMs
          state = foldKeys(state, { key, timeMs })
          if (state.swallowed && key?.length === 1) swallowed++
          take()
        }
        state = foldKeys(state, tick(timeMs + 1000))
        take()
        const sent = all.map(({ key }) => key).filter((key) => key?.length === 1)
        expect(out).toBe(sent.join(''))
        expect(swallowed).toBe(sent.length)
      }),
    )
  })
})
